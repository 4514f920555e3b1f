"""The thread in each worker that keeps things moving when no bell rings.

Beat and bells reach a worker through the broker only. So every worker looks for
itself: once a second it shows that it lives, sweeps when nobody else has, and pumps
the lanes that it has not looked at for 2 s. Every few seconds it looks who else lives.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from uuid import uuid4

import structlog
from django.conf import settings
from django.db import connection, connections

from notify_project.observability import metrics
from notify_project.queue import leases, pumps
from notify_project.queue.fleet import fleet, named

_TICK_SECONDS = 1.0
_QUIET_SECONDS = 2.0
_LOOK_ROUND_SECONDS = 5.0
ALIVE_SECONDS = 15.0
WORKER_PREFIX = "worker:"
SQLITE_WORKER = "worker:sqlite"

log = structlog.get_logger(__name__)


class SecondWorker(RuntimeError):
    """SQLite has one writer: a second worker would only wait for the first."""


class Heartbeat:
    """Started and stopped with the worker, by notify_project/tasks.py."""

    def __init__(self) -> None:
        self.holder = f"{_host()}:{os.getpid()}:{uuid4().hex[:8]}"
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)
        self._pumping: dict[str, threading.Thread] = {}
        self._looked_round = 0.0

    @property
    def lease(self) -> str:
        """On SQLite all workers want the same name; elsewhere each has its own."""
        if connection.vendor == "sqlite":
            return SQLITE_WORKER
        return named(f"{WORKER_PREFIX}{self.holder}", settings.WORKER_LANES)

    def start(self) -> None:
        """Raises SecondWorker on SQLite while another worker lives."""
        if not (self._acquire() or self._take_over()):
            raise SecondWorker(
                "Another worker is using this SQLite database. SQLite has one writer: "
                "stop the other worker, or set DATABASE_URL to PostgreSQL. If it was "
                f"killed on another host, wait {ALIVE_SECONDS:.0f} seconds."
            )
        self._look_round()
        self._thread.start()

    def _acquire(self) -> bool:
        return leases.acquire(self.lease, self.holder, seconds=ALIVE_SECONDS)

    def _take_over(self) -> bool:
        """From a worker of this host that was killed: its process is gone."""
        there = leases.holder_of(self.lease)
        host, _, rest = there.rpartition(":")[0].rpartition(":")
        if host != _host() or not rest.isdecimal() or _runs(int(rest)):
            return False
        return leases.take_over(
            self.lease, self.holder, vanished=there, seconds=ALIVE_SECONDS
        )

    def stop(self) -> None:
        """Stop taking work; returns when the running calls have ended."""
        pumps.stopping.set()
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        for thread in self._pumping.values():
            thread.join(timeout=settings.LEASE_SECONDS / 2)
        pumps.with_connection(metrics.flush, name="metrics")
        pumps.with_connection(
            lambda: leases.give_up(self.lease, self.holder), name="heartbeat"
        )

    def _run(self) -> None:
        while not self._stop.wait(_TICK_SECONDS):
            pumps.with_connection(self._tick, name="heartbeat")

    def _tick(self) -> None:
        if not self._acquire():
            # We slept for so long that another took our place.
            log.error("worker_replaced", holder=leases.holder_of(self.lease))
            pumps.stopping.set()
            os.kill(os.getpid(), signal.SIGTERM)
            return
        if time.monotonic() - self._looked_round > _LOOK_ROUND_SECONDS:
            self._look_round()
        metrics.flush_if_due()
        pumps.sweep_in_turn(self.holder)
        quiet_since = time.monotonic() - _QUIET_SECONDS
        for name in pumps.waiting().intersection(settings.WORKER_LANES):
            lane = pumps.lanes().get(name)
            if lane and lane.last_run < quiet_since:
                self._pump(name)

    def _look_round(self) -> None:
        self._looked_round = time.monotonic()
        fleet.note(self.lease, leases.names(WORKER_PREFIX))

    def _pump(self, name: str) -> None:
        """Pump in a thread of its own: a slow provider must not stop the heart."""
        running = self._pumping.get(name)
        if running and running.is_alive():
            return
        thread = threading.Thread(
            target=_pump_once, args=(name,), name=f"pump-{name}", daemon=True
        )
        self._pumping[name] = thread
        thread.start()


def _pump_once(name: str) -> None:
    """Each thread has a connection of its own, which would outlive it unseen."""
    try:
        pumps.run(name)
    finally:
        connections.close_all()


def _host() -> str:
    return socket.gethostname()[:40]


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's, but it runs
    return True
