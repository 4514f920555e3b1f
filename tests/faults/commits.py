"""Commits that take long, so that a test can strike in the middle of one.

PostgreSQL only: a deferred trigger sleeps while COMMIT runs. The server carries a
commit through whatever becomes of the client that asked for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

SECONDS = 2.0

_MAKE = """
CREATE FUNCTION chaos_dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF coalesce(current_setting('chaos.slept', true), '') <> 'yes' THEN
    PERFORM set_config('chaos.slept', 'yes', true), pg_sleep({seconds});
END IF;
RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER chaos_dawdle AFTER INSERT ON {table}
DEFERRABLE INITIALLY {when} FOR EACH ROW EXECUTE FUNCTION chaos_dawdle();
"""
_DROP = """
DROP TRIGGER chaos_dawdle ON {table};
DROP FUNCTION chaos_dawdle();
"""
_ASLEEP = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event = 'PgSleep'
"""


@contextmanager
def slow_commits(table: str, *, seconds: float = SECONDS) -> Iterator[None]:
    """A commit that inserts into `table` takes so long."""
    with _trigger(table, "DEFERRED", seconds):
        yield


@contextmanager
def slow_inserts(table: str, *, seconds: float = SECONDS) -> Iterator[None]:
    """The INSERT itself takes so long: its transaction is still to be committed."""
    with _trigger(table, "IMMEDIATE", seconds):
        yield


@contextmanager
def _trigger(table: str, when: str, seconds: float) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(_MAKE.format(table=table, when=when, seconds=seconds))
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '20s'")  # somebody may be in it
            cursor.execute(_DROP.format(table=table))
            cursor.execute("SET lock_timeout = '2s'")


def somebody_dawdles() -> bool:
    """Whether somebody is in the middle of it now."""
    with connection.cursor() as cursor:
        cursor.execute(_ASLEEP)
        return bool(cursor.fetchone()[0])
