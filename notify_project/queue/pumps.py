"""Who works a lane: each app registers its pump and its sweep; workers run them.

A pump is a plain function that works one lane for a while. It is started by a bell
and by each worker's own heartbeat; the same lane never runs twice at once in one
process, and a bell that comes meanwhile makes it look once more.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress

import structlog
from django.conf import settings
from django.db import close_old_connections

from notify_project.queue import leases

Sweep = Callable[[], None]
Waiting = Callable[[], Iterable[str]]

log = structlog.get_logger(__name__)

stopping = threading.Event()


class Wake:
    """A bell that a pump can wait for together with its calls."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rung: Future[None] = Future()

    @property
    def rung(self) -> Future[None]:
        """Done as soon as the bell has rung."""
        return self._rung

    def ring(self) -> None:
        with self._lock:
            if not self._rung.done():
                self._rung.set_result(None)

    def heard(self) -> bool:
        """Whether it rang since the last look; looking resets it."""
        with self._lock:
            if not self._rung.done():
                return False
            self._rung = Future()
            return True


Pump = Callable[[str, Wake, threading.Event], None]


class Lane:
    """One lane of this process: at most one pump at a time."""

    def __init__(self, name: str, pump: Pump) -> None:
        self.name = name
        self.last_run = 0.0
        self._pump = pump
        self._busy = threading.Lock()
        self._wake = Wake()

    def run(self) -> None:
        """Pump until nothing is due; returns at once if another thread is at it."""
        self._wake.ring()
        while self._wake_is_mine():
            try:
                self.last_run = time.monotonic()
                self._pump(self.name, self._wake, stopping)
            finally:
                self.last_run = time.monotonic()
                self._busy.release()

    def _wake_is_mine(self) -> bool:
        """Take the lane if its bell has rung and nobody is at it.

        Looked at again after each release: a bell that rings between a pump's last
        look and its release is thus heard by the thread that rang, or by this one.
        """
        if stopping.is_set() or not self._wake.rung.done():
            return False
        if not self._busy.acquire(blocking=False):
            return False
        if self._wake.heard():
            return True
        self._busy.release()
        return False


_lanes: dict[str, Lane] = {}
_sweeps: dict[str, Sweep] = {}
_waiting: dict[str, Waiting] = {}
_chores: dict[str, tuple[Sweep, float]] = {}


def register(lanes: Iterable[str], pump: Pump) -> None:
    """Say who pumps these lanes; called once, when the app is ready."""
    _lanes.update({name: Lane(name, pump) for name in lanes})


def register_sweep(name: str, sweep: Sweep) -> None:
    """Say what puts right, every few seconds, what crashes left behind."""
    _sweeps[name] = sweep


def register_chore(name: str, chore: Sweep, *, every_seconds: float) -> None:
    """Say what is to be done now and then, by one process of all: counts, deletions."""
    _chores[name] = (chore, every_seconds)


def run(lane: str) -> None:
    """What a bell does. An unknown lane is a bell from another version: ignored."""
    known = _lanes.get(lane)
    if known is None:
        log.warning("unknown_lane", lane=lane)
        return
    with_connection(known.run)


def sweep() -> None:
    """Run every app's sweep; one that fails does not keep the others from running."""
    for name, one in _sweeps.items():
        with_connection(one, name=name)


def do_chores(holder: str) -> None:
    """Do what is due of the chores; nobody else does the same one meanwhile."""
    for name, (chore, every_seconds) in _chores.items():

        def turn(
            name: str = name, chore: Sweep = chore, seconds: float = every_seconds
        ) -> None:
            if leases.take_turn(f"chore:{name}", holder, seconds=seconds):
                chore()

        with_connection(turn, name=name)


def sweep_in_turn(holder: str) -> None:
    """Sweep unless somebody, anywhere, did within SWEEP_SECONDS."""

    def turn() -> None:
        if leases.take_turn("sweep", holder, seconds=settings.SWEEP_SECONDS):
            sweep()

    with_connection(turn, name="sweep")


def lanes() -> dict[str, Lane]:
    """The lanes that this process knows."""
    return _lanes


def register_waiting(name: str, waiting: Waiting) -> None:
    """Say how to see which lanes have something due: one indexed query."""
    _waiting[name] = waiting


def waiting() -> set[str]:
    """The lanes in which something is due."""
    return {lane for ask in _waiting.values() for lane in ask()}


def with_connection(step: Callable[[], object], *, name: str = "pump") -> None:
    """Run a step on a healthy connection; a failing database is logged, not fatal."""
    try:
        close_old_connections()
        step()
    except Exception as error:  # the thread must live: the next turn tries again
        log.exception("step_failed", step=name, error=type(error).__name__)
    with suppress(Exception):  # a connection that cannot even be closed is gone
        close_old_connections()
