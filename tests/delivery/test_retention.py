"""Content goes after the tenant's days, history later, and never what is still open."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from delivery import recording, retention
from delivery.models import (
    Attachment,
    Attempt,
    Content,
    LedgerEntry,
    Message,
    Notification,
    Recipient,
    Repeat,
)
from providers.files import File
from tests.delivery.accepted import accepted, email_plan, end
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


def _accepted(tenant, *, days_ago):
    plan = email_plan(files=(File("a.txt", "text/plain", b"canary bytes"),))
    at = timezone.now() - timedelta(days=days_ago)
    return accepted(tenant, plan, at=at, params={"name": "canary"})


def test_content_goes_first_and_the_history_stays():
    tenant = TenantFactory(content_retention_days=30, metadata_retention_days=90)
    old, young = _accepted(tenant, days_ago=31), _accepted(tenant, days_ago=29)
    end(old)
    end(young)

    retention.forget_old()

    old.refresh_from_db()
    assert Content.for_tenant(tenant).get(notification=old).body == {}
    assert (old.params, old.content_deleted_at is None) == (None, False)
    assert Attachment.for_tenant(tenant).count() == 1  # the young one's
    assert LedgerEntry.for_tenant(tenant).filter(message__notification=old).exists()
    assert Content.for_tenant(tenant).get(notification=young).body["texts"]


def test_after_the_days_of_the_history_nothing_is_left():
    tenant = TenantFactory(metadata_retention_days=90)
    old = _accepted(tenant, days_ago=91)
    recording.record_repeat(old, "again")
    end(old)

    retention.forget_old()

    for model in (
        Notification,
        Message,
        Recipient,
        Attempt,
        LedgerEntry,
        Content,
        Attachment,
        Repeat,
    ):
        assert not model.for_tenant(tenant).exists(), model


def test_the_history_goes_by_whole_days():
    tenant = TenantFactory(metadata_retention_days=1)
    midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    yesterday = midnight - timedelta(days=1)
    kept = accepted(tenant, at=yesterday)
    for one in (kept, accepted(tenant, at=yesterday - timedelta(seconds=1))):
        end(one)

    retention.forget_old()

    assert [one.id for one in Notification.for_tenant(tenant)] == [kept.id]


def test_what_still_waits_is_kept_however_old():
    tenant = TenantFactory(content_retention_days=1, metadata_retention_days=2)
    waiting = _accepted(tenant, days_ago=400)

    retention.forget_old()

    assert Content.for_tenant(tenant).get(notification=waiting).body["texts"]


def test_each_tenant_has_its_own_days():
    brief = TenantFactory(content_retention_days=1)
    patient = TenantFactory(content_retention_days=60)
    for tenant in (brief, patient):
        end(_accepted(tenant, days_ago=10))

    retention.forget_old()

    assert Content.for_tenant(brief).get().body == {}
    assert Content.for_tenant(patient).get().body != {}


def test_all_chunks_are_done_in_one_run(monkeypatch):
    monkeypatch.setattr(retention, "CHUNK", 2)
    tenant = TenantFactory(metadata_retention_days=90)
    for _ in range(5):
        end(_accepted(tenant, days_ago=91))

    retention.forget_old()

    assert not Notification.for_tenant(tenant).exists()
    connection.check_constraints()


def test_one_notification_with_many_messages_goes_in_chunks(monkeypatch):
    monkeypatch.setattr(retention, "MESSAGES", 3)
    tenant = TenantFactory(metadata_retention_days=90)
    to = tuple(f"+1604555{number:04}" for number in range(8))
    texts = email_plan(channel="sms", to=to)
    at = timezone.now() - timedelta(days=91)
    end(accepted(tenant, texts, at=at))

    with CaptureQueriesContext(connection) as captured:
        retention.forget_old()

    deletions = [
        one["sql"]
        for one in captured
        if one["sql"].startswith("DELETE") and "delivery_message" in one["sql"]
    ]
    assert len(deletions) >= 3
    assert not Notification.for_tenant(tenant).exists()
    assert not Recipient.for_tenant(tenant).exists()
