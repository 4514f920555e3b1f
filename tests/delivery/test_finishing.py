"""Outcomes become rows: on time, late, and when somebody else holds the row."""

from __future__ import annotations

import json
import random
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from delivery import changing, sweeping
from delivery.budget import Budget
from delivery.finishing import finish
from delivery.models import Attempt, Message, Notification
from delivery.outcomes import Kind, Outcome
from providers.accounts import offers
from providers.base import Receipt, Word
from providers.models import Account
from tests.delivery.scene import (
    TWILIO,
    account_of,
    again,
    assert_books_balance,
    begun,
    claimed,
    due_now,
    lease_over,
    many,
    story,
)
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
ACCEPTED = Outcome(Kind.ACCEPTED, provider_ref="ref-1", detail="250 OK")
MAIL = {"channel": "email", "on_unknown": "retry_once"}


@pytest.fixture
def tenant():
    made = TenantFactory()
    account_of(made, "email.smtp", config={"host": "127.0.0.1", "port": 9})
    return made


def given_up(tenant, policy):
    """A mail and its call, whose outcome nobody told until its policy was asked."""
    [message] = many(tenant, channel="email", on_unknown=policy)
    [call] = begun("email-bulk")
    lease_over(message)
    sweeping.doubt_sending()
    due_now(message)
    sweeping.settle_unknown()
    return message, call


def test_accepted_is_sent_and_clears_suspicion(tenant):
    [message] = many(tenant, claims=1, **MAIL)
    [call] = begun("email-bulk")
    finish([(call, ACCEPTED)])

    now = again(message)
    assert (now.state, now.provider_ref, now.claims) == ("sent", "ref-1", 0)
    assert now.claim_token is None
    assert now.lease_until is None
    assert story(message) == ["accepted", "begin", "accepted"]
    assert Attempt.across_tenants().get().outcome == "accepted"
    assert Notification.across_tenants().get().status == "completed"
    assert_books_balance()


def test_a_message_that_is_alone_ends_its_notification_with_it(tenant):
    many(tenant, **MAIL)
    [call] = begun("email-bulk")
    asked: list[object] = []
    finish([(call, ACCEPTED)], asked.extend)

    assert asked == []
    notification = Notification.across_tenants().get()
    assert (notification.status, notification.rollup_at) == ("completed", None)


def test_one_of_several_leaves_the_sum_to_be_made(tenant):
    [message, _other] = many(tenant, 2, **MAIL)
    call = begun("email-bulk", 1)[0]
    asked: list[object] = []
    finish([(call, ACCEPTED)], asked.extend)

    assert asked == [message.notification_id]
    notification = Notification.across_tenants().get()
    assert notification.status == "sending"
    assert notification.rollup_at is not None


def test_one_that_somebody_else_holds_ends_nothing(tenant):
    [message] = many(tenant, **MAIL)
    [call] = begun("email-bulk")
    Message.across_tenants().filter(id=message.id).update(claim_token=uuid4())
    finish([(call, ACCEPTED)], list)

    assert Notification.across_tenants().get().status == "sending"


def test_finishing_twice_changes_nothing_more(tenant):
    [message] = many(tenant, **MAIL)
    [call] = begun("email-bulk")
    finish([(call, ACCEPTED)])
    finish([(call, ACCEPTED)])

    assert story(message) == ["accepted", "begin", "accepted"]


def test_outcomes_of_several_kinds_land_together(tenant):
    many(tenant, 4, **MAIL)
    calls = begun("email-bulk")
    kinds = [Kind.ACCEPTED, Kind.TEMPORARY, Kind.PERMANENT, Kind.UNKNOWN]
    finish([(call, Outcome(kind)) for call, kind in zip(calls, kinds, strict=True)])

    states = [again(call.message).state for call in calls]
    assert states == ["sent", "queued", "failed", "unknown"]
    assert Notification.across_tenants().get().status == "sending"
    assert_books_balance()


