"""One GCRA, the rule that all rate limits follow; pure arithmetic.

GCRA (the generic cell rate algorithm) keeps one number per limit, the theoretical
arrival time: the moment at which everything taken so far is paid back. A request that
would move it further than a minute ahead of now is refused. So a whole minute's
requests may come at once, and after that one in each 60/limit seconds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

PERIOD_SECONDS = 60.0
# Sums of 60/limit are not exact, and a float of the year 2026 holds 2e-7 seconds.
ROUNDING_SECONDS = 1e-6


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a limit says of one request; times in whole seconds, rounded up."""

    allowed: bool
    limit: int
    remaining: int
    reset_seconds: int  # until nothing is used
    retry_after_seconds: int  # until one more is allowed; 0 if this one was


def gcra(arrival: float | None, now: float, limit: int) -> tuple[bool, float]:
    """Whether one more request may come, and the new arrival time.

    `arrival` is what the last call returned, None at first. A clock that went back
    refuses for a minute at most.
    """
    base = max(now, min(arrival or now, now + PERIOD_SECONDS))
    moved = base + PERIOD_SECONDS / limit
    allowed = moved - now <= PERIOD_SECONDS + ROUNDING_SECONDS
    return allowed, moved if allowed else base


def verdict(*, allowed: bool, arrival: float, now: float, limit: int) -> Verdict:
    """Put into a caller's words what gcra found."""
    step = PERIOD_SECONDS / limit
    used = max(0.0, arrival - now)
    room = PERIOD_SECONDS - used + ROUNDING_SECONDS
    return Verdict(
        allowed=allowed,
        limit=limit,
        remaining=max(0, math.floor(room / step)) if allowed else 0,
        reset_seconds=math.ceil(used - ROUNDING_SECONDS),
        retry_after_seconds=0 if allowed else max(1, math.ceil(step - room)),
    )
