"""How fast an account may be called: a rate over all workers, room in this process.

GCRA (the generic cell rate algorithm) without a burst keeps one number per account:
when the next call may begin. Whoever asks for calls gets moments in the near future,
each a step of 1/rate after the last; a moment that was not used is lost. On PostgreSQL
the number is a row, since several workers share it; on SQLite, where one worker runs,
it is in memory.
"""

from __future__ import annotations

import math
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.db import connection

# A moment has to be far enough for the commit before the call, and near enough that
# whoever asks next does not wait for long.
LEAD_SECONDS = 0.03
# Sums of 1/rate are not exact, and a float of the year 2026 holds 2e-7 seconds.
_ROUNDING = 1e-6
# An answer that took longer says too little about when the moments are.
_PROMPT_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Slots:
    """Moments (by time.monotonic) at which one call each may begin.

    `again_at`: no more are to be had before that.
    """

    starts: tuple[float, ...]
    again_at: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """So many calls, none of which begins later than `horizon_seconds` from now."""

    count: int
    step_seconds: float
    horizon_seconds: float

    @property
    def furthest_seconds(self) -> float:
        """An arrival beyond it can only be a clock that went back."""
        return self.step_seconds + 2.0


def gcra(arrival: float | None, now: float, wanted: Wanted) -> tuple[int, float]:
    """How many may begin, and the first one's moment. Pure."""
    soonest = now + LEAD_SECONDS
    first = max(soonest, min(arrival or 0.0, now + wanted.furthest_seconds))
    room = (now + wanted.horizon_seconds - first) / wanted.step_seconds
    return min(wanted.count, max(0, math.floor(room + _ROUNDING) + 1)), first


class Store(Protocol):
    """Keeps arrival times."""

    def take(self, account_id: UUID, wanted: Wanted) -> tuple[int, float]:
        """How many may begin, and in how many seconds the first one."""


class MemoryStore:
    """For the one worker of SQLite."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._arrivals: dict[UUID, float] = {}

    def take(self, account_id: UUID, wanted: Wanted) -> tuple[int, float]:
        with self._lock:
            now = self._clock()
            granted, first = gcra(self._arrivals.get(account_id), now, wanted)
            self._arrivals[account_id] = first + granted * wanted.step_seconds
        return granted, first - now


# gcra in SQL, built of constants. EXCLUDED.arrival_seconds is now.
_NOW = "EXCLUDED.arrival_seconds"
_FIRST = f"greatest({_NOW} + %(lead)s, least(p.arrival_seconds, {_NOW} + %(furthest)s))"
_GRANTED = (
    f"least(%(count)s, greatest(0, floor(({_NOW} + %(horizon)s - {_FIRST}) / %(step)s "
    "+ 1e-6)::int + 1))"
)
# set_config(..., true) holds for this statement's own transaction: a call's moment does
# not wait for the disk, and a crash may forget the last ones.
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
_TAKE = " ".join(
    (
        _CLOCK,
        "INSERT INTO providers_pace AS p (account_id, arrival_seconds, granted)",
        "SELECT %(account)s::uuid, now, 0 FROM clock WHERE durable IS NOT NULL",
        "ON CONFLICT (account_id) DO UPDATE SET",
        f"arrival_seconds = {_FIRST} + {_GRANTED} * %(step)s, granted = {_GRANTED}",
        "RETURNING arrival_seconds, granted, (SELECT now FROM clock)",
    )
)


class DatabaseStore:
    """For several workers. The database's clock counts, so hosts need not agree."""

    def take(self, account_id: UUID, wanted: Wanted) -> tuple[int, float]:
        """One statement on one row; at an account's first call, a second one."""
        given: dict[str, str | int | float | None] = {
            "account": str(account_id),
            "count": wanted.count,
            "step": wanted.step_seconds,
            "horizon": wanted.horizon_seconds,
            "furthest": wanted.furthest_seconds,
            "lead": LEAD_SECONDS,
            "commit": None if connection.in_atomic_block else "off",
        }
        with connection.cursor() as cursor:
            cursor.execute(_TAKE, given)
            arrival, granted, now = cursor.fetchone()
            if arrival == now:  # the row is new: it has granted nothing yet
                cursor.execute(_TAKE, given)
                arrival, granted, now = cursor.fetchone()
        first = float(arrival) - granted * wanted.step_seconds
        return int(granted), first - float(now)


_memory, _database = MemoryStore(), DatabaseStore()


def take(
    account_id: UUID, *, rate_per_second: float, count: int, horizon_seconds: float
) -> Slots:
    """Moments for up to `count` calls; perhaps none. One statement on PostgreSQL."""
    wanted = Wanted(count, 1.0 / rate_per_second, horizon_seconds)
    store: Store = _database if connection.vendor == "postgresql" else _memory
    asked = time.monotonic()
    granted, after = store.take(account_id, wanted)
    heard = time.monotonic()
    if heard - asked > _PROMPT_SECONDS:
        return Slots((), heard)
    first = (asked + heard) / 2 + after
    starts = tuple(first + n * wanted.step_seconds for n in range(granted))
    following = first + granted * wanted.step_seconds
    return Slots(starts, following - horizon_seconds / 2)


class Places:
    """Calls in flight per account, in this process; used by several pumps at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: Counter[UUID] = Counter()

    def take(self, account_id: UUID, limit: int | None) -> bool:
        """Whether there was room for one more; it is taken then."""
        with self._lock:
            if limit is not None and self._taken[account_id] >= limit:
                return False
            self._taken[account_id] += 1
            return True

    def give_back(self, account_id: UUID) -> None:
        with self._lock:
            self._taken[account_id] -= 1
            if self._taken[account_id] <= 0:
                del self._taken[account_id]

    def taken(self, account_id: UUID) -> int:
        return self._taken.get(account_id, 0)


places = Places()
