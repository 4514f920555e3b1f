"""The pump of the channels' lanes: claim, begin, call, finish, in a sliding window.

Of a lane's due messages a worker claims some, checks the gates, commits `sending` with
an attempt row, and only then calls the provider, up to LANE_CONCURRENCY calls at once.
Calls run in threads that touch no database; all rows are written by the pump's own
thread, outcomes that arrive together in one transaction. Docs: docs/guide/delivery.md.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Any
from uuid import UUID, uuid4

import structlog
from django.conf import settings
from django.db import close_old_connections

from delivery import calling, finishing, returning
from delivery.beginning import Begun, begin
from delivery.hand import Hand
from delivery.insisting import AWAY, insist
from delivery.loading import Held, load
from delivery.measuring import claim_seconds
from delivery.models import Message
from delivery.noticing import is_urgent
from delivery.outcomes import Kind, Outcome
from delivery.summing import Sums
from delivery.threads import Threads, outcome_of
from notify_project.queue import claiming, custody
from notify_project.queue.pumps import Wake
from notify_project.queue.writing import writing

_RENEW_SECONDS = 15.0
_GATHER_SECONDS = 0.002
# While calls are this quick, as many messages more are begun, so that no thread waits
# for the database. Slow ones would keep them waiting, and in doubt after a crash.
_QUICK_MS = 500
# What was put back comes one by one: it is claimed a few at a time.
_CLAIM_AGAIN_SECONDS = 0.25
_SHORTEST_WAIT_SECONDS = 0.005
# Notifications whose messages have ended are summed up this often, all of them at once.
_SUM_SECONDS = 0.2
# Messages under suspicion are looked for this often, and worked for as long at most.
_SUSPECT_SECONDS = 5.0

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
        self._hand = Hand(lane, self._window)
        self._flying: dict[Future[Outcome], Begun] = {}
        self._landed: list[tuple[Begun, Outcome]] = []
        self._tokens: set[UUID] = set()  # under which rows may be ours
        self._unsaved: set[UUID] = set()  # called, but the outcome found no way home
        self._sums = Sums(_SUM_SECONDS)
        self._renewed = time.monotonic()
        self._suspected = 0.0
        self._served: Any = None
        self._claims_at = 0.0  # time.monotonic() of the next claim; inf: at a bell

    def run(self) -> None:
        """Everything claimed is finished, given back, or left to its lease."""
        with Threads(self._window, f"call-{self._lane}") as threads:
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
            self._claims_at = 0.0
        return not self._stopping.is_set() and self._claims_at <= time.monotonic()

    def _fill(self, threads: Threads) -> bool:
        """Start as many calls as there is room for; False when there is no more."""
        if self._stopping.is_set():
            self._give_back()
        self._hand.look_again()
        room = self._hand.seats.free
        batch = self._hand.pick(room)
        if len(batch) < room and self._wants_more() and self._may_claim():
            self._claim(beside=batch)
            batch += self._hand.pick(room - len(batch))
        if batch:
            begun = begin(batch)
            called = {one.message.id for one in begun}
            self._hand.put_down({one.id for one, _token in batch} - called)
            for one in begun:
                few = self._hand.seats.has_few(one.account.id)
                self._flying[threads.start(one.order, few=few)] = one
        return bool(batch or self._hand) or self._may_claim() or self._expects()

    def _wants_more(self) -> bool:
        """Whether there is room for calls, and for messages to make them for."""
        return self._hand.seats.free > 0 and len(self._hand) < 2 * self._window

    def _expects(self) -> bool:
        """Whether something comes soon that was put back."""
        return not self._stopping.is_set() and self._claims_at < math.inf

    def _claim(self, *, beside: Sequence[Held]) -> None:
        token = self._new_token(beside)
        asked = time.monotonic()
        claimed = claiming.claim(
            Message, self._lane, 2 * self._window, token=token, after=self._served
        )
        claim_seconds.observe(time.monotonic() - asked, lane=self._lane)
        if claimed is None:
            self._tokens.discard(token)
            comes = self._hand.comes_at()
            soonest = time.monotonic() + _CLAIM_AGAIN_SECONDS
            self._claims_at = math.inf if comes is None else max(comes, soonest)
        else:
            self._claims_at = 0.0
            self._served = claimed.served
            self._hand.take_up((one, token) for one in load(token, claimed.ids))

    def _new_token(self, beside: Sequence[Held] = ()) -> UUID:
        """Known before it is used: a broken statement's rows are found by it.

        `beside` is held too, though neither in hand nor flying.
        """
        token = uuid4()
        picked = {held for _message, held in beside}
        flying = {one.token for one in self._flying.values()}
        landed = {one.token for one, _outcome in self._landed}
        self._tokens = self._hand.tokens | picked | flying | landed | {token}
        return token

    def _land(self) -> None:
        """Wait for an outcome; gather those that come with it, to be saved together."""
        if not self._flying:
            self._idle()
            return
        either: list[Future[Any]] = list(self._flying)
        if self._wants_more():
            either.append(self._wake.rung)  # there is room: a bell is worth hearing
        wait(either, timeout=self._patience(), return_when=FIRST_COMPLETED)
        if any(one.done() for one in self._flying):
            wait(self._flying, timeout=_GATHER_SECONDS)
        done = [one for one in self._flying if one.done()]
        landed = [(self._flying.pop(one).landed(), outcome_of(one)) for one in done]
        self._landed += landed
        self._learn(landed)
        if any(is_urgent(outcome) for _begun, outcome in landed):
            self._save()
            self._hand.seats.window = self._window

    def _idle(self) -> None:
        """Nothing is being called: wait for what changes that, if anything does."""
        seconds = self._patience()
        if not (self._hand or self._expects()) or self._hand.wait_for_files(seconds):
            return
        if self._wants_more():
            wait([self._wake.rung], timeout=seconds)
        else:
            self._stopping.wait(seconds)

    def _learn(self, landed: finishing.Landed) -> None:
        """Places are free again; quick calls are begun ahead."""
        self._hand.put_down({begun.message.id for begun, _outcome in landed})
        for begun, outcome in landed:
            if outcome.kind != Kind.NOT_CALLED:
                self._hand.landed(begun.account.id, outcome.duration_ms / 1000)
        if landed:
            slowest = max(outcome.duration_ms for _begun, outcome in landed)
            ahead = self._window if slowest < _QUICK_MS else 0
            self._hand.seats.window = self._window + ahead

    def _patience(self) -> float:
        """Seconds until there is something to do if nothing happens; one at most."""
        times = [1.0]
        if self._wants_more():
            times.append(self._claims_at - time.monotonic())
        opens = self._hand.opens_in()
        if opens is not None:
            times.append(opens)
        return max(_SHORTEST_WAIT_SECONDS, min(times))

    def _save(self) -> None:
        """Finish; one outcome that cannot be stored does not take others with it."""
        landed, self._landed = self._landed, []
        if not landed:
            return
        self._unsaved |= {one.message.id for one, _ in landed}
        try:
            self._insist(lambda: finishing.finish(landed, self._sums.add))
        except Exception as error:
            if isinstance(error, AWAY):
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
            if isinstance(error, AWAY):
                raise
            log.exception("outcome_lost", message_id=str(one.message.id))
        else:
            self._unsaved.discard(one.message.id)

    def _sum_up(self, *, at_once: bool) -> None:
        """What cannot be summed up now is left to the sweeper."""
        try:
            self._sums.settle(at_once=at_once)
        except AWAY as error:
            log.warning("sums_wait", error=type(error).__name__)
            close_old_connections()

    def _insist(self, step: Callable[[], object]) -> None:
        insist(step, self._stopping)

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
        if self._hand.give_up():
            returning.give_back(self._tokens, called=called)

    def _end(self) -> None:
        """Save what flies, give back the rest, even what an error has hidden."""
        try:
            self._land_all()
            self._sum_up(at_once=True)
        finally:
            self._hand.put_down_all()
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
