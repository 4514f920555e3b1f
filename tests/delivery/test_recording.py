"""All rows of one notification, in one go."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from delivery.models import LedgerEntry, Message, NotificationTag, Recipient
from delivery.plan import Priority
from tests.delivery.accepted import accepted, email_plan
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


def test_one_envelope_is_one_message_with_a_ledger_that_begins():
    plan = email_plan(to=("ann@example.org", "bob@example.org"), cc=("c@example.org",))
    notification = accepted(TenantFactory(), plan, tags=("a", "b"))

    message = Message.across_tenants().get()
    assert (message.state, message.lane, message.notification_id) == (
        "queued",
        "email-bulk",
        notification.id,
    )
    kinds = Recipient.across_tenants().order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["to", "to", "cc"]
    entry = LedgerEntry.across_tenants().get()
    assert (entry.was, entry.became, entry.cause) == ("", "queued", "accepted")
    assert NotificationTag.across_tenants().count() == 2


def test_an_sms_to_two_is_two_messages():
    plan = email_plan(
        channel="sms", to=("+16045550100", "+16045550101"), priority=Priority.HIGH
    )
    accepted(TenantFactory(), plan)

    assert Message.across_tenants().count() == 2
    assert set(Message.across_tenants().values_list("lane", flat=True)) == {"sms-hi"}


def test_addresses_are_sealed_and_found_by_their_hash():
    accepted(TenantFactory())

    raw = Recipient.across_tenants().values_list("address_hash", flat=True).get()
    assert len(bytes(raw)) == 32
    assert Recipient.across_tenants().get().address == "jane@example.org"


def test_what_is_sent_later_is_scheduled_and_its_window_begins_then():
    due = timezone.now() + timedelta(days=3)
    notification = accepted(TenantFactory(), email_plan(due_at=due))

    message = Message.across_tenants().get()
    assert notification.status == "scheduled"
    assert message.due_at == message.first_due_at == due


def test_what_is_sent_now_is_due_now():
    accepted(TenantFactory())

    message = Message.across_tenants().get()
    assert abs(message.due_at - message.first_due_at) < timedelta(seconds=1)


def test_the_number_of_statements_does_not_grow(django_assert_max_num_queries):
    numbers = tuple(f"+1604555{number:04}" for number in range(200))
    tenant = TenantFactory()
    with django_assert_max_num_queries(20):
        accepted(tenant, email_plan(channel="sms", to=numbers))

    assert Message.across_tenants().count() == 200
