"""When a message that finds no room with its account is worth looking at again.

What an account can take is its rate, or its places by the length of its calls. What it
cannot take within a second goes back to the queue, due when its turn will come: so
20,000 messages of a slow or limited account are claimed about twice each, and stand in
nobody's way meanwhile. Tenants stand in lines of their own, which get turns alike.

A process knows what it has put back itself; others do the same, and the account's own
limit (providers/limiting.py) holds whatever anybody believes here.
"""

from __future__ import annotations

import heapq
import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

# What is worth keeping in hand; and when what is put back comes again at the earliest.
HAND_SECONDS = 1.0
# Nobody waits for longer than this without being looked at: providers recover.
LONGEST_SECONDS = 300.0
# How many messages a second come back to look whether a broken account works again.
BROKEN_PER_SECOND = 50.0
# A pump goes on while one of its own comes back within this time.
_SOON_SECONDS = 2.0
_FIRST_CALL_SECONDS = 0.05
_LEARNING = 0.2


@dataclass(frozen=True, slots=True)
class Capacity:
    """What an account may do: `places` calls at once, at most `rate` a second."""

    account_id: UUID
    places: int
    rate_per_second: float | None = None


class Line:
    """Who waits for which account, as this process knows it; used by many threads."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        dice: random.Random | None = None,
    ) -> None:
        self._clock = clock
        # No secret hangs on who waits for how long.
        self._dice = dice or random.Random()  # noqa: S311
        self._lock = threading.Lock()
        self._call_seconds: dict[UUID, float] = {}
        self._turns: dict[UUID, dict[UUID, float]] = defaultdict(dict)
        self._comes: dict[str, list[float]] = defaultdict(list)

    def landed(self, account_id: UUID, seconds: float) -> None:
        """Learn how long an account's calls take."""
        known = self._call_seconds.get(account_id, seconds)
        self._call_seconds[account_id] = known + _LEARNING * (seconds - known)

    def per_second(self, one: Capacity) -> float:
        """How many messages a second the account can take."""
        seconds = self._call_seconds.get(one.account_id, _FIRST_CALL_SECONDS)
        by_places = one.places / max(seconds, 0.001)
        return min(by_places, one.rate_per_second or by_places)

    def hand(self, one: Capacity) -> int:
        """How many of its messages are worth keeping in hand."""
        return max(1, int(self.per_second(one) * HAND_SECONDS))

    def wait_seconds(
        self,
        account_id: UUID,
        tenant_id: UUID,
        *,
        per_second: float,
        lane: str,
        after_seconds: float = HAND_SECONDS,
    ) -> float:
        """How long a message waits that is put back now: until its tenant's turn."""
        with self._lock:
            now = self._clock()
            turns = self._turns[account_id]
            for tenant in [each for each, at in turns.items() if at < now]:
                del turns[tenant]
            tenants = len(turns.keys() | {tenant_id})
            begins = max(now + after_seconds, turns.get(tenant_id, 0.0))
            turn = begins + tenants / per_second
            if turn > now + LONGEST_SECONDS:
                turn = now + self._dice.uniform(0.5, 1.0) * LONGEST_SECONDS
            else:
                turns[tenant_id] = turn
            heapq.heappush(self._comes[lane], turn)
            return turn - now

    def comes_at(self, lane: str) -> float | None:
        """When the next of what was put back comes, if that is worth waiting for."""
        with self._lock:
            comes, now = self._comes[lane], self._clock()
            while comes and comes[0] <= now:
                heapq.heappop(comes)
            return comes[0] if comes and comes[0] < now + _SOON_SECONDS else None


line = Line()
