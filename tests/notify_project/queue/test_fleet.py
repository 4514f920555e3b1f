"""Limits of all workers together, in the parts of each."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from notify_project.queue.fleet import Fleet, Place, named, share_of

BULK, TEXTS = ("email-bulk", "sms-bulk", "receipts"), ("sms-hi", "sms-bulk")


@given(st.integers(1, 300), st.integers(1, 60))
def test_parts_add_up_to_the_limit_or_to_one_for_each_worker(limit, size):
    parts = [share_of(limit, Place(size, rank)) for rank in range(size)]

    assert sum(parts) == max(limit, size)
    assert max(parts) - min(parts) <= 1
    assert min(parts) >= 1


def test_a_worker_that_knows_of_nobody_has_it_all():
    assert Fleet().share(7, "sms") == 7


def test_only_those_who_work_the_channel_share_it():
    names = [named(f"worker:{n}", BULK) for n in range(3)]
    texter = named("worker:t", TEXTS)
    fleet = Fleet()

    fleet.note(names[0], [*names, texter])
    assert (fleet.of("email"), fleet.of("sms").size) == (Place(3, 0), 4)
    fleet.note(texter, [*names, texter])
    assert fleet.of("sms") == Place(4, 3)


def test_each_has_a_place_of_its_own():
    names = [named(f"worker:{n}", TEXTS) for n in (3, 1, 2)]
    places = []
    for mine in names:
        fleet = Fleet()
        fleet.note(mine, reversed(names))
        places.append(fleet.of("sms"))

    assert sorted(one.rank for one in places) == [0, 1, 2]


def test_a_worker_counts_itself_before_its_lease_is_seen():
    fleet = Fleet()
    fleet.note(named("worker:1", TEXTS), [named("worker:2", TEXTS)])

    assert fleet.of("sms").size == 2


def test_on_sqlite_there_is_one():
    fleet = Fleet()
    fleet.note("worker:sqlite", ["worker:sqlite"])

    assert fleet.share(5, "sms") == 5
