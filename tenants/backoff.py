"""Makes guessing keys slow: who fails often waits longer, per address and key.

Kept in the memory of one process: a guesser has 2**256 secrets to try, so this only
spares the database the work and the log the lines. Passwords are weaker: their
failures are counted in the database (login_failures.py).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from notify_project.remembering import Memory

FREE_FAILURES = 10
LONGEST_WAIT_SECONDS = 60.0
FORGET_AFTER_SECONDS = 600.0
_MOST_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class _Record:
    failures: int
    failed_at: float


def wait_seconds(failures: int, *, free: int = FREE_FAILURES) -> float:
    """How long to refuse after that many failures: nothing, then 1, 2, 4 ... 60 s."""
    if failures < free:
        return 0.0
    return min(LONGEST_WAIT_SECONDS, 2.0 ** min(failures - free, 10))


class Backoff:
    """Failures by (address, key id)."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._records: Memory[tuple[str, str], _Record] = Memory(
            size=_MOST_REMEMBERED, seconds=lambda: FORGET_AFTER_SECONDS, clock=clock
        )

    def is_waiting(self, address: str, key: str) -> bool:
        """Whether to refuse without looking."""
        record = self._records.get((address, key))
        return record is not None and (
            self._clock() - record.failed_at < wait_seconds(record.failures)
        )

    def failed(self, address: str, key: str) -> None:
        """Count one more."""
        record = self._records.get((address, key))
        failures = 1 if record is None else record.failures + 1
        self._records.put((address, key), _Record(failures, self._clock()))

    def succeeded(self, address: str, key: str) -> None:
        """All is forgiven."""
        self._records.forget((address, key))
