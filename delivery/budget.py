"""How many calls to an account may be repeats: a fifth as many as first ones, and ten a
second beside.

A repeat is booked when its call has failed: for the first second that has room, not
before its own wait is over. So nothing is claimed in vain, and no try is spent. Each
worker process keeps books of its own: of what it has sent, and of its part of the ten.
"""

from __future__ import annotations

import math
import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from uuid import UUID

from notify_project.queue.fleet import Place

SHARE = 0.2
BESIDE_PER_SECOND = 10.0
OVER_SECONDS = 60
# The next second that is looked at is further and further away, at most by this.
_LONGEST_STEP = 60


class Budget:
    """Seconds that are booked, by account; used by many threads."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        dice: random.Random | None = None,
    ) -> None:
        self._clock = clock
        # No secret hangs on who waits for how long.
        self._dice = dice or random.Random()  # noqa: S311
        self._lock = threading.Lock()
        self._firsts: dict[UUID, Counter[int]] = defaultdict(Counter)
        self._booked: dict[UUID, Counter[int]] = defaultdict(Counter)
        self._tidied = 0

    def tried(self, account_id: UUID) -> None:
        """Somebody was called with a message for the first time."""
        with self._lock:
            now = self._clock()
            self._tidy(int(now))
            self._firsts[account_id][int(now)] += 1

    def book(
        self, account_id: UUID, wait_seconds: float, place: Place | None = None
    ) -> float:
        """How long a message waits that would be tried again after `wait_seconds`.

        `place` is this worker's among those who call the account.
        """
        with self._lock:
            now = self._clock()
            self._tidy(int(now))
            booked = self._booked[account_id]
            place = place or Place()
            part, phase = self._per_second(account_id, place), place.rank / place.size
            most = math.ceil(part)
            wished = second = int(now + wait_seconds)
            step = 1
            while booked[second] >= most or booked[second] >= room(part, second, phase):
                second += self._dice.randint(1, step)
                step = min(2 * step, _LONGEST_STEP)
            booked[second] += 1
            if second == wished:
                return wait_seconds
            return second - now + self._dice.random()

    def _per_second(self, account_id: UUID, place: Place) -> float:
        lately = self._firsts[account_id].total()
        return BESIDE_PER_SECOND / place.size + SHARE * lately / OVER_SECONDS

    def _tidy(self, now: int) -> None:
        """Forget what is over, once a second."""
        if self._tidied == now:
            return
        self._tidied = now
        for booked in self._booked.values():
            _drop(booked, before=now)
        for firsts in self._firsts.values():
            _drop(firsts, before=now - OVER_SECONDS)


def room(per_second: float, second: int, phase: float = 0.0) -> int:
    """Of so many a second, those of this one: whole ones that add up to it.

    Who has another `phase`, of 0 to 1, has them in other seconds.
    """
    before = math.floor(second * per_second + phase)
    return math.floor((second + 1) * per_second + phase) - before


def _drop(counts: Counter[int], *, before: int) -> None:
    for second in [one for one in counts if one < before]:
        del counts[second]


budget = Budget()