@pytest.mark.parametrize(
    "kinds",
    [
        [Kind.ACCEPTED],
        # More answers than failures: the breaker, which takes statements, stays shut.
        [*(2 * [Kind.ACCEPTED]), Kind.TEMPORARY, Kind.PERMANENT, Kind.UNKNOWN],
    ],
    ids=["all accepted", "of four kinds"],
)
def test_outcomes_that_arrive_together_cost_no_more_statements_than_one(tenant, kinds):
    """As many as there are kinds, however many messages, tenants' or notifications'."""
    one, many_more = (_statements(tenant, kinds, count) for count in (1, 8))

    assert [_table_of(each) for each in many_more] == [_table_of(each) for each in one]
    moved = [each for each in many_more if each.startswith("WITH v")]
    for table in ('"delivery_attempt"', '"delivery_message"'):
        assert len([each for each in moved if table in each]) <= 2 * len(kinds)
    assert_books_balance()


def _statements(tenant, kinds, count):
    """What finishing so many outcomes of each kind asks of the database."""
    for _ in range(count * len(kinds)):
        many(tenant, **MAIL)
    calls = begun("email-bulk", limit=count * len(kinds))
    assert len(calls) == count * len(kinds)
    landed = [
        (call, Outcome(kind)) for call, kind in zip(calls, kinds * count, strict=True)
    ]
    with CaptureQueriesContext(connection) as asked:
        finish(landed)
    statements = [each["sql"] for each in asked.captured_queries]
    # The time is asked for every few seconds, whatever there is to finish.
    return [each for each in statements if "clock_timestamp" not in each]


def _table_of(statement):
    """What it does to which table; the values are others each time."""
    words = statement.replace("(", " ( ").split()
    verb = next(one for one in words if one in VERBS)
    table = next((one for one in words if one.startswith('"')), "")
    return verb, "" if "SAVEPOINT" in words else table


VERBS = {"SELECT", "UPDATE", "INSERT", "BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"}


def test_a_late_outcome_still_finds_the_unknown_message(tenant):
    [message] = many(tenant, **MAIL)
    [call] = begun("email-bulk")
    lease_over(message)
    sweeping.doubt_sending()
    assert again(message).state == "unknown"

    finish([(call, ACCEPTED)])

    assert again(message).state == "sent"
    assert_books_balance()


def test_a_late_acceptance_closes_even_what_was_given_up(tenant):
    message, call = given_up(tenant, "at_most_once")
    assert (again(message).state, again(message).error_code) == (
        "dead",
        "outcome_unknown",
    )

    finish([(call, ACCEPTED)])

    assert again(message).state == "sent"
    assert Notification.across_tenants().get().status == "completed"
    assert_books_balance()


def again_in_doubt(tenant, *, given_up):
    """A mail, the first call for it, and a second one that nobody knows of either."""
    message, first = given_up_once(tenant)
    due_now(message)
    [second] = begun("email-bulk")
    finish([(second, Outcome(Kind.UNKNOWN))])
    if given_up:
        due_now(message)
        sweeping.settle_unknown()
    return message, first


def given_up_once(tenant):
    message, call = given_up(tenant, "retry_once")
    assert again(message).state == "queued"
    return message, call


@pytest.mark.parametrize("settled", [True, False])
def test_a_late_acceptance_of_an_earlier_attempt_counts_as_well(tenant, settled):
    message, first = again_in_doubt(tenant, given_up=settled)
    assert again(message).state == ("dead" if settled else "unknown")

    finish([(first, ACCEPTED)])

    told = again(message)
    assert (told.state, told.provider_ref) == ("sent", "ref-1")
    assert told.maybe_duplicate, "the second may have arrived too"
    assert Notification.across_tenants().get().status == "completed"
    assert_books_balance()


@pytest.mark.parametrize("kind", [Kind.UNKNOWN, Kind.PERMANENT, Kind.TEMPORARY])
def test_what_was_accepted_while_it_was_tried_again_is_sent(tenant, kind):
    message, first = given_up_once(tenant)
    due_now(message)
    [second] = begun("email-bulk")
    finish([(first, ACCEPTED)])
    assert again(message).state == "sending", "another holds it"

    finish([(second, Outcome(kind))])

    assert (again(message).state, again(message).provider_ref) == ("sent", "ref-1")
    assert_books_balance()


def test_what_was_accepted_while_the_next_worker_died_is_sent(tenant):
    message, first = given_up_once(tenant)
    due_now(message)
    begun("email-bulk")
    finish([(first, ACCEPTED)])
    lease_over(message)
    sweeping.doubt_sending()
    due_now(message)
    sweeping.settle_unknown()

    assert (again(message).state, again(message).error_code) == ("sent", "")
    assert Notification.across_tenants().get().status == "completed"
    assert_books_balance()


