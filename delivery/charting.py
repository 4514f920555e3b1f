"""Charts as numbers that an SVG takes: whole ones, which no language writes otherwise.

Pure. What a chart shows stands in a table beside it, for those who do not see it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

HEIGHT = 100
_BAR, _GAP = 16, 4
_LINE_WIDTH, _LINE_HEIGHT = 120, 24


@dataclass(frozen=True, slots=True)
class Counted:
    """Messages of a day, a channel or a tenant, by what became of them."""

    name: str
    messages: int
    arrived: int
    lost: int

    @property
    def rate(self) -> float | None:
        """Per cent that arrived, of those of which that is known."""
        known = self.arrived + self.lost
        return round(100 * self.arrived / known, 1) if known else None


@dataclass(frozen=True, slots=True)
class Part:
    """One colour of a bar: arrived, lost or open."""

    kind: str
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Bar:
    """What became of one day's messages, from below: arrived, lost, not known."""

    of: Counted
    x: int
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True)
class Chart:
    """`most` is what the highest bar stands for; 0: there is nothing to show."""

    bars: Sequence[Bar]
    most: int
    width: int
    height: int = HEIGHT
    bar: int = _BAR


def chart(lines: Sequence[Counted]) -> Chart:
    """A bar for each, in their order."""
    most = max((one.messages for one in lines), default=0)
    bars = [
        Bar(one, number * (_BAR + _GAP), _parts(one, most))
        for number, one in enumerate(lines)
    ]
    return Chart(bars, most, max(1, len(bars) * (_BAR + _GAP) - _GAP))


def _parts(one: Counted, most: int) -> list[Part]:
    parts, top = [], HEIGHT
    others = one.messages - one.arrived - one.lost
    for kind, count in (("arrived", one.arrived), ("lost", one.lost), ("open", others)):
        if count:
            # A single one among a million is seen too.
            height = min(top, max(1, round(HEIGHT * count / most)))
            top -= height
            parts.append(Part(kind, top, height))
    return parts


@dataclass(frozen=True, slots=True)
class Line:
    """Steps over a time, as the points of a polyline."""

    points: str
    width: int = _LINE_WIDTH
    height: int = _LINE_HEIGHT


def line(steps: Sequence[tuple[datetime, int]], start: datetime, end: datetime) -> Line:
    """From `start` to `end`; each step holds until the next, the first from before."""
    most = max((value for _at, value in steps), default=0) or 1
    span = (end - start).total_seconds()
    points: list[tuple[int, int]] = []
    for at, value in steps:
        share = _within((at - start).total_seconds() / span)
        x, y = round(_LINE_WIDTH * share), round(_LINE_HEIGHT * (1 - value / most))
        if points:
            points.append((x, points[-1][1]))
        points.append((x, y))
    if points:
        points.append((_LINE_WIDTH, points[-1][1]))
    return Line(" ".join(f"{x},{y}" for x, y in points))


@dataclass(frozen=True, slots=True)
class Band:
    """A time within a line's, as the place of a rectangle behind it."""

    x: int
    width: int
    height: int = _LINE_HEIGHT


def bands(
    spans: Sequence[tuple[datetime, datetime | None]], start: datetime, end: datetime
) -> list[Band]:
    """Each from its first to its second moment, or to the end; a moment is seen too."""
    whole = (end - start).total_seconds()
    found = []
    for span in spans:
        left, right = (
            round(_LINE_WIDTH * _within(((at or end) - start).total_seconds() / whole))
            for at in span
        )
        left = min(left, _LINE_WIDTH - 1)
        found.append(Band(left, max(1, right - left)))
    return found


def _within(share: float) -> float:
    return min(1.0, max(0.0, share))
