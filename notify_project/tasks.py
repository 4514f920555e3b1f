"""What Celery runs: a lane's pump when its bell rings, a sweep when beat says so.

Bells are disposable: acknowledged early, without expiry, without ETA. What they ring
for lies in the database (docs/decisions/0001-the-row-is-the-queue.md).
"""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import Any

import structlog
from celery import bootsteps, shared_task, signals

from notify_project.celery import app
from notify_project.embedded.waiting import wait_at_the_gate
from notify_project.memory import give_back_large_blocks, settle
from notify_project.queue import pumps, transport
from notify_project.queue.bell import bell
from notify_project.queue.heartbeat import Heartbeat, SecondWorker

# A call whose answer has come waits that long for Python's lock while rows are written;
# Python's own 5 ms cost 3 % of the mails that a worker sends in a second.
_TURN_SECONDS = 0.001

log = structlog.get_logger(__name__)


@shared_task(name="notify.pump", ignore_result=True, acks_late=False, max_retries=0)
def pump(lane: str) -> None:
    """A bell was rung: work the lane."""
    pumps.run(lane)


@shared_task(name="notify.sweep", ignore_result=True, acks_late=False, max_retries=0)
def sweep() -> None:
    """Beat's turn; whoever swept within SWEEP_SECONDS makes this one idle."""
    pumps.sweep_in_turn("beat")


@shared_task(name="notify.chores", ignore_result=True, acks_late=False, max_retries=0)
def chores() -> None:
    """Beat's turn: counts and deletions, each when it is due."""
    pumps.do_chores("beat")


class Ringer:
    """Publishes bells over a connection of its own, kept by the bell's thread."""

    def __init__(self) -> None:
        self._connection: Any = None

    def __call__(self, lane: str) -> None:
        """Send one bell; raises within about a second when the broker is away."""
        if self._connection is None:
            self._connection = app.connection_for_write(
                connect_timeout=1, transport_options=transport.A_SECOND
            )
        try:
            options = {"connection": self._connection, "retry": False}
            pump.apply_async((lane,), queue=lane, **options)
        except Exception:
            self._drop()
            raise

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        with suppress(Exception):  # it is broken: there is nothing left to save
            connection.collect()  # without a word to the other side


bell.publish = Ringer()


class HeartbeatStep(bootsteps.StartStopStep):
    """The worker's own look at the queue, so that a dead broker stops nothing."""

    requires = ("celery.worker.components:Pool",)

    def __init__(self, parent: Any, **options: Any) -> None:
        super().__init__(parent, **options)
        self.heartbeat = Heartbeat()

    def start(self, parent: Any) -> None:
        """A second worker on SQLite ends with a sentence for whoever started it."""
        wait_at_the_gate(_leave_if_told)
        try:
            self.heartbeat.start()
        except SecondWorker as error:
            log.error("second_worker_refused")
            sys.stderr.write(f"{error}\n")  # the log keeps no sentences
            raise SystemExit(1) from None

    def stop(self, parent: Any) -> None:
        self.heartbeat.stop()

    terminate = stop


def _leave_if_told() -> None:
    if pumps.stopping.is_set():
        raise SystemExit(0)


app.steps["worker"].add(HeartbeatStep)


@signals.worker_init.connect
def stay_small(**_: Any) -> None:
    """Files of 25 MB come and go in a worker's threads."""
    give_back_large_blocks()


@signals.worker_init.connect
def take_short_turns(**_: Any) -> None:
    """Sixteen calls and the thread that writes rows share one lock."""
    sys.setswitchinterval(_TURN_SECONDS)


@signals.worker_ready.connect
def stand_still_no_more(**_: Any) -> None:
    """A full look for litter would hold up every call of the worker."""
    settle()


@signals.worker_shutting_down.connect
def stop_claiming(**_: Any) -> None:
    """At the first SIGTERM: finish what is in flight, take nothing new."""
    pumps.stopping.set()
