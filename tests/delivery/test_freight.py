"""Room for files: bounded over all lanes, first come, first served."""

from __future__ import annotations

import threading

from delivery.freight import Freight, Load
from notify_project.db.ids import uuid7

ONE, TWO, THREE = uuid7(), uuid7(), uuid7()


def test_no_more_than_the_limit_is_out_over_all_loads():
    freight = Freight(100)
    mail, other = Load(freight), Load(freight)
    assert mail.take(ONE, 60)
    assert not other.take(TWO, 60)

    mail.put_down([ONE])

    assert other.take(TWO, 60)


def test_what_is_larger_than_all_of_it_goes_alone():
    load = Load(Freight(100))
    assert load.take(ONE, 500)
    assert not load.take(TWO, 1)
    load.put_down([ONE])
    assert load.take(TWO, 1)


def test_messages_without_files_never_wait():
    freight = Freight(100)
    assert Load(freight).take(ONE, 100)
    assert Load(freight).take(TWO, 0)


def test_smaller_files_do_not_overtake_for_ever():
    freight = Freight(100)
    busy, large, small = Load(freight), Load(freight), Load(freight)
    assert busy.take(ONE, 50)
    assert not large.take(TWO, 100)
    assert not small.take(THREE, 10), "there would be room, but another came first"

    busy.put_down([ONE])

    assert large.take(TWO, 100)
    large.put_down([TWO])
    assert small.take(THREE, 10)


def test_who_goes_away_keeps_nobody_waiting():
    freight = Freight(100)
    gone, other = Load(freight), Load(freight)
    assert gone.take(ONE, 50)
    assert not gone.take(TWO, 100)
    gone.put_down_all()

    assert other.take(THREE, 100)


def test_putting_down_twice_counts_once():
    freight = Freight(100)
    load = Load(freight)
    assert load.take(ONE, 100)
    load.put_down([ONE, TWO])
    load.put_down([ONE])

    assert load.take(TWO, 100)
    assert not load.take(THREE, 1)


def test_who_waits_is_woken_by_room():
    freight = Freight(100)
    busy, waiting = Load(freight), Load(freight)
    assert busy.take(ONE, 100)
    assert not waiting.take(TWO, 100)
    thread = threading.Thread(target=waiting.wait, args=(30,))
    thread.start()
    busy.put_down([ONE])
    thread.join(10)

    assert not thread.is_alive()
    assert waiting.take(TWO, 100)


def test_who_was_not_refused_does_not_wait():
    Load(Freight(100)).wait(3600)
