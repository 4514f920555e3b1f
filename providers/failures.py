"""When an account's calls have failed too often: so many in a row, or half of many.

The second finds a provider that answers some calls, and is no provider to rely on.
"""

from __future__ import annotations

import math
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

# So many calls, one after the other, without a single answer.
TRIPS_AFTER = 10
# Or so large a part of the calls of some seconds, if there were so many of them.
PART, OF_CALLS, OVER_SECONDS = 0.5, 20, 30
# Just after its breaker was closed it is on trial, and fewer are enough.
TRIAL_CALLS, TRIAL_SECONDS = 5, 30.0


def too_many(calls: int, failures: int, *, enough: int = OF_CALLS) -> bool:
    """Whether that part of enough calls has failed. Pure."""
    return calls >= enough and failures >= PART * calls


@dataclass(slots=True)
class _Second:
    """The calls that ended in one second of the clock."""

    begins: int
    calls: int = 0
    failures: int = 0


class Failures:
    """What this process has heard of each account; used by many threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._rows: Counter[UUID] = Counter()
        self._lately: dict[UUID, deque[_Second]] = {}

    def heard(
        self,
        account_id: UUID,
        *,
        well: bool,
        rated: bool = True,
        closed_for: float = math.inf,
    ) -> bool:
        """Whether this one makes it too many; then all of it is forgotten.

        Any answer ends a row. What is not `rated` may be due to the message that was
        brought: it makes a row longer, and no part larger. `closed_for` is how many
        seconds ago the account's breaker was closed: what was before is over.
        """
        with self._lock:
            rate = self._rate(account_id, well, closed_for) if rated else False
            if well:
                self._rows.pop(account_id, None)
                return False
            self._rows[account_id] += 1
            if self._rows[account_id] < TRIPS_AFTER and not rate:
                return False
            del self._rows[account_id]
            self._lately.pop(account_id, None)
            return True

    def _rate(self, account_id: UUID, well: bool, closed_for: float) -> bool:
        now = self._clock()
        seconds = self._lately.setdefault(account_id, deque())
        if not seconds or seconds[-1].begins != int(now):
            seconds.append(_Second(int(now)))
        seconds[-1].calls += 1
        seconds[-1].failures += not well
        since = now - min(closed_for, OVER_SECONDS)
        while seconds and seconds[0].begins + 1 <= since:
            seconds.popleft()
        on_trial = closed_for < TRIAL_SECONDS
        return too_many(
            sum(one.calls for one in seconds),
            sum(one.failures for one in seconds),
            enough=TRIAL_CALLS if on_trial else OF_CALLS,
        )
