"""One writer at a time where the database has one."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import IntegrityError, connection

from notify_project.queue.models import Lease
from notify_project.queue.writing import writing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]


def _lease(name):
    Lease.objects.create(name=name, holder="x", until="2100-01-01T00:00:00Z")


def _write(first, *others, savepoint=True):
    with writing():
        _lease(first)
        for name in others:
            with writing(savepoint=savepoint):
                _lease(name)


def test_an_error_takes_everything_back():
    with pytest.raises(IntegrityError):
        _write("a", "b", "a")

    assert not Lease.objects.exists()


def test_an_inner_error_takes_back_the_inner_part_alone():
    with writing():
        _lease("a")
        with pytest.raises(IntegrityError), writing():
            _lease("a")
        _lease("b")

    assert Lease.objects.count() == 2


def test_without_a_savepoint_it_is_part_of_the_whole():
    with pytest.raises(IntegrityError):
        _write("a", "a", savepoint=False)

    assert not Lease.objects.exists()


def test_many_threads_that_write_all_get_their_turn():
    waits = []

    def write(number):
        try:
            for each in range(10):
                started = time.monotonic()
                with writing():
                    _lease(f"{number}-{each}")
                waits.append(time.monotonic() - started)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert Lease.objects.count() == 40
    assert max(waits) < 15