def test_a_late_refusal_does_not_revive_what_was_given_up(tenant):
    message, call = given_up(tenant, "at_most_once")
    finish([(call, Outcome(Kind.TEMPORARY))])

    assert again(message).state == "dead"


def test_a_late_acceptance_counts_though_the_message_was_held_since(tenant):
    message, call = given_up(tenant, "retry_once")
    Account.across_tenants().filter(channel="email").update(active=False)
    offers.forget()
    assert begun("email-bulk") == []
    Message.across_tenants().update(first_due_at="2020-01-01T00:00:00Z")
    due_now(message)
    assert begun("email-bulk") == []
    assert again(message).error_code == "outcome_unknown"

    finish([(call, ACCEPTED)])

    assert (again(message).state, again(message).attempts) == ("sent", 2)
    assert_books_balance()


@pytest.mark.parametrize(
    ("outcome", "tries", "error"),
    [
        (Outcome(Kind.NOT_CALLED), 0, ""),
        (Outcome(Kind.TEMPORARY, code="busy"), 1, "busy"),
        (Outcome(Kind.MISCONFIGURED, code="login"), 0, "login"),
    ],
)
def test_a_late_word_that_it_was_not_sent_leaves_no_doubt(
    tenant, outcome, tries, error
):
    [message] = many(tenant, **MAIL)
    [call] = begun("email-bulk")
    lease_over(message)
    sweeping.doubt_sending()
    assert again(message).state == "unknown"

    finish([(call, outcome)])

    told = again(message)
    assert (told.state, told.unknowns, told.tries) == ("queued", 0, tries)
    assert told.error_code == error
    changing.cancel(Notification.across_tenants().get())
    assert again(message).state == "cancelled"
    assert_books_balance()


def test_who_was_fenced_out_writes_its_attempt_only(tenant):
    [message] = many(tenant, **MAIL)
    [first] = begun("email-bulk")
    lease_over(message)
    sweeping.doubt_sending()
    due_now(message)
    sweeping.settle_unknown()
    due_now(message)
    [second] = begun("email-bulk")
    assert second.token != first.token

    finish([(first, Outcome(Kind.TEMPORARY, code="451"))])

    assert again(message).state == "sending"
    attempts = Attempt.across_tenants().order_by("number")
    assert [one.outcome for one in attempts] == ["temporary", ""]
    finish([(second, ACCEPTED)])
    assert again(message).maybe_duplicate
    assert_books_balance()


def test_repeats_that_the_accounts_budget_has_no_room_for_wait_longer(
    tenant, monkeypatch
):
    few = Budget(lambda: 1000.0, random.Random(1))
    monkeypatch.setattr("delivery.finishing.budget", few)
    monkeypatch.setattr("delivery.budget.BESIDE_PER_SECOND", 2.0)
    messages = many(tenant, 40, priority=0, **MAIL)
    busy = Outcome(Kind.TEMPORARY, code="451")
    finish([(call, busy) for call in begun("email-bulk", limit=40)])

    waits = [(again(one).due_at - timezone.now()).total_seconds() for one in messages]
    assert {again(one).tries for one in messages} == {1}
    assert max(waits) > 10, "of a schedule that says two seconds at most"
    assert_books_balance()


def test_too_many_requests_pause_the_account_for_an_hour_at_most(tenant):
    many(tenant, **MAIL)
    [call] = begun("email-bulk")
    asked = Outcome(Kind.TEMPORARY, throttled=True, retry_after_seconds=1e12)
    finish([(call, asked)])

    account = Account.across_tenants().get(provider="email.smtp")
    left = account.paused_until - again(call.message).due_at
    assert abs(left.total_seconds()) < 3700


def test_words_that_came_with_the_answer_are_applied(tenant):
    [message] = many(tenant, **MAIL)
    [call] = begun("email-bulk")
    receipts = (Receipt(word=Word.DELIVERED, message_id=message.id),)
    finish([(call, Outcome(Kind.ACCEPTED, receipts=receipts))])

    assert again(message).state == "delivered"
    assert story(message) == ["accepted", "begin", "accepted", "receipt"]
    assert_books_balance()


