"""One writer at a time where the database has one."""

from __future__ import annotations

import sqlite3
import threading
import time

import pytest
from django.db import IntegrityError, connection

from notify_project.queue.models import Lease
from notify_project.queue.writing import stating, writing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]


def _lease(name):
    Lease.objects.create(name=name, holder="x", until="2100-01-01T00:00:00Z")


def _write(first, *others, savepoint=True):
    with writing():
        _lease(first)
        for name in others:
            with writing(savepoint=savepoint):
                _lease(name)


def _asked(*questions):
    answers = []
    with connection.cursor() as cursor:
        for question in questions:
            cursor.execute(question)
            answers.append(cursor.fetchone()[0])
    return answers


def test_each_connection_is_told_how_to_write():
    if connection.vendor == "sqlite":
        # 2 is FULL: with less, a power cut may take what we said we had.
        asked = _asked("PRAGMA journal_mode", "PRAGMA synchronous")
        assert asked == ["wal", 2]
        return
    limits = ("statement_timeout", "lock_timeout")
    asked = _asked(*(f"SHOW {one}" for one in limits))
    assert asked == ["10s", "2s"]
    assert _asked("SHOW idle_in_transaction_session_timeout") == ["15s"]


@pytest.mark.only_on("sqlite")
def test_on_sqlite_a_transaction_has_the_one_write_lock_from_its_beginning():
    """One that began by reading could not write any more when another had written."""
    other = sqlite3.connect(connection.settings_dict["NAME"], timeout=0)
    with writing(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE")
    other.close()


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


def test_one_statement_begins_a_transaction_only_where_the_one_writer_needs_it():
    with stating():
        assert connection.in_atomic_block == (connection.vendor == "sqlite")
        _lease("a")

    assert Lease.objects.count() == 1


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
