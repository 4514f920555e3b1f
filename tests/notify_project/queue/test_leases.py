"""One holds a name, others wait; a holder that vanished does not hold it for ever."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from notify_project.queue import leases
from notify_project.queue.models import Lease

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


def _end(name="lead"):
    Lease.objects.filter(name=name).update(until="2020-01-01T00:00:00Z")


def test_one_holds_it_and_may_lengthen_it():
    assert leases.acquire("lead", "a", seconds=60)
    assert leases.acquire("lead", "a", seconds=60)
    assert not leases.acquire("lead", "b", seconds=60)
    assert leases.holder_of("lead") == "a"


def test_after_its_end_another_takes_it():
    leases.acquire("lead", "a", seconds=60)
    _end()

    assert leases.acquire("lead", "b", seconds=60)
    assert not leases.acquire("lead", "a", seconds=60)


def test_who_gives_it_up_makes_nobody_wait():
    leases.acquire("lead", "a", seconds=60)
    leases.give_up("lead", "b")
    assert not leases.acquire("lead", "b", seconds=60)
    leases.give_up("lead", "a")

    assert leases.acquire("lead", "b", seconds=60)


def test_a_holder_that_is_known_to_be_gone_is_replaced_at_once():
    leases.acquire("lead", "a", seconds=60)

    assert not leases.take_over("lead", "c", vanished="b", seconds=60)
    assert leases.take_over("lead", "c", vanished="a", seconds=60)
    assert leases.holder_of("lead") == "c"


def test_a_turn_is_taken_once_even_by_the_same():
    assert leases.take_turn("sweep", "a", seconds=60)
    assert not leases.take_turn("sweep", "a", seconds=60)
    assert not leases.take_turn("sweep", "b", seconds=60)
    _end("sweep")

    assert leases.take_turn("sweep", "b", seconds=60)


def test_who_lives_is_counted():
    leases.acquire("worker:a", "a", seconds=60)
    leases.acquire("worker:b", "b", seconds=60)
    leases.acquire("other", "c", seconds=60)
    _end("worker:b")

    assert leases.alive("worker:") == 1


def test_nobody_holds_what_never_was():
    assert leases.holder_of("lead") == ""


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_gets_it():
    start, got = threading.Barrier(6), []

    def want(holder):
        try:
            start.wait(10)
            if leases.take_turn("sweep", holder, seconds=60):
                got.append(holder)
        finally:
            connection.close()

    threads = [threading.Thread(target=want, args=(str(n),)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert len(got) == 1
