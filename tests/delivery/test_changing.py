"""Cancel and reschedule: never both cancelled and sent."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from delivery import changing, states
from delivery.beginning import begin
from delivery.errors import NothingToCancel, NothingToReschedule
from delivery.finishing import finish
from delivery.loading import load
from delivery.models import Message, Notification
from delivery.outcomes import Kind, Outcome
from providers.accounts import offers
from providers.models import Account
from tests.delivery.scene import (
    account_of,
    again,
    assert_books_balance,
    begun,
    claimed,
    due_now,
    many,
    story,
)
from tests.tenants.factories import TenantFactory

pytestmark = pytest.mark.each_database


@pytest.fixture
def tenant(db):
    made = TenantFactory()
    account_of(made, "sms.sandbox")
    return made


def test_what_waits_and_what_is_claimed_is_cancelled(tenant):
    messages = many(tenant, 4, channel="sms")
    held = claimed("sms-bulk", 2)
    counts = changing.cancel(Notification.across_tenants().get())

    assert (counts.changed, counts.left) == (4, 0)
    assert {again(one).state for one in messages} == {"cancelled"}
    assert load(held.token, held.ids) == []
    assert Notification.across_tenants().get().status == "cancelled"
    assert_books_balance()


def test_many_take_no_more_queries_than_one(tenant, django_assert_max_num_queries):
    few, more = many(tenant, 1, channel="sms"), many(tenant, 30, channel="sms")
    with CaptureQueriesContext(connection) as asked:
        changing.cancel(few[0].notification)

    with django_assert_max_num_queries(len(asked)):
        changing.cancel(more[0].notification)


def test_what_is_being_sent_is_not(tenant):
    many(tenant, 2, channel="sms")
    [call] = begun("sms-bulk", 1)
    counts = changing.cancel(Notification.across_tenants().get())

    assert counts.shown("cancelled") == {"cancelled": 1, "notCancelled": 1}
    finish([(call, Outcome(Kind.ACCEPTED))])
    assert again(call.message).state == "sent"
    assert Notification.across_tenants().get().status == "partially_completed"
    assert_books_balance()


def test_a_claimed_message_that_is_cancelled_is_not_begun(tenant):
    many(tenant, channel="sms")
    held = claimed("sms-bulk")
    ready = [(one, held.token) for one in load(held.token, held.ids)]
    changing.cancel(Notification.across_tenants().get())

    assert begin(ready) == []
    assert_books_balance()


def test_one_whose_earlier_call_may_have_arrived_is_left(tenant):
    [message] = many(tenant, channel="sms")
    [call] = begun("sms-bulk")
    finish([(call, Outcome(Kind.UNKNOWN))])
    assert again(message).state == "queued"

    with pytest.raises(NothingToCancel):
        changing.cancel(Notification.across_tenants().get())
    assert again(message).state == "queued"


def test_one_that_failed_for_now_can_be_cancelled(tenant):
    [message] = many(tenant, channel="sms")
    [call] = begun("sms-bulk")
    finish([(call, Outcome(Kind.TEMPORARY))])

    assert changing.cancel(Notification.across_tenants().get()).changed == 1
    assert again(message).state == "cancelled"
    assert_books_balance()


def test_a_message_that_changes_hands_meanwhile_is_caught(tenant, monkeypatch):
    many(tenant, 3, channel="sms")
    move = states.move
    looks = []

    def slow(moves, **named):
        if not looks:
            looks.append(claimed("sms-bulk", 2))  # between the look and the change
        return move(moves, **named)

    monkeypatch.setattr(states, "move", slow)
    counts = changing.cancel(Notification.across_tenants().get())

    assert (counts.changed, counts.left) == (3, 0)


def test_one_that_was_called_and_queued_again_meanwhile_is_not(tenant, monkeypatch):
    [message] = many(tenant, channel="sms")
    move = states.move
    looks = []

    def slow(moves, **named):
        if not looks:
            looks.append(True)
            [call] = begun("sms-bulk", 1)
            finish([(call, Outcome(Kind.UNKNOWN))])
        return move(moves, **named)

    monkeypatch.setattr(states, "move", slow)

    with pytest.raises(NothingToCancel):
        changing.cancel(Notification.across_tenants().get())
    assert again(message).state == "queued"


@pytest.mark.django_db(transaction=True)
def test_cancelling_against_a_worker_leaves_each_message_with_one_end():
    tenant = TenantFactory()
    account_of(tenant, "sms.sandbox")
    messages = many(tenant, 60, channel="sms")
    start = threading.Barrier(2)
    accepted = []

    def worker():
        try:
            start.wait(10)
            while held := _claim():
                ready = [(one, held.token) for one in load(held.token, held.ids)]
                for call in begin(ready):
                    accepted.append(call.message.id)
                    finish([(call, Outcome(Kind.ACCEPTED))])
        finally:
            connection.close()

    thread = threading.Thread(target=worker)
    thread.start()
    start.wait(10)
    with suppress(NothingToCancel):  # the worker was faster
        changing.cancel(Notification.across_tenants().get())
    thread.join(30)

    states_now = {one.id: again(one).state for one in messages}
    assert set(states_now.values()) <= {"sent", "cancelled"}
    sent = {key for key, state in states_now.items() if state == "sent"}
    assert sent == set(accepted)
    assert_books_balance()


def _claim():
    try:
        return claimed("sms-bulk", 3)
    except AssertionError:
        return None


def test_another_time_is_another_due(tenant):
    [message] = many(tenant, channel="sms")
    now = timezone.now()
    later = now + timedelta(hours=1)
    counts = changing.reschedule(Notification.across_tenants().get(), later, now=now)

    assert counts.shown("rescheduled") == {"rescheduled": 1, "notRescheduled": 0}
    assert again(message).due_at == later
    assert again(message).first_due_at == later, "retrying ends by the new time"
    assert Notification.across_tenants().get().status == "scheduled"
    assert story(message) == ["accepted", "rescheduled"]
    assert_books_balance()


def test_now_is_a_time_too(tenant):
    [message] = many(tenant, channel="sms", due_at="2100-01-01T00:00:00Z")
    now = timezone.now()
    changing.reschedule(Notification.across_tenants().get(), now, now=now)

    assert Notification.across_tenants().get().status == "queued"
    assert Message.across_tenants().get(id=message.id).due_at == now


def test_what_was_held_can_be_given_another_time(tenant):
    [message] = many(tenant, channel="sms")
    Account.across_tenants().filter(channel="sms").delete()
    offers.forget()
    assert begun("sms-bulk") == []
    later = timezone.now() + timedelta(hours=1)
    changing.reschedule(Notification.across_tenants().get(), later, now=timezone.now())

    assert (again(message).attempts, again(message).due_at) == (1, later)
    assert Notification.across_tenants().get().status == "scheduled"
    assert_books_balance()


def test_what_was_tried_already_keeps_its_time(tenant):
    [message] = many(tenant, channel="sms")
    [call] = begun("sms-bulk")
    finish([(call, Outcome(Kind.TEMPORARY))])
    due_now(message)
    now = timezone.now()

    with pytest.raises(NothingToReschedule):
        changing.reschedule(Notification.across_tenants().get(), now, now=now)
