"""What crashes and time leave behind is put right, as often as one likes."""

from __future__ import annotations

import json

import pytest

from delivery import states, sweeping
from delivery.finishing import finish
from delivery.models import Message, Notification
from delivery.outcomes import Kind, Outcome
from delivery.states import Move, move
from notify_project.queue import bell
from providers import breaker
from providers.models import Account
from tests.delivery.scene import (
    account_of,
    again,
    assert_books_balance,
    begun,
    claimed,
    due_now,
    lease_over,
    many,
    story,
    suspected,
)
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
PAST, LATER = "2020-01-01T00:00:00Z", "2100-01-01T00:00:00Z"


@pytest.fixture
def tenant():
    made = TenantFactory()
    account_of(made, "email.smtp", config={"host": "127.0.0.1", "port": 9})
    return made


def sweep():
    for step in sweeping.STEPS:
        step()


def test_sweeping_what_is_well_changes_nothing(tenant):
    many(tenant, 3, channel="email")
    claimed("email-bulk", 1)
    begun("email-bulk", 1)
    before = list(Message.across_tenants().order_by("id").values())
    sweep()

    assert list(Message.across_tenants().order_by("id").values()) == before


def test_a_claimed_message_whose_worker_is_gone_waits_again(tenant):
    [message] = many(tenant, channel="email")
    claimed("email-bulk")
    lease_over(message)
    sweep()

    assert (again(message).state, again(message).claims) == ("queued", 1)
    assert story(message) == ["accepted", "lease_expired"]
    assert_books_balance()


def test_a_lost_worker_is_told_in_the_log(tenant, written):
    [message] = many(tenant, channel="email")
    begun("email-bulk")
    lease_over(message)
    sweep()

    [line] = [json.loads(one) for one in written.getvalue().splitlines()]
    assert (line["event"], line["count"]) == ("worker_lost", 1)
    assert line["message_ids"] == [str(message.id)]


def test_a_sending_message_whose_worker_is_gone_is_in_doubt(tenant):
    [message] = many(tenant, channel="email")
    begun("email-bulk")
    lease_over(message)
    sweep()
    sweep()

    now = again(message)
    assert (now.state, now.unknowns, now.tries) == ("unknown", 1, 1)
    assert now.claim_token is not None, "a late outcome must find it"
    assert now.claims == 1, "there was no outcome: the claim still counts"
    assert_books_balance()


def test_a_message_that_kills_its_workers_comes_to_an_end():
    """Even where the provider knows our key, so that repeating does no harm."""
    tenant = TenantFactory()
    account_of(tenant, "sms.sandbox")
    [message] = many(tenant, channel="sms")
    for _ in range(9):
        due_now(message)
        if not suspected("sms-bulk"):
            break
        lease_over(message)
        sweep()

    assert (again(message).state, again(message).error_code) == ("dead", "poison")
    assert again(message).attempts == 5
    assert_books_balance()


@pytest.mark.parametrize(
    ("policy", "state", "flagged"),
    [
        ("retry_once", "queued", True),
        ("hold", "dead", False),
        ("at_most_once", "dead", False),
    ],
)
def test_the_policy_settles_a_doubt(tenant, policy, state, flagged):
    [message] = many(tenant, channel="email", on_unknown=policy)
    [call] = begun("email-bulk")
    finish([(call, Outcome(Kind.UNKNOWN))])
    sweep()
    assert again(message).state == "unknown", "a receipt may still tell"
    due_now(message)
    sweep()

    assert again(message).state == state
    assert again(message).maybe_duplicate is flagged
    assert_books_balance()


def test_a_second_doubt_is_the_last(tenant):
    [message] = many(tenant, channel="email", on_unknown="retry_once")
    for _ in range(2):
        due_now(message)
        [call] = begun("email-bulk")
        finish([(call, Outcome(Kind.UNKNOWN))])
        due_now(message)
        sweep()

    assert again(message).state == "dead"
    assert Notification.across_tenants().get().status == "failed"


def test_a_doubt_older_than_the_window_is_given_up(tenant):
    [message] = many(tenant, channel="email", first_due_at=PAST)
    [call] = begun("email-bulk")
    finish([(call, Outcome(Kind.UNKNOWN))])
    due_now(message)
    sweep()

    assert again(message).state == "dead"


def test_what_is_too_late_expires(tenant):
    [message] = many(tenant, channel="email", expires_at=PAST)
    sweep()

    assert again(message).state == "expired"
    assert Notification.across_tenants().get().status == "failed"
    assert_books_balance()


def test_nobody_says_expired_of_what_may_have_been_sent(tenant):
    [message] = many(tenant, channel="email", expires_at=PAST, unknowns=1)
    sweep()

    assert (again(message).state, again(message).error_code) == (
        "dead",
        "outcome_unknown",
    )


def test_one_that_is_called_between_the_look_and_the_change_does_not_expire(
    tenant, monkeypatch
):
    [message] = many(tenant, channel="email", expires_at=LATER)
    change, calls = states.move, []

    def slow(moves, **named):
        if not calls:
            calls.append(None)
            Message.across_tenants().update(expires_at=LATER)
            [call] = begun("email-bulk")
            finish([(call, Outcome(Kind.TEMPORARY))])
        return change(moves, **named)

    Message.across_tenants().update(expires_at=PAST)
    monkeypatch.setattr(states, "move", slow)
    sweeping.expire()

    assert again(message).state == "queued"
    assert again(message).attempts == 1


def test_a_notification_whose_worker_died_before_summing_up(tenant):
    [message] = many(tenant, channel="email")
    move([Move(message, was="queued", to="expired", cause="expired")])
    assert Notification.across_tenants().get().status == "queued"
    Notification.across_tenants().update(rollup_at=PAST)
    sweep()

    notification = Notification.across_tenants().get()
    assert (notification.status, notification.rollup_at) == ("failed", None)


def test_one_that_is_still_open_is_looked_at_again_later(tenant):
    many(tenant, channel="email")
    Notification.across_tenants().update(rollup_at=PAST)
    sweep()

    assert Notification.across_tenants().get().rollup_at.year > 2020


def test_lanes_with_something_due_are_rung(
    tenant, monkeypatch, django_capture_on_commit_callbacks
):
    many(tenant, channel="email")
    many(tenant, channel="sms", due_at="2100-01-01T00:00:00Z")
    rung = []
    monkeypatch.setattr(bell.bell, "touch", rung.append)
    with django_capture_on_commit_callbacks(execute=True):
        sweep()

    assert rung == ["email-bulk"]


def test_what_waited_for_an_account_that_answers_again_is_due_at_once(tenant):
    [account] = Account.for_tenant(tenant)
    held = many(tenant, 3, channel="email", hold_reason="account_broken", due_at=LATER)
    [paused] = many(tenant, 1, channel="email", hold_reason="other", due_at=LATER)
    stranger = TenantFactory()
    [theirs] = many(
        stranger, 1, channel="email", hold_reason="account_broken", due_at=LATER
    )
    breaker.open_for(account.id)
    sweeping.release_held()
    assert {again(one).due_at.year for one in held} == {2100}

    breaker.close(account.id)
    sweeping.release_held()

    assert all(again(one).due_at.year < 2100 for one in held)
    assert {again(one).due_at.year for one in (paused, theirs)} == {2100}
