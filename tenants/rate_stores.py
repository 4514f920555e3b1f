"""Where arrival times are kept: in memory for one web process, else in a row."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

from django.db import connection

from tenants.rates import PERIOD_SECONDS, ROUNDING_SECONDS, Verdict, gcra, verdict


class Store(Protocol):
    """Counts requests."""

    def take(self, key: str, limit: int) -> Verdict:
        """Count one request under `key`, unless it is refused."""


class MemoryStore:
    """For one web process; one number per tenant and key type in use."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._arrivals: dict[str, float] = {}

    def take(self, key: str, limit: int) -> Verdict:
        """A microsecond or two."""
        with self._lock:
            now = self._clock()
            allowed, arrival = gcra(self._arrivals.get(key), now, limit)
            self._arrivals[key] = arrival
        return verdict(allowed=allowed, arrival=arrival, now=now, limit=limit)


# gcra of rates.py in SQL, built of constants. EXCLUDED.arrival_seconds is now + step.
_NOW = "(EXCLUDED.arrival_seconds - %(step)s)"
_BASE = f"{{greatest}}({_NOW}, {{least}}(b.arrival_seconds, {_NOW} + %(period)s))"
_FITS = f"({_BASE} - {_NOW} + %(step)s <= %(most)s)"
_INTO = "INSERT INTO tenants_ratebucket AS b (key, arrival_seconds, allowed)"
_COUNT = f"""
ON CONFLICT (key) DO UPDATE SET
  arrival_seconds = {_BASE} + CASE WHEN {_FITS} THEN %(step)s ELSE 0 END,
  allowed = {_FITS}
RETURNING arrival_seconds, allowed,
"""
# set_config(..., true) holds until the end of this statement's own transaction:
# counting does not wait for the disk, and a crash may forget a moment of it.
_CLOCK = """
WITH clock AS MATERIALIZED (
  SELECT extract(epoch FROM clock_timestamp())::float8 AS now,
    set_config(
      'synchronous_commit',
      coalesce(%(commit)s::text, current_setting('synchronous_commit')),
      true
    ) AS durable
)
"""
_SQL = {
    "postgresql": " ".join(
        (
            _CLOCK,
            _INTO,
            "SELECT %(key)s, now + %(step)s, true FROM clock WHERE durable IS NOT NULL",
            _COUNT.format(greatest="greatest", least="least"),
            "(SELECT now FROM clock)",
        )
    ),
    "sqlite": " ".join(
        (
            _INTO,
            "VALUES (%(key)s, %(now)s + %(step)s, true)",
            _COUNT.format(greatest="max", least="min"),
            "%(now)s",
        )
    ),
}


class DatabaseStore:
    """For several web processes. PostgreSQL's clock counts, so hosts need not agree;
    SQLite has one host, whose clock is given."""

    def take(self, key: str, limit: int) -> Verdict:
        """One statement on one row."""
        with connection.cursor() as cursor:
            cursor.execute(
                _SQL[connection.vendor],
                {
                    "key": key,
                    "step": PERIOD_SECONDS / limit,
                    "period": PERIOD_SECONDS,
                    "most": PERIOD_SECONDS + ROUNDING_SECONDS,
                    "now": time.time(),
                    # Inside a transaction it would weaken other rows' commit too.
                    "commit": None if connection.in_atomic_block else "off",
                },
            )
            arrival, allowed, now = cursor.fetchone()
        return verdict(
            allowed=bool(allowed), arrival=float(arrival), now=float(now), limit=limit
        )
