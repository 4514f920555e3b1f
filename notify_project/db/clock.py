"""The database's clock: what is due, leased or expired is judged by it alone.

A worker whose own clock is wrong then claims neither too early nor too late.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.utils import timezone

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
    """The time by the database; one short query on PostgreSQL.

    On SQLite in whole milliseconds, as its own clock counts: what is due "now" is then
    due in the next statement.
    """
    if connection.vendor == "sqlite":
        found = timezone.now()
        return found.replace(microsecond=found.microsecond // 1000 * 1000)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def now_sql() -> str:
    """The same as an SQL expression."""
    return _NOW[connection.vendor]


def later() -> str:
    """SQL: now plus a parameter in seconds."""
    return _LATER[connection.vendor]
