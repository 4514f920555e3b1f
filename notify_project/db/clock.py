"""The database's clock: what is due, leased or expired is judged by it alone.

A worker whose own clock is wrong then claims neither too early nor too late.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from notify_project.remembering import Memory

# A clock may be set right meanwhile: no longer than a key may be out of date.
_COUNTED_SECONDS = 5.0
# By how much what is remembered may be behind.
_PROMPT_SECONDS = 0.002

_NOW = {
    "postgresql": "statement_timestamp()",  # as Django's Now()
    # SQLite is on this machine; the text has the form in which Django stores times.
    "sqlite": "strftime('%%Y-%%m-%%d %%H:%%M:%%f000', 'now')",
}
_LATER = {
    "postgresql": "statement_timestamp() + %s * interval '1 second'",
    "sqlite": "strftime('%%Y-%%m-%%d %%H:%%M:%%f000', 'now', %s || ' seconds')",
}


def now() -> datetime:
    """The time by the database, asked for every few seconds and counted on from there.

    Never ahead of it, and behind by what an answer takes, 2 ms at most: what is due
    "now" is due in the next statement. On SQLite in whole milliseconds, as its own
    clock counts.
    """
    if connection.vendor == "sqlite":
        found = timezone.now()
        return found.replace(microsecond=found.microsecond // 1000 * 1000)
    told = _told.get("now")
    if told is None:
        told = _ask()
    return told.moment + timedelta(seconds=time.monotonic() - told.at)


@dataclass(frozen=True, slots=True)
class _Told:
    moment: datetime
    at: float  # time.monotonic() when the answer had come


_told: Memory[str, _Told] = Memory(size=1, seconds=lambda: _COUNTED_SECONDS)


def _ask() -> _Told:
    """One short query; remembered if the answer came at once."""
    asked = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        told = _Told(cursor.fetchone()[0], time.monotonic())
    if told.at - asked < _PROMPT_SECONDS:
        _told.put("now", told)
    return told


def now_sql() -> str:
    """The same as an SQL expression."""
    return _NOW[connection.vendor]


def later() -> str:
    """SQL: now plus a parameter in seconds."""
    return _LATER[connection.vendor]
