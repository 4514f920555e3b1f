"""Counts by day stay right while states change, and after the messages are gone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from delivery import reporting
from delivery.models import DailyCount
from tests.delivery.accepted import accepted, end
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


def _counts(tenant):
    rows = DailyCount.for_tenant(tenant).order_by("day", "state")
    return [(one.day, one.channel, one.state, one.count) for one in rows]


def test_a_day_is_counted_by_channel_and_state():
    tenant, other = TenantFactory(), TenantFactory()
    end(accepted(tenant))
    accepted(tenant)
    accepted(tenant)
    accepted(other)

    reporting.recount()

    today = timezone.now().date()
    assert _counts(tenant) == [
        (today, "email", "queued", 2),
        (today, "email", "sent", 1),
    ]
    assert _counts(other) == [(today, "email", "queued", 1)]


def test_counting_again_replaces_what_changed_meanwhile():
    tenant = TenantFactory()
    notification = accepted(tenant)
    reporting.recount()
    end(notification, "delivered")

    reporting.recount()

    assert [(state, count) for _d, _c, state, count in _counts(tenant)] == [
        ("delivered", 1)
    ]


def test_days_that_can_no_longer_change_are_left_alone():
    tenant = TenantFactory()
    long_ago = timezone.now() - timedelta(days=30)
    DailyCount(
        tenant=tenant,
        day=long_ago.date(),
        channel="sms",
        key_type="live",
        state="delivered",
        count=7,
    ).save()

    reporting.recount()

    assert _counts(tenant) == [(long_ago.date(), "sms", "delivered", 7)]


def test_a_day_whose_messages_a_tenant_has_deleted_keeps_its_counts():
    short = TenantFactory(metadata_retention_days=1)
    long = TenantFactory(metadata_retention_days=90)
    before = timezone.now().date() - timedelta(days=2)
    for tenant in (short, long):
        DailyCount(
            tenant=tenant, day=before, channel="sms", state="sent", count=7
        ).save()

    reporting.recount()

    assert _counts(short) == [(before, "sms", "sent", 7)]
    assert _counts(long) == []


def test_the_last_day_that_a_tenant_keeps_is_counted_to_its_end():
    short = TenantFactory(metadata_retention_days=1)
    yesterday = timezone.now() - timedelta(days=1)
    accepted(short, at=yesterday)

    reporting.recount()

    assert _counts(short) == [(yesterday.date(), "email", "queued", 1)]
