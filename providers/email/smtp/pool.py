"""The open connections of one account: reused, counted, closed when idle or old."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from notify_project.egress.sockets import Meter
from providers.email.smtp.connection import Connection
from providers.errors import Temporary

Opener = Callable[[Meter], Connection]


@dataclass(frozen=True, slots=True)
class Limits:
    """How many connections at once, and for how long each is used."""

    connections: int = 8
    messages: int = 100
    idle_seconds: float = 30.0


class Pool:
    """Thread-safe. `take` lends a connection; `give` or `drop` ends the loan."""

    def __init__(self, open_one: Opener, limits: Limits) -> None:
        self._open_one = open_one
        self._limits = limits
        self._slots = threading.BoundedSemaphore(limits.connections)
        self._lock = threading.Lock()
        self._idle: list[Connection] = []  # the newest last, and taken first
        self._reaper: threading.Timer | None = None

    def take(self, meter: Meter, *, anew: bool = False) -> tuple[Connection, bool]:
        """A connection, and whether it was used before; `anew` wants an unused one.

        Waits for a free one as long as the meter allows, then raises Temporary;
        opening raises what `Connection.opened` does.
        """
        if not self._slots.acquire(timeout=max(0, meter.deadline - time.monotonic())):
            busy = "All connections to the server are busy."
            raise Temporary(busy, code="busy", personal=True)
        try:
            used = None if anew else self._take_idle()
            if used is None:
                return self._open_one(meter), False
            used.start(meter)
            return used, True
        except BaseException:
            self._slots.release()
            raise

    def give(self, connection: Connection) -> None:
        """Back into the pool, unless it has carried its share of messages."""
        keep = connection.sent < self._limits.messages
        if keep:
            connection.idle_since = time.monotonic()
            with self._lock:
                self._idle.append(connection)
                self._watch()
        self._slots.release()
        if not keep:
            connection.hang_up()

    def drop(self, connection: Connection) -> None:
        """Close instead of giving back: its conversation is out of step."""
        self._slots.release()
        connection.close()

    def close(self) -> None:
        """Close what is idle; connections on loan are closed by nobody."""
        with self._lock:
            idle, self._idle = self._idle, []
            if self._reaper is not None:
                self._reaper.cancel()
                self._reaper = None
        for connection in idle:
            connection.hang_up()

    def _take_idle(self) -> Connection | None:
        while True:
            with self._lock:
                if not self._idle:
                    return None
                connection = self._idle.pop()
            age = time.monotonic() - connection.idle_since
            if age < self._limits.idle_seconds and connection.is_fresh():
                return connection
            connection.close()

    def _watch(self) -> None:
        """Have somebody look when the oldest is due; called under the lock."""
        if self._reaper is None and self._idle:
            self._reaper = threading.Timer(self._limits.idle_seconds, self._reap)
            self._reaper.daemon = True
            self._reaper.start()

    def _reap(self) -> None:
        due = time.monotonic() - self._limits.idle_seconds
        with self._lock:
            self._reaper = None
            old = [one for one in self._idle if one.idle_since <= due]
            self._idle = [one for one in self._idle if one.idle_since > due]
            self._watch()
        for connection in old:
            connection.hang_up()
