"""What the API tells of a notification."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from delivery import presenting, querying
from delivery.finishing import finish
from delivery.models import Content, LedgerEntry, Message, Notification
from delivery.outcomes import Kind, Outcome
from tests.delivery.accepted import accepted
from tests.delivery.scene import account_of, begun, many
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


def _shown(tenant):
    notification = querying.find_whole(tenant, Notification.across_tenants().get().id)
    history = list(LedgerEntry.for_tenant(tenant).order_by("id"))
    return presenting.whole(notification, history)


def test_a_failure_is_told_with_its_reason_and_whether_to_try_again():
    tenant = TenantFactory()
    account_of(tenant, "email.smtp", config={"host": "127.0.0.1", "port": 9})
    many(tenant, channel="email")
    [call] = begun("email-bulk")
    refused = Outcome(Kind.PERMANENT, code="550", detail="No such user")
    finish([(call, refused)])
    shown = _shown(tenant)

    assert shown["status"] == "failed"
    channel = shown["channels"]["email"]
    assert channel["error"] == {
        "code": "550",
        "message": "No such user",
        "retryable": False,
    }
    assert (channel["attempts"], channel["provider"]) == (1, "email.smtp")
    causes = [one["cause"] for one in shown["history"]]
    assert causes == ["accepted", "begin", "refused"]


def test_a_hold_and_a_doubt_are_told():
    tenant = TenantFactory()
    accepted(tenant)
    Message.across_tenants().update(hold_reason="no_account", maybe_duplicate=True)
    channel = _shown(tenant)["channels"]["email"]

    assert (channel["holdReason"], channel["maybeDuplicate"]) == ("no_account", True)


def test_recipients_are_told_with_their_own_word():
    tenant = TenantFactory()
    accepted(tenant)
    [recipient] = _shown(tenant)["channels"]["email"]["recipients"]

    assert recipient == {
        "address": "jane@example.org",
        "kind": "to",
        "status": "queued",
    }


def test_times_are_utc_with_milliseconds():
    moment = datetime(2026, 3, 1, 12, 0, 5, 123456, tzinfo=UTC)

    assert presenting.stamp(moment) == "2026-03-01T12:00:05.123Z"


def test_content_that_was_deleted_is_not_shown():
    tenant = TenantFactory()
    kept, gone = (accepted(tenant) for _ in range(2))
    Content.for_tenant(tenant).filter(notification=gone).update(body={})

    def content(one):
        found = querying.find_whole(tenant, one.id)
        stored = list(Content.for_tenant(tenant).filter(notification=one))
        return presenting.whole(found, (), stored)["content"]

    assert content(kept)["email"]["subject"] == "Hello"
    assert content(gone) == {}
