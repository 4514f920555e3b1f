"""Balancing over hours of virtual time: what becomes of the points. Pure.

Virtual providers take messages by their points, fail or deliver slowly at given times;
balancing.py decides as it does for real.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from delivery import balancing
from delivery.balancing import NEVER, Past, Standing, decide

TICK_SECONDS = 10.0
ERRORS, SLOW = "errors", "slow"
KINDS = (ERRORS, SLOW)
_BAR = 30


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one provider, in minutes of virtual time.

    `share` of its messages fail, or take longer than 5 minutes to arrive.
    """

    name: str
    kind: str
    begins: float
    ends: float
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Scenario:
    """Providers with their resting points, how much is sent, and what goes wrong."""

    resting: tuple[tuple[str, int], ...]
    per_second: float
    hours: float
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """The points after one tick; `reason` if they have just been changed."""

    seconds: float
    points: tuple[int, ...]
    reason: str = ""


@dataclass
class _Provider:
    account_id: UUID
    name: str
    resting_point: int
    points: int
    errors: deque[float] = field(default_factory=lambda: deque(maxlen=_ticks(60)))
    # Per tick of the last 15 minutes: sent, and of these the ones that arrive late.
    sent: deque[tuple[float, float]] = field(
        default_factory=lambda: deque(maxlen=_ticks(900))
    )

    def standing(self) -> Standing:
        """Late ones are known to be late only once they are 5 minutes old."""
        old = list(self.sent)[: -_ticks(balancing.SLOW_AFTER_SECONDS)]
        return Standing(
            account_id=self.account_id,
            points=self.points,
            resting_point=self.resting_point,
            errors=round(sum(self.errors)),
            sent=round(sum(count for count, _late in self.sent)),
            slow=round(sum(late for _count, late in old)),
        )


def run(scenario: Scenario) -> Iterator[Moment]:
    """One moment for each tick."""
    providers = [
        _Provider(UUID(int=number), name, points, points)
        for number, (name, points) in enumerate(scenario.resting)
    ]
    changed = troubled = -NEVER
    for tick in range(_ticks(scenario.hours * 3600.0)):
        now = tick * TICK_SECONDS
        _send(scenario, providers, now)
        decision = decide(
            [one.standing() for one in providers], Past(now - changed, now - troubled)
        )
        if decision:
            changed = now
            troubled = troubled if decision.reason == "rest" else now
            for one in providers:
                one.points = decision.points.get(one.account_id, one.points)
        reason = decision.reason if decision else ""
        yield Moment(now, tuple(one.points for one in providers), reason)


def _send(scenario: Scenario, providers: Sequence[_Provider], now: float) -> None:
    total = sum(one.points for one in providers) or len(providers)
    for one in providers:
        count = scenario.per_second * TICK_SECONDS * one.points / total
        failed = count * _share(scenario, one.name, ERRORS, now)
        one.errors.append(failed)
        sent = count - failed
        one.sent.append((sent, sent * _share(scenario, one.name, SLOW, now)))


def _share(scenario: Scenario, name: str, kind: str, now: float) -> float:
    shares = [
        one.share
        for one in scenario.faults
        if (one.name, one.kind) == (name, kind)
        and one.begins * 60 <= now < one.ends * 60
    ]
    return max(shares, default=0.0)


def _ticks(seconds: float) -> int:
    return round(seconds / TICK_SECONDS)


def drawn(scenario: Scenario, *, every_minutes: float = 5.0) -> Iterator[str]:
    """A line for each change, and one now and then: a bar of points per provider."""
    names = [name for name, _points in scenario.resting]
    width = max(map(len, names))
    last = -NEVER
    for moment in run(scenario):
        if moment.reason or moment.seconds - last >= every_minutes * 60:
            last = moment.seconds
            yield _line(names, width, moment)


def _line(names: Sequence[str], width: int, moment: Moment) -> str:
    total = sum(moment.points) or 1
    bars = "  ".join(
        f"{name:>{width}} {points:3} {'█' * round(_BAR * points / total):<{_BAR}}"
        for name, points in zip(names, moment.points, strict=True)
    )
    minutes, seconds = divmod(round(moment.seconds), 60)
    clock = f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
    return f"{clock}  {bars}  {moment.reason}".rstrip()
