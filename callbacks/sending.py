"""The pump of the lane of callbacks: endpoints in turn, calls in a sliding window.

1. Whose turn is it, and for how many calls (turns.py)? 2. Claim so many. 3. Sign and
post in threads that touch no database. 4. Store what was answered, together with what
else has come (finishing.py). A worker that dies in between loses nothing: its claims
lapse, and whoever takes them posts again under the same id.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import structlog
from django.conf import settings
from django.utils import timezone

from callbacks import calling, expunging, finishing, turns
from callbacks.calling import Order, Outcome
from callbacks.finishing import Landed
from callbacks.models import Callback
from callbacks.schedule import Answer
from notify_project.db import clock
from notify_project.db.encryption import CannotOpen
from notify_project.queue.bell import ring
from notify_project.queue.claiming import Claim
from notify_project.queue.due import lanes_due
from notify_project.queue.models import POISON_CLAIMS
from notify_project.queue.pumps import Wake

# Calls in flight per worker process; each holds a thread.
_WINDOW = 32
_GATHER_SECONDS = 0.002
_LOOK_SECONDS = 0.25

log = structlog.get_logger(__name__)


def pump(lane: str, wake: Wake, stopping: threading.Event) -> None:
    """Send until nothing is due that may be sent, or we are to stop."""
    Pump(wake, stopping).run()


def due_lanes() -> list[str]:
    """The lane of callbacks, if one is due."""
    return lanes_due(Callback, [settings.CALLBACKS_LANE])


def take_up_lapsed() -> None:
    """What vanished workers held is sent again, by whoever hears the bell."""
    finishing.requeue_lapsed()
    for lane in due_lanes():
        ring(lane)


class Pump:
    """One run over the lane."""

    def __init__(self, wake: Wake, stopping: threading.Event) -> None:
        self._wake = wake
        self._stopping = stopping
        self._flying: dict[Future[Outcome], tuple[Callback, UUID]] = {}
        self._served: Any = None

    def run(self) -> None:
        """Everything claimed is finished; whatever breaks leaves it to its lease."""
        with ThreadPoolExecutor(_WINDOW, "callback") as threads:
            try:
                while (pause := self._fill(threads)) is not None or self._flying:
                    self._land(_LOOK_SECONDS if pause is None else pause)
            finally:
                while self._flying:
                    self._land(1.0)

    def _fill(self, threads: ThreadPoolExecutor) -> float | None:
        """Start what may be started; when to look again, None if no more is due."""
        room = _WINDOW - len(self._flying)
        if self._stopping.is_set():
            return None
        if room == 0:
            return _LOOK_SECONDS
        self._wake.heard()
        soonest: float | None = None
        for turn in turns.turns(after=self._served):
            ahead = (turn.at - clock.now()).total_seconds()
            if ahead <= 0 and room:
                taken = self._take(threads, turn, room)
                room -= taken
                ahead = 0.0 if taken else _LOOK_SECONDS
            soonest = ahead if soonest is None else min(soonest, ahead)
        if soonest is None and self._take_suspect(threads):
            return 0.0
        return soonest

    def _take(self, threads: ThreadPoolExecutor, turn: turns.Turn, room: int) -> int:
        token = uuid4()
        claimed = turns.take(turn, room, token=token)
        if claimed is None:
            return 0
        self._served = claimed.served
        self._start(threads, claimed)
        return len(claimed.ids)

    def _take_suspect(self, threads: ThreadPoolExecutor) -> bool:
        """What was claimed twice without an outcome goes alone."""
        if self._flying:
            return False
        claimed = turns.take_suspect(token=uuid4())
        if claimed is None:
            return False
        self._start(threads, claimed)
        return True

    def _start(self, threads: ThreadPoolExecutor, claimed: Claim) -> None:
        now = clock.now()
        for one in _readable(claimed):
            call = threads.submit(calling.call, _order(one, now))
            self._flying[call] = (one, claimed.token)

    def _land(self, pause: float) -> None:
        """Wait for an answer, a bell, or the time to look again; store what came."""
        if not self._flying:
            time.sleep(min(pause, _LOOK_SECONDS))
            return
        either: list[Future[Any]] = [*self._flying]
        if len(self._flying) < _WINDOW:
            either.append(self._wake.rung)
        wait(either, timeout=max(pause, _GATHER_SECONDS), return_when=FIRST_COMPLETED)
        if any(one.done() for one in self._flying):
            wait(self._flying, timeout=_GATHER_SECONDS)
        done = [one for one in self._flying if one.done()]
        landed = [Landed(*self._flying.pop(one), _outcome(one)) for one in done]
        if landed:
            finishing.finish(landed)


def _outcome(call: Future[Outcome]) -> Outcome:
    """What the call brought; one that broke in our hands is tried again."""
    error = call.exception()
    if error is None:
        return call.result()
    log.error("call_broke", error=type(error).__name__)
    return Outcome(Answer(error="unclassified"), timezone.now(), 0)


def _readable(claimed: Claim) -> Sequence[Callback]:
    """The claimed rows; one that cannot be read, or kills its workers, ends here."""
    rows = Callback.across_tenants().filter(claim_token=claimed.token)
    try:
        found = list(rows.filter(id__in=claimed.ids).select_related("endpoint"))
    except CannotOpen:
        found = [one for key in claimed.ids if (one := _opened(key, claimed.token))]
    lost = [one for one in found if one.claims > POISON_CLAIMS]
    gone = [one for one in found if one.content_deleted_at and one not in lost]
    for some, why in ((lost, "workers_lost"), (gone, expunging.UNTOLD)):
        if some:
            finishing.give_up(some, claimed.token, why)
    return [one for one in found if one not in lost and one not in gone]


def _opened(key: UUID, token: UUID) -> Callback | None:
    row = Callback.across_tenants().filter(id=key, claim_token=token)
    try:
        return row.select_related("endpoint").first()
    except CannotOpen:
        finishing.give_up(list(row.only("id", "tenant_id")), token, "unreadable")
        return None


def _order(one: Callback, now: datetime) -> Order:
    endpoint = one.endpoint
    return Order(
        url=endpoint.url,
        event_id=str(one.event_id),
        body=str(one.body).encode(),
        secrets=endpoint.secrets(now),
        hex_secret=str(endpoint.secret) if endpoint.hex_signature else "",
        bearer_token=str(endpoint.bearer_token),
        headers={**endpoint.secret_headers, **(one.headers or {})},
    )
