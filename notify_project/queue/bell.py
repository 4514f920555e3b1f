"""ring(lane): the only door-bell. It never raises, never waits, and may be lost.

A thread of this process publishes; rings of one lane within 50 ms are one bell. When
the broker refuses or hangs, bells are dropped for 5 s: workers look for themselves
every second, so a lost bell costs latency, never a message.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

import structlog
from django.db import transaction

from notify_project.observability.metrics import Counter

Publisher = Callable[[str], None]

_PAUSE_SECONDS = 0.05
_BREAK_SECONDS = 5.0

log = structlog.get_logger(__name__)
_failed = Counter("notify_hints_failed_total", "Bells that the broker did not take.")


class Bell:
    """The lanes that want ringing, and the thread that rings them."""

    def __init__(self, publish: Publisher | None = None) -> None:
        self.publish = publish
        self.begin_anew()

    def begin_anew(self) -> None:
        """Threads, and locks that they hold, do not survive a fork."""
        self._wanted: set[str] = set()
        self._wake = threading.Condition()
        self._thread: threading.Thread | None = None
        self._silent_until = 0.0

    def touch(self, lane: str) -> None:
        """Note that a lane may have work; takes microseconds."""
        with self._wake:
            self._start()
            self._wanted.add(lane)
            self._wake.notify()

    def _start(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="bell", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._wanted:
                    self._wake.wait()
                lanes, self._wanted = self._wanted, set()
            for lane in sorted(lanes):
                self._ring(lane)
            time.sleep(_PAUSE_SECONDS)

    def _ring(self, lane: str) -> None:
        if self.publish is None or time.monotonic() < self._silent_until:
            return
        try:
            self.publish(lane)
        except Exception as error:  # any client of any broker: the bell never raises
            self._silent_until = time.monotonic() + _BREAK_SECONDS
            _failed.count()
            log.warning("bell_lost", lane=lane, error=type(error).__name__)


bell = Bell()
os.register_at_fork(after_in_child=bell.begin_anew)


def ring(lane: str) -> None:
    """Ring when the present transaction has committed; at once when there is none."""
    transaction.on_commit(lambda: bell.touch(lane), robust=True)
