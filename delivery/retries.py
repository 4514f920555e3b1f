"""When to try again: a table and a function. Pure.

Full jitter: with 50,000 failures at once a fixed wait sends 50,000 calls in one
second, full jitter 3,900.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

RETRY_AFTER_LIMIT_SECONDS = 3600.0
_FLOOR_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Schedule:
    """`base` doubles with each try up to `cap`; after `window` we give up."""

    base_seconds: float
    cap_seconds: float
    window_seconds: float


HOUR = 3600.0
SCHEDULES: Mapping[int, Schedule] = {
    0: Schedule(1, 30, 4 * HOUR),  # high: an expiry of its own usually comes first
    1: Schedule(5, 1800, 24 * HOUR),  # normal
    2: Schedule(30, 3600, 72 * HOUR),  # low
}


def wait_seconds(
    priority: int, tries: int, *, chance: float, retry_after: float | None = None
) -> float:
    """Seconds until the next try after `tries` (>= 1) failed ones.

    `chance` is a random number in [0, 1). A provider's Retry-After is a floor, honoured
    up to an hour.
    """
    schedule = SCHEDULES[priority]
    ceiling = min(schedule.cap_seconds, schedule.base_seconds * 2.0 ** min(tries, 30))
    floor = min(retry_after or 0.0, RETRY_AFTER_LIMIT_SECONDS)
    return max(_FLOOR_SECONDS, floor, chance * ceiling)


def gives_up(priority: int, age_seconds: float) -> bool:
    """Whether a message that first was due this long ago is tried no more."""
    return age_seconds > SCHEDULES[priority].window_seconds
