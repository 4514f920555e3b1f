"""Which of several accounts gets more of the messages, and which less. Pure.

The accounts of one owner, channel and tier share the messages by their points:

1. More than 50 errors in 60 s: the worst of them gives 10 points to those that are
   well, at most once a minute.
2. Slow delivery: 15 % of the last 15 minutes' messages took 5 minutes or more, where
   not all accounts are slow: the slowest gives 10 points, at most once in 5 minutes.
3. After 15 quiet minutes each goes back towards its resting point, by 10 points at most
   every 5 minutes.

Points are moved, never made: the total stays what it was, unless the resting points
themselves have another one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

POINTS = 10
MOST_ERRORS = 50
ERRORS_WITHIN_SECONDS = 60.0
ERRORS_AGAIN_SECONDS = 60.0
SLOW_AFTER_SECONDS = 300.0
SLOW_WITHIN_SECONDS = 900.0
SLOW_SHARE = 0.15
SLOW_AGAIN_SECONDS = 300.0
QUIET_SECONDS = 900.0
REST_AGAIN_SECONDS = 300.0
NEVER = float("inf")


@dataclass(frozen=True, slots=True)
class Standing:
    """One account: its points, and how it has done lately."""

    account_id: UUID
    points: int
    resting_point: int
    errors: int = 0  # in the last 60 s
    sent: int = 0  # in the last 15 minutes, where the provider reports what arrived
    slow: int = 0  # of these

    @property
    def fails(self) -> bool:
        return self.errors > MOST_ERRORS

    @property
    def slow_share(self) -> float:
        return self.slow / self.sent if self.sent else 0.0

    @property
    def is_slow(self) -> bool:
        return self.slow_share >= SLOW_SHARE


@dataclass(frozen=True, slots=True)
class Past:
    """How long ago the points of these accounts were changed: at all, for trouble."""

    change_seconds: float = NEVER
    trouble_seconds: float = NEVER  # errors, slowness, or a person


@dataclass(frozen=True, slots=True)
class Decision:
    """New points by account, of those that change, and why; about whom, in numbers."""

    reason: str
    points: Mapping[UUID, int]
    about: UUID | None = None
    figures: Mapping[str, int] = field(default_factory=dict)


def decide(standings: Sequence[Standing], past: Past) -> Decision | None:
    """What is to be done now; None: nothing."""
    if len(standings) < 2:
        return None
    failing = [one for one in standings if one.fails]
    slow = [one for one in standings if one.is_slow]
    differ = 0 < len(slow) < len(standings)
    if failing:
        return _for_errors(standings, failing, past)
    if differ:
        return _for_slowness(standings, slow, past)
    return _towards_rest(standings, past)


def _for_errors(
    standings: Sequence[Standing], failing: Sequence[Standing], past: Past
) -> Decision | None:
    if past.change_seconds < ERRORS_AGAIN_SECONDS:
        return None
    well = [one for one in standings if not one.fails]
    worst = max(failing, key=lambda one: (one.points > 0, one.errors))
    return _moved("errors", worst, well, {"errors": worst.errors})


def _for_slowness(
    standings: Sequence[Standing], slow: Sequence[Standing], past: Past
) -> Decision | None:
    if past.change_seconds < SLOW_AGAIN_SECONDS:
        return None
    well = [one for one in standings if not one.is_slow]
    worst = max(slow, key=lambda one: (one.points > 0, one.slow_share))
    figures = {"slow": worst.slow, "sent": worst.sent}
    return _moved("slow", worst, well, figures)


def _moved(
    reason: str, loser: Standing, well: Sequence[Standing], figures: Mapping[str, int]
) -> Decision | None:
    points = min(POINTS, loser.points)
    if not points or not well:
        return None
    gains = divided(points, [one.resting_point for one in well])
    new = {
        one.account_id: one.points + gain
        for one, gain in zip(well, gains, strict=True)
        if gain
    }
    new[loser.account_id] = loser.points - points
    return Decision(reason, new, loser.account_id, figures)


def _towards_rest(standings: Sequence[Standing], past: Past) -> Decision | None:
    quiet = past.trouble_seconds >= QUIET_SECONDS
    if not quiet or past.change_seconds < REST_AGAIN_SECONDS:
        return None
    gaps = [one.resting_point - one.points for one in standings]
    up = [min(POINTS, max(0, gap)) for gap in gaps]
    down = [min(POINTS, max(0, -gap)) for gap in gaps]
    if not sum(gaps):
        moved = min(sum(up), sum(down))
        up, down = divided(moved, up), divided(moved, down)
    new = {
        one.account_id: one.points + plus - minus
        for one, plus, minus in zip(standings, up, down, strict=True)
        if plus != minus
    }
    return Decision("rest", new) if new else None


def divided(points: int, shares: Sequence[int]) -> list[int]:
    """Whole points by these shares, largest remainders first; equal if all are 0."""
    total = sum(shares)
    if not total:
        shares, total = [1] * len(shares), len(shares)
    exact = [points * share / total for share in shares]
    parts = [int(one) for one in exact]
    by_rest = sorted(range(len(parts)), key=lambda n: parts[n] - exact[n])
    for n in by_rest[: points - sum(parts)]:
        parts[n] += 1
    return parts
