"""The workers that share some work, as this one sees them: how many, and its place.

A worker's lease (heartbeat.py) names the channels whose lanes it works. Leases are read
every few seconds, so nobody asks the database on a message's way; a worker that begins
or dies is known to the others some seconds later.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.conf import settings

_SIGN = "/"


@dataclass(frozen=True, slots=True)
class Place:
    """This worker is number `rank` of `size`; without others, the only one."""

    size: int = 1
    rank: int = 0


def share_of(limit: int, place: Place) -> int:
    """A worker's part of a limit of all together: at least one, whatever that makes."""
    return max(1, limit // place.size + (place.rank < limit % place.size))


class Fleet:
    """What this worker knows of the others; written by its heartbeat alone."""

    def __init__(self) -> None:
        self._places: dict[str, Place] = {}

    def note(self, mine: str, leases: Iterable[str]) -> None:
        """Learn from the names of the leases that run, in whatever order."""
        there = sorted({mine, *leases})
        self._places = {
            work: _place(mine, [one for one in there if work in _works(one)])
            for work in _works(mine)
        }

    def of(self, work: str) -> Place:
        """Among those who work a channel's lanes."""
        return self._places.get(work, Place())

    def share(self, limit: int, work: str) -> int:
        """This worker's part of a limit on a channel's work."""
        return share_of(limit, self.of(work))


def named(lease: str, lanes: Collection[str]) -> str:
    """The name of a worker's lease, with the channels whose lanes it works."""
    works = sorted({one.partition("-")[0] for one in _sending(lanes)})
    return f"{lease}{_SIGN}{','.join(works)}"


def _sending(lanes: Collection[str]) -> list[str]:
    return [one for one in lanes if one in settings.SENDING_LANES]


def _works(lease: str) -> list[str]:
    _name, _sign, works = lease.partition(_SIGN)
    return works.split(",") if works else []


def _place(mine: str, there: list[str]) -> Place:
    return Place(len(there), there.index(mine))


fleet = Fleet()
