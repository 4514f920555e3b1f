"""Counts by day stay right while states change, and while messages are deleted."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone

from delivery import counting, retention
from delivery.models import Content, DailyCount, Message, Notification
from tests.delivery.accepted import accepted, end
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


def days_ago(days: int) -> date:
    return counting.today() - timedelta(days=days)


def at(days: int):
    return timezone.now() - timedelta(days=days)


def stored(tenant) -> list[tuple[date, str, str, int]]:
    rows = DailyCount.for_tenant(tenant).order_by("day", "state")
    return [(one.day, one.channel, one.state, one.count) for one in rows]


def told(tenant, days: int = 400) -> dict[tuple[date, str], int]:
    """What a report is told of the last days."""
    found: Counter[tuple[date, str]] = Counter()
    for one in counting.between(tenant.id, days_ago(days), counting.today()):
        found[one.day, one.state] += one.messages
    return dict(found)


def test_a_day_is_counted_by_channel_and_state():
    tenant, other = TenantFactory(), TenantFactory()
    end(accepted(tenant))
    accepted(tenant)
    accepted(tenant)
    accepted(other)

    counting.recount()

    today = counting.today()
    assert stored(tenant) == [
        (today, "email", "queued", 2),
        (today, "email", "sent", 1),
    ]
    assert stored(other) == [(today, "email", "queued", 1)]


def test_a_day_is_parted_by_event_type_template_and_provider():
    tenant = TenantFactory()
    notification = accepted(tenant, event_type="permit-issued")
    Content.for_tenant(tenant).update(template="Permit")
    Message.for_tenant(tenant).update(provider="email.smtp")

    counting.recount()

    row = DailyCount.for_tenant(tenant).get()
    assert (row.event_type, row.template, row.provider, row.key_type) == (
        notification.event_type,
        "Permit",
        "email.smtp",
        "live",
    )


def test_counting_again_replaces_what_changed_meanwhile():
    tenant = TenantFactory()
    notification = accepted(tenant)
    counting.recount()
    end(notification, "delivered")

    counting.recount()
    counting.recount()

    assert [row[2:] for row in stored(tenant)] == [("delivered", 1)]


def test_days_that_can_no_longer_change_are_left_alone():
    tenant = TenantFactory()
    accepted(tenant)
    counting.recount()
    DailyCount(
        tenant=tenant, day=days_ago(30), channel="sms", state="delivered", count=7
    ).save()

    counting.recount()

    assert stored(tenant)[0] == (days_ago(30), "sms", "delivered", 7)


def test_days_on_which_nobody_counted_are_counted_later():
    tenant = TenantFactory()
    for days in (40, 20, 10):
        end(accepted(tenant, at=at(days)))
    DailyCount(
        tenant=tenant, day=days_ago(40), channel="email", state="sent", count=1
    ).save()

    counting.recount()

    assert [row[0] for row in stored(tenant)] == [days_ago(n) for n in (40, 20, 10)]


def test_what_nobody_has_counted_yet_is_told_all_the_same():
    tenant = TenantFactory()
    accepted(tenant, at=at(2))
    counting.recount()
    accepted(tenant, at=at(1))
    accepted(tenant)

    assert told(tenant) == {
        (days_ago(2), "queued"): 1,
        (days_ago(1), "queued"): 1,
        (days_ago(0), "queued"): 1,
    }


def test_today_is_told_as_it_is_now():
    tenant = TenantFactory()
    notification = accepted(tenant)
    counting.recount()
    end(notification, "delivered")

    assert told(tenant) == {(days_ago(0), "delivered"): 1}


def test_a_very_busy_day_is_told_as_it_was_last_counted(monkeypatch):
    monkeypatch.setattr(counting, "LIVE_MESSAGES", 1)
    tenant = TenantFactory()
    for _ in range(2):
        accepted(tenant)
    counting.recount()
    accepted(tenant)

    assert told(tenant) == {(days_ago(0), "queued"): 2}


def test_counts_stay_when_history_is_deleted():
    tenant = TenantFactory(metadata_retention_days=10)
    for days in (12, 12, 11, 3):
        end(accepted(tenant, at=at(days)))
    counting.recount()
    before = told(tenant)

    retention.forget_old()

    assert Notification.for_tenant(tenant).count() == 1
    assert told(tenant) == before
    counting.recount()
    assert told(tenant) == before


def test_a_word_that_came_late_counts_though_its_day_was_never_counted_anew():
    tenant = TenantFactory(metadata_retention_days=10)
    notification = accepted(tenant, at=at(12))
    end(notification)
    counting.recount()
    end(notification, "delivered")

    retention.forget_old()

    assert told(tenant) == {(days_ago(12), "delivered"): 1}


def test_what_still_waits_of_a_deleted_day_is_counted_once(monkeypatch):
    monkeypatch.setattr(retention, "MESSAGES", 1)
    tenant = TenantFactory(metadata_retention_days=1)
    waits = accepted(tenant, at=at(12))
    for _ in range(3):
        end(accepted(tenant, at=at(12)))
    retention.forget_old()
    assert told(tenant) == {
        (days_ago(12), "sent"): 3,
        (days_ago(12), "queued"): 1,
    }

    end(waits, "delivered")
    retention.forget_old()
    counting.recount()

    assert told(tenant) == {
        (days_ago(12), "sent"): 3,
        (days_ago(12), "delivered"): 1,
    }


@pytest.mark.parametrize("survivors", [0, 1, 2, 3])
def test_a_deletion_that_is_killed_anywhere_loses_no_count(monkeypatch, survivors):
    monkeypatch.setattr(retention, "MESSAGES", 1)
    tenant = TenantFactory(metadata_retention_days=10)
    for _ in range(3):
        end(accepted(tenant, at=at(12)))
    counting.recount()
    buried = counting.bury
    turns = iter(range(survivors))

    def until_killed(messages):
        buried(messages)
        if next(turns, None) is None:
            raise DatabaseError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(counting, "bury", until_killed)
        if survivors < 3:
            with pytest.raises(DatabaseError):
                retention.forget_old()
        else:
            retention.forget_old()

    assert Message.for_tenant(tenant).count() == 3 - survivors
    assert told(tenant) == {(days_ago(12), "sent"): 3}
    retention.forget_old()
    assert told(tenant) == {(days_ago(12), "sent"): 3}


def test_a_tenant_that_keeps_its_history_for_longer_again_counts_nothing_twice():
    tenant = TenantFactory(metadata_retention_days=1)
    end(accepted(tenant, at=at(3)))
    end(accepted(tenant, at=at(1)))
    counting.recount()
    retention.forget_old()
    tenant.metadata_retention_days = 90
    tenant.save()

    counting.recount()

    assert told(tenant) == {(days_ago(3), "sent"): 1, (days_ago(1), "sent"): 1}


def test_a_tenant_that_cannot_be_counted_keeps_no_other_from_it(monkeypatch):
    first, second = sorted((TenantFactory(), TenantFactory()), key=lambda one: one.id)
    for tenant in (first, second):
        accepted(tenant)
    count = counting.existing

    def timed_out(tenant_id, *days):
        if tenant_id == first.id:
            raise DatabaseError("canceling statement due to statement timeout")
        return count(tenant_id, *days)

    with monkeypatch.context() as patched:
        patched.setattr(counting, "existing", timed_out)
        counting.recount()

    assert (stored(first), len(stored(second))) == ([], 1)
    counting.recount()
    assert len(stored(first)) == 1
