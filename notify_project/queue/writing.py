"""One writer at a time where the database has one: a lock of this process on SQLite.

SQLite's own busy handler is unfair: with four writers a claim was seen to wait 4.8 s.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

_lock = threading.RLock()


@contextmanager
def writing(*, savepoint: bool = True) -> Iterator[None]:
    """A transaction; on SQLite the threads of this process take turns.

    Without a savepoint it is part of a transaction around it, and saves two round
    trips; nobody may then go on after an error inside.
    """
    if connection.vendor != "sqlite":
        with transaction.atomic(savepoint=savepoint):
            yield
        return
    with _lock, transaction.atomic(savepoint=savepoint):
        yield


@contextmanager
def stating() -> Iterator[None]:
    """For what is one statement on PostgreSQL, which is a transaction by itself: to
    begin and to commit one would be two round trips more."""
    if connection.vendor == "postgresql":
        yield
        return
    with writing(savepoint=False):
        yield
