"""The books balance after any order of events; and what is wrong is found."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import pytest

from delivery import changing, ledger_check, receipts, sweeping
from delivery.beginning import begin
from delivery.errors import NothingToCancel
from delivery.finishing import finish
from delivery.ledger_check import RULES, check
from delivery.loading import load
from delivery.models import Attempt, LedgerEntry, Message, Notification
from delivery.outcomes import Kind, Outcome
from delivery.returning import give_back
from delivery.states import OPEN_OVERALL, Overall
from notify_project.queue import claiming
from providers.base import Receipt, Word
from providers.models import Account
from tests.delivery.scene import (
    LANES,
    TWILIO,
    account_of,
    again,
    begun,
    due_now,
    lease_over,
    many,
    suspected,
)
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


def _rules():
    return {one.rule for one in check(grace=timedelta(0))}


class World:
    """Several workers, a sweeper, tenants who cancel, and providers who answer."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        tenant = TenantFactory()
        account_of(tenant, "email.smtp", config={"host": "127.0.0.1", "port": 9})
        account_of(tenant, "sms.twilio", config=TWILIO)
        account_of(tenant, "msgapp.webhook", config={"url": "http://127.0.0.1:9/"})
        for channel in LANES:
            for policy in ("retry_once", "hold", "at_most_once"):
                many(tenant, 4, channel=channel, on_unknown=policy)
        self.claims: list[claiming.Claim] = []
        self.calls: list = []
        self.late: list = []
        self.sent: dict = {}

    def act(self) -> None:
        self.dice.choice(
            [
                *[self.claim] * 3,
                *[self.begin] * 3,
                *[self.finish] * 4,
                self.sweep,
                self.sweep,
                self.pass_time,
                self.lose_a_worker,
                self.freeze_a_worker,
                self.wake_up_late,
                self.stop_a_worker,
                self.cancel,
                self.receive,
            ]
        )()

    def claim(self) -> None:
        lane = self.dice.choice(list(LANES.values()))
        token = _uuid(self.dice)
        if self.dice.random() < 0.5:
            found = claiming.claim(Message, lane, 3, token=token)
        else:
            found = claiming.claim_suspect(Message, lane, token=token)
        if found:
            self.claims.append(found)

    def begin(self) -> None:
        if self.claims:
            held = self.claims.pop(self.dice.randrange(len(self.claims)))
            ready = [(one, held.token) for one in load(held.token, held.ids)]
            self.calls += begin(ready)

    def finish(self) -> None:
        if self.calls:
            call = self.calls.pop(self.dice.randrange(len(self.calls)))
            self._land(call)

    def _land(self, call) -> None:
        """A provider accepts, or not, and its answer may be lost on the way."""
        kind = self.dice.choice([Kind.ACCEPTED] * 4 + list(Kind))
        arrived = kind == Kind.ACCEPTED or (
            kind == Kind.UNKNOWN and self.dice.random() < 0.5
        )
        if call.order.asking:
            had = self.sent.get(call.message.id)
            kind = Kind.ACCEPTED if had else Kind.ABSENT
        elif kind == Kind.ABSENT:
            kind = Kind.UNKNOWN
        elif arrived:
            key = call.message.id
            self.sent[key] = self.sent.get(key, 0) + 1
        finish([(call, Outcome(kind))])

    def sweep(self) -> None:
        self.dice.choice(sweeping.STEPS)()

    def pass_time(self) -> None:
        due_now(*Message.across_tenants().filter(state__in=("queued", "unknown")))

    def lose_a_worker(self) -> None:
        """kill -9, before or after the bytes have left."""
        if self.dice.random() < 0.5 and self.claims:
            lost = self.claims.pop()
            lease_over(*Message.across_tenants().filter(id__in=lost.ids))
        elif self.calls:
            call = self.calls.pop()
            lease_over(call.message)
            if self.dice.random() < 0.5 and not call.order.asking:
                key = call.message.id
                self.sent[key] = self.sent.get(key, 0) + 1

    def freeze_a_worker(self) -> None:
        if self.calls:
            call = self.calls.pop()
            lease_over(call.message)
            self.late.append(call)

    def wake_up_late(self) -> None:
        """Frozen before the call, and it does not call; or in it, and hears now."""
        if not self.late:
            return
        call = self.late.pop()
        if call.order.asking or self.dice.random() < 0.5:
            finish([(call, Outcome(Kind.NOT_CALLED))])
        else:
            key = call.message.id
            self.sent[key] = self.sent.get(key, 0) + 1
            finish([(call, Outcome(Kind.ACCEPTED))])

    def stop_a_worker(self) -> None:
        if self.claims:
            give_back([self.claims.pop().token])

    def cancel(self) -> None:
        if self.dice.random() < 0.3:
            chosen = self.dice.choice(list(Notification.across_tenants()))
            with suppress(NothingToCancel):  # all had left
                changing.cancel(chosen)

    def receive(self) -> None:
        sent = list(Message.across_tenants().filter(state="sent"))
        if sent and self.dice.random() < 0.5:
            message = self.dice.choice(sent)
            receipt = Receipt(word=self.dice.choice(list(Word)), message_id=message.id)
            receipts.apply_answers([(message, [receipt])])

    def settle(self) -> None:
        """Everybody comes back and works until nothing is left to do."""
        for call in [*self.calls, *self.late]:
            finish([(call, Outcome(Kind.NOT_CALLED))])
        for held in self.claims:
            give_back([held.token])
        for _ in range(60):
            lease_over(*Message.across_tenants().filter(lease_until__isnull=False))
            self.pass_time()
            Account.across_tenants().update(paused_until=None)
            for step in sweeping.STEPS:
                step()
            if not Message.across_tenants().filter(state__in=OPEN).exists():
                break
            for lane in LANES.values():
                self._work(lane)

    def _work(self, lane: str) -> None:
        while calls := suspected(lane):
            for call in calls:
                if call.order.asking:
                    self._land(call)
                    continue
                key = call.message.id
                self.sent[key] = self.sent.get(key, 0) + 1
                finish([(call, Outcome(Kind.ACCEPTED))])