def test_after_a_failure_another_account_is_tried(tenant):
    second = account_of(
        tenant,
        "email.smtp",
        name="second",
        priority=20,
        config={"host": "127.0.0.1", "port": 9},
    )
    [message] = many(tenant, **MAIL)
    [call] = begun("email-bulk")
    assert call.account.id != second.id
    finish([(call, Outcome(Kind.TEMPORARY))])
    due_now(message)
    [call] = begun("email-bulk")

    assert call.account.id == second.id


class TestLookUp:
    """A provider that can be asked, from the doubt to its end."""

    @pytest.fixture
    def message(self):
        made = TenantFactory()
        account_of(made, "sms.twilio", config=TWILIO)
        [message] = many(made, channel="sms", on_unknown="hold")
        [call] = begun("sms-bulk")
        finish([(call, Outcome(Kind.UNKNOWN))])
        due_now(message)
        sweeping.settle_unknown()
        return message

    def test_it_is_asked_and_not_sent_again(self, message):
        [call] = begun("sms-bulk")

        assert call.order.asking
        assert Attempt.across_tenants().get(number=2).kind == "look_up"

    def test_found_is_sent(self, message):
        [call] = begun("sms-bulk")
        finish([(call, ACCEPTED)])

        assert again(message).state == "sent"
        assert not again(message).maybe_duplicate
        assert_books_balance()

    def test_a_failed_look_up_sends_nothing(self, message):
        [call] = begun("sms-bulk")
        finish([(call, Outcome(Kind.TEMPORARY, throttled=True))])
        assert again(message).state == "unknown"
        due_now(message)
        sweeping.settle_unknown()
        Account.across_tenants().update(paused_until=None)
        [call] = begun("sms-bulk")

        assert call.order.asking

    def test_a_look_up_whose_worker_died_is_asked_again_and_leaves_no_new_doubt(
        self, message
    ):
        begun("sms-bulk")
        lease_over(message)
        sweeping.doubt_sending()
        due_now(message)
        [call] = begun("sms-bulk")

        assert call.order.asking
        assert again(message).unknowns == 1

    def test_twice_absent_is_sent_again_as_something_new(self, message):
        [call] = begun("sms-bulk")
        finish([(call, Outcome(Kind.ABSENT))])
        due_now(message)
        sweeping.settle_unknown()
        [call] = begun("sms-bulk")
        finish([(call, Outcome(Kind.ABSENT))])
        due_now(message)
        [call] = begun("sms-bulk")

        assert not call.order.asking
        finish([(call, ACCEPTED)])
        assert not again(message).maybe_duplicate
        assert_books_balance()

    def test_it_is_asked_for_where_it_was_sent(self, message):
        account_of(message.tenant, "sms.sandbox", name="other", priority=1)
        [call] = begun("sms-bulk")

        assert call.account.provider == "sms.twilio"


def test_nothing_is_claimed_twice(tenant):
    many(tenant, 3, **MAIL)

    assert len(claimed("email-bulk").ids) == 3
    assert Message.across_tenants().filter(state="claimed").count() == 3


def ended(written):
    found = [json.loads(line) for line in written.getvalue().splitlines()]
    return [line for line in found if line["event"] == "attempt_ended"]


def test_each_attempt_leaves_one_line_in_the_log(tenant, written):
    many(tenant, 2, **MAIL)
    calls = begun("email-bulk")
    refused = Outcome(Kind.PERMANENT, code="550", detail="No such user")
    finish([(calls[0], ACCEPTED), (calls[1], refused)])

    shown = ("level", "provider", "attempt", "outcome", "code", "state")
    assert [[line[name] for name in shown] for line in ended(written)] == [
        ["info", "email.smtp", 1, "accepted", None, "sent"],
        ["warning", "email.smtp", 1, "permanent", "550", "failed"],
    ]
    assert [line["message_id"] for line in ended(written)] == [
        str(call.message.id) for call in calls
    ]
    assert "No such user" not in written.getvalue()
    assert "withheld" not in written.getvalue()


def test_the_log_does_not_claim_a_state_that_somebody_else_decides(tenant, written):
    [message] = many(tenant, **MAIL)
    [call] = begun("email-bulk")
    finish([(call, ACCEPTED)])
    finish([(call, Outcome(Kind.UNKNOWN))])

    assert [line["state"] for line in ended(written)] == ["sent", None]
    assert again(message).state == "sent"
