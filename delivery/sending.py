"""The pump of the channels' lanes: claim, begin, call, finish, in a sliding window.

Of a lane's due messages a worker claims some, checks the gates, commits `sending` with
an attempt row, and only then calls the provider, up to LANE_CONCURRENCY calls at once.
Calls run in threads that touch no database; all rows are written by the pump's own
thread, outcomes that arrive together in one transaction. Docs: docs/guide/delivery.md.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any
from uuid import UUID, uuid4

import structlog
from django.conf import settings
from django.db import (
    InterfaceError,
    InternalError,
    OperationalError,
    close_old_connections,
)

from delivery import calling, finishing, returning
from delivery.beginning import Begun, begin
from delivery.freight import Load
from delivery.loading import Held, load
from delivery.models import Message
from delivery.outcomes import Kind, Outcome
from delivery.summing import Sums
from notify_project.queue import claiming, custody
from notify_project.queue.pumps import Wake
from notify_project.queue.writing import writing

_RENEW_SECONDS = 15.0
_GATHER_SECONDS = 0.002
# While calls are this quick, some messages more are begun, so that no thread waits for
# the database. With slow calls they would wait too long, and be in doubt after a crash.
_QUICK_MS = 500
_AHEAD_SHARE = 2
# Notifications whose messages have ended are summed up this often, all of them at once.
_SUM_SECONDS = 0.2
# Messages under suspicion are looked for this often, and worked for as long at most.
_SUSPECT_SECONDS = 5.0
# Once we are to stop, outcomes wait no longer for a database that is away; the leases
# and the sweeper's word (unknown) then hold.
_SAVE_SECONDS = 20.0
# The database restarts, fails over, or is locked: it will be back.
_AWAY = (OperationalError, InterfaceError, InternalError)

log = structlog.get_logger(__name__)


def pump(lane: str, wake: Wake, stopping: threading.Event) -> None:
    """Work one lane until nothing is due or we are to stop; a bell: look again."""
    Pump(lane, wake, stopping).run()


class Pump:
    """One run over one lane."""

    def __init__(self, lane: str, wake: Wake, stopping: threading.Event) -> None:
        self._lane = lane
        self._wake = wake
        self._stopping = stopping
        self._window = settings.LANE_CONCURRENCY
        self._waiting: deque[Held] = deque()
        self._flying: dict[Future[Outcome], Begun] = {}
        self._landed: list[tuple[Begun, Outcome]] = []
        self._tokens: set[UUID] = set()  # under which rows may be ours
        self._unsaved: set[UUID] = set()  # called, but the outcome found no way home
        self._load = Load()
        self._sums = Sums(_SUM_SECONDS)
        self._ahead = 0  # begun beyond the window
        self._renewed = time.monotonic()
        self._suspected = 0.0
        self._served: Any = None
        self._dry = False

    def run(self) -> None:
        """Everything claimed is finished, given back, or left to its lease."""
        with ThreadPoolExecutor(self._window, f"call-{self._lane}") as threads:
            try:
                while self._fill(threads) or self._flying or self._landed:
                    # Free places are filled first: the calls run while we write.
                    self._save()
                    self._sum_up(at_once=not self._flying)
                    self._land()
                    self._renew()
                    self._work_suspects()
                self._work_suspects()
            finally:
                self._end()

    def _may_claim(self) -> bool:
        if self._wake.heard():
            self._dry = False
        return not (self._dry or self._stopping.is_set())

    def _fill(self, threads: ThreadPoolExecutor) -> bool:
        """Start as many calls as there is room for; False when there is no more."""
        room = self._window + self._ahead - len(self._flying)
        if len(self._waiting) < room and self._may_claim():
            self._claim()
        if self._stopping.is_set():
            self._give_back()
        batch = self._next(room)
        if batch:
            begun = begin(batch)
            called = {one.message.id for one in begun}
            self._load.put_down({one.id for one, _token in batch} - called)
            for one in begun:
                self._flying[threads.submit(calling.call, one.order)] = one
        return bool(batch or self._waiting) or self._may_claim()

    def _next(self, room: int) -> list[Held]:
        """Whose turn it is; one whose files find no room lets those without pass."""
        batch: list[Held] = []
        left: deque[Held] = deque()
        full = False
        for held in self._waiting:
            message = held[0]
            if len(batch) == room or (full and message.file_bytes):
                left.append(held)
            elif self._load.take(message.id, message.file_bytes):
                batch.append(held)
            else:
                full = True
                left.append(held)
        self._waiting = left
        return batch

    def _claim(self) -> None:
        token = self._new_token()
        claimed = claiming.claim(
            Message, self._lane, 2 * self._window, token=token, after=self._served
        )
        self._dry = claimed is None
        if claimed is None:
            self._tokens.discard(token)
        else:
            self._served = claimed.served
            self._waiting += [(one, token) for one in load(token, claimed.ids)]

    def _new_token(self) -> UUID:
        """Known before it is used: a broken statement's rows are found by it."""
        token = uuid4()
        waiting = {held for _message, held in self._waiting}
        flying = {one.token for one in self._flying.values()}
        landed = {one.token for one, _outcome in self._landed}
        self._tokens = waiting | flying | landed | {token}
        return token

    def _land(self) -> None:
        """Wait for an outcome; gather those that come with it, to be saved together."""
        if not self._flying:
            self._load.wait(1.0)
            return
        either: list[Future[Any]] = list(self._flying)
        if len(either) < self._window and not self._waiting:
            either.append(self._wake.rung)  # there is room: a bell is worth hearing
        wait(either, timeout=1.0, return_when=FIRST_COMPLETED)
        if any(one.done() for one in self._flying):
            wait(self._flying, timeout=_GATHER_SECONDS)
        done = [one for one in self._flying if one.done()]
        for one in done:
            self._landed.append((self._flying.pop(one).landed(), _outcome(one)))
        self._load.put_down({begun.message.id for begun, _outcome in self._landed})
        if any(outcome.throttled for _begun, outcome in self._landed):
            self._save()  # the pause must be known before anything else is begun
        if self._landed:
            slowest = max(outcome.duration_ms for _begun, outcome in self._landed)
            self._ahead = self._window // _AHEAD_SHARE if slowest < _QUICK_MS else 0

    def _save(self) -> None:
        """Finish; one outcome that cannot be stored does not take others with it."""
        landed, self._landed = self._landed, []
        if not landed:
            return
        self._unsaved |= {one.message.id for one, _ in landed}
        try:
            self._insist(lambda: finishing.finish(landed, self._sums.add))
        except Exception as error:
            if isinstance(error, _AWAY):
                raise
            log.exception("outcome_unstorable", error=type(error).__name__)
            for one, outcome in landed:
                self._save_bare(one, outcome.bare())
        else:
            self._unsaved -= {one.message.id for one, _ in landed}

    def _save_bare(self, one: Begun, outcome: Outcome) -> None:
        """By itself and without the provider's words; else its lease decides."""
        try:
            self._insist(lambda: finishing.finish([(one, outcome)], self._sums.add))
        except Exception as error:
            if isinstance(error, _AWAY):
                raise
            log.exception("outcome_lost", message_id=str(one.message.id))
        else:
            self._unsaved.discard(one.message.id)

    def _sum_up(self, *, at_once: bool) -> None:
        """What cannot be summed up now is left to the sweeper."""
        try:
            self._sums.settle(at_once=at_once)
        except _AWAY as error:
            log.warning("sums_wait", error=type(error).__name__)
            close_old_connections()

    def _insist(self, step: Callable[[], object]) -> None:
        """While the database is away, outcomes wait: they are what must not be lost."""
        give_up: float | None = None
        while True:
            try:
                step()
                return
            except _AWAY as error:
                if self._stopping.is_set() and give_up is None:
                    give_up = time.monotonic() + _SAVE_SECONDS
                if give_up is not None and time.monotonic() > give_up:
                    raise
                log.warning("outcomes_wait", error=type(error).__name__)
                close_old_connections()
                time.sleep(0.5)

    def _land_all(self) -> None:
        self._save()
        while self._flying:
            self._land()
            self._save()

    def _renew(self) -> None:
        if time.monotonic() - self._renewed < _RENEW_SECONDS:
            return
        self._renewed = time.monotonic()
        with writing():
            custody.renew(Message, list(self._tokens))

    def _give_back(self) -> None:
        """Give back what was claimed and is not being called."""
        called = {one.message.id for one in self._flying.values()} | self._unsaved
        called |= {one.message.id for one, _outcome in self._landed}
        if self._waiting:
            self._waiting.clear()
            returning.give_back(self._tokens, called=called)

    def _end(self) -> None:
        """Save what flies, give back the rest, even what an error has hidden."""
        try:
            self._land_all()
            self._sum_up(at_once=True)
        finally:
            self._waiting.clear()
            self._load.put_down_all()
        if self._tokens:
            self._insist(
                lambda: returning.give_back(self._tokens, called=self._unsaved)
            )

    def _work_suspects(self) -> None:
        """Rows that were claimed twice without an outcome go one by one, alone."""
        if time.monotonic() - self._suspected < _SUSPECT_SECONDS:
            return
        self._suspected = time.monotonic()
        if not claiming.suspects_wait(Message, self._lane):
            return
        self._land_all()
        until = time.monotonic() + _SUSPECT_SECONDS
        while time.monotonic() < until and not self._stopping.is_set():
            token = self._new_token()
            claimed = claiming.claim_suspect(Message, self._lane, token=token)
            if claimed is None:
                return
            for one in begin([(each, token) for each in load(token, claimed.ids)]):
                self._landed.append((one, calling.call(one.order)))
                self._save()
            self._renew()
        self._suspected = 0.0  # there may be more


def _outcome(call: Future[Outcome]) -> Outcome:
    """What the call brought; a thread that broke leaves it unknown."""
    error = call.exception()
    if error is None:
        return call.result()
    log.error("call_broke", error=type(error).__name__)
    return Outcome(Kind.UNKNOWN, code="unclassified", detail=type(error).__name__)