OPEN = ("queued", "claimed", "sending", "unknown")


def _uuid(dice: random.Random) -> UUID:
    return UUID(int=dice.getrandbits(128), version=4)


@pytest.mark.parametrize("seed", range(6))
def test_the_books_balance_after_any_order_of_events(seed):
    world = World(seed)
    for step in range(150):
        world.act()
        if step % 50 == 49:
            # Time passes by rewriting due times, so what waits here looks stuck.
            found = [one for one in check() if one.rule != "stuck"]
            assert found == [], f"seed {seed}, step {step}"
    world.settle()

    assert list(check()) == []
    for message in Message.across_tenants():
        times = world.sent.get(message.id, 0)
        known = message.provider == "msgapp.webhook"  # repeats under the same key
        assert message.state not in OPEN
        assert times <= 1 or message.maybe_duplicate or known
        if message.state in ("cancelled", "expired", "suppressed"):
            assert times == 0, "never both cancelled and sent"
        if message.state in ("sent", "delivered"):
            assert times >= 1
    open_overall = ("scheduled", "queued", "sending")
    assert not Notification.across_tenants().filter(status__in=open_overall).exists()


def _sent(count=1):
    tenant = TenantFactory()
    account_of(tenant, "email.smtp", config={"host": "127.0.0.1", "port": 9})
    messages = many(tenant, count, channel="email")
    finish([(one, Outcome(Kind.ACCEPTED)) for one in begun("email-bulk", count)])
    return [again(one) for one in messages]


def _set(message, **values):
    Message.across_tenants().filter(id=message.id).update(**values)


def test_what_is_well_breaks_no_rule():
    _sent(3)

    assert _rules() == set()


@pytest.mark.parametrize(
    ("spoil", "rule"),
    [
        (
            lambda one: LedgerEntry.across_tenants().filter(was="").delete(),
            "ledger has no beginning",
        ),
        (lambda one: _set(one, state="failed"), "ledger ends in another state"),
        (
            lambda one: LedgerEntry.across_tenants().filter(became="sending").delete(),
            "ledger is broken",
        ),
        (
            lambda one: Attempt.across_tenants().all().delete(),
            "attempts and ledger differ",
        ),
        (
            lambda one: Attempt.across_tenants().update(outcome="temporary"),
            "sent, but accepted by nobody",
        ),
        (
            lambda one: Attempt(
                tenant_id=one.tenant_id,
                message=one,
                number=2,
                outcome="accepted",
                provider="email.smtp",
            ).save(),
            "accepted twice without a word",
        ),
        (
            lambda one: Attempt(
                tenant_id=one.tenant_id,
                message=one,
                number=2,
                outcome="unknown",
                provider="email.smtp",
            ).save(),
            "repeated without a word",
        ),
        (
            lambda one: _set(one, state="dead", error_code="outcome_unknown"),
            "given up, but accepted by somebody",
        ),
        (
            lambda one: Notification.across_tenants().update(status="failed"),
            "notification tells another sum",
        ),
        (
            lambda one: _set(one, state="cancelled"),
            "ended unsent, but may have been sent",
        ),
        (lambda one: _set(one, finished_at=None), "end and time of end differ"),
        (
            lambda one: Notification.across_tenants().update(status="sending"),
            "notification has not ended after it",
        ),
        (
            lambda one: _set(
                one,
                state="unknown",
                claim_token=one.id,
                due_at="2020-01-01T00:00:00Z",
            ),
            "stuck",
        ),
        (
            lambda one: _set(one, state="queued"),
            "notification has ended before it",
        ),
    ],
)
def test_what_is_wrong_is_found(spoil, rule):
    [message, _other] = _sent(2)
    spoil(message)

    assert rule in _rules()


@pytest.mark.parametrize(
    ("states", "status"),
    [
        (("cancelled", "suppressed"), "cancelled"),
        (("cancelled", "cancelled"), "cancelled"),
        (("suppressed", "suppressed"), "suppressed"),
        (("suppressed", "dead"), "failed"),
        (("sent", "cancelled"), "partially_completed"),
    ],
)
def test_each_sum_but_the_right_one_is_wrong(states, status):
    for message, state in zip(_sent(2), states, strict=True):
        _set(message, state=state)

    def is_wrong(told):
        Notification.across_tenants().update(status=told, rollup_at=None)
        return "notification tells another sum" in _rules()

    ended = [one for one in Overall if one not in OPEN_OVERALL]
    assert [one for one in ended if not is_wrong(one)] == [status]


def test_each_rule_is_seen_failing_above():
    cases = test_what_is_wrong_is_found.pytestmark[0].args[1]

    assert {rule for _spoil, rule in cases} == set(RULES)


def test_only_young_messages_may_be_asked_for(monkeypatch):
    [message] = _sent()
    _set(message, state="failed", created_at="2020-01-01T00:00:00Z")

    assert list(check(since=Notification.across_tenants().get().created_at)) == []


def test_many_slices_are_looked_at(monkeypatch):
    monkeypatch.setattr(ledger_check, "SLICE", 2)
    for message in _sent(5):
        _set(message, state="failed")

    assert len(list(check())) >= 5
