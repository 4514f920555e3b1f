"""The first page: how sending is doing, from counts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from delivery import counting, dashboard
from delivery.models import Message, Notification
from tests.delivery.accepted import accepted, email_plan
from tests.delivery.scene import account_of
from tests.tenants.factories import MembershipFactory, TenantFactory, UserFactory

pytestmark = pytest.mark.django_db


def sent(tenant, state, *, count=1, **values):
    for _number in range(count):
        one = accepted(tenant, **values)
        mine = Message.for_tenant(tenant).filter(notification=one)
        mine.update(state=state, finished_at=timezone.now())
        failed = state == "failed"
        Notification.for_tenant(tenant).filter(id=one.id).update(
            status="failed" if failed else "completed"
        )
    return one


@pytest.fixture
def tenant():
    return TenantFactory(name="Parks")


@pytest.mark.each_database
def test_a_tenants_week_by_day_and_channel(tenant):
    sent(tenant, "delivered", count=3)
    lost = sent(tenant, "failed")
    sent(tenant, "delivered", key_type="test")
    sent(tenant, "delivered", at=timezone.now() - timedelta(days=8))
    sent(TenantFactory(), "failed")

    board = dashboard.of_tenant(tenant)

    assert (board.whole.messages, board.whole.arrived, board.whole.lost) == (4, 3, 1)
    assert board.whole.rate == 75.0
    assert [one.name for one in board.channels] == ["E-mail"]
    assert len(board.days) == dashboard.DAYS
    assert [one.messages for one in board.days] == [0, 0, 0, 0, 0, 0, 4]
    assert [one.id for one in board.failures] == [lost.id]


@pytest.mark.each_database
def test_the_oldest_that_waits_is_due_and_has_not_left(tenant):
    now = timezone.now()
    accepted(tenant, email_plan(due_at=now + timedelta(days=1)))
    nothing = dashboard.oldest_waiting(tenant)
    late = accepted(tenant)
    an_hour_ago = now - timedelta(hours=1)
    Message.for_tenant(tenant).filter(notification=late).update(due_at=an_hour_ago)

    assert nothing is None
    assert dashboard.oldest_waiting(tenant) == an_hour_ago
    assert dashboard.oldest_waiting() == an_hour_ago
    assert dashboard.oldest_waiting(TenantFactory()) is None


def test_events_are_counted_the_most_used_first(tenant):
    sent(tenant, "delivered", event_type="Once")
    sent(tenant, "failed", count=2, event_type="Often")
    sent(tenant, "delivered")

    events = dashboard.of_tenant(tenant).events

    told = [(one.name, one.messages, one.lost) for one in events]
    assert told == [("Often", 2, 2), ("Once", 1, 0)]


def test_nothing_known_has_no_rate(tenant):
    accepted(tenant)

    assert dashboard.of_tenant(tenant).whole.rate is None


def test_the_first_page_tells_it_and_leads_to_failures(tenant):
    sent(tenant, "delivered", count=3)
    lost = sent(tenant, "failed")
    client = Client()
    client.force_login(MembershipFactory(tenant=tenant, role="support").user)

    page = client.get(reverse("admin:index")).text

    assert "The last seven days" in page
    assert "75.0 %" in page
    assert "Latest failures" in page
    assert reverse("admin:delivery_notification_change", args=[lost.id]) in page


@pytest.mark.each_database
def test_operators_see_all_tenants_as_counted_last(tenant):
    sent(tenant, "delivered", count=3, event_type="Granted")
    lost = sent(TenantFactory(name="Lakes"), "failed")
    sent(tenant, "delivered", key_type="test")
    counting.recount()
    client = Client()
    client.force_login(UserFactory(is_superuser=True))

    board = dashboard.of_all()
    page = client.get(reverse("admin:index")).text

    told = [(one.name, one.messages, one.lost) for one in board.tenants]
    assert told == [("Parks", 3, 0), ("Lakes", 1, 1)]
    assert (board.whole.messages, board.whole.rate) == (4, 75.0)
    assert [(one.name, one.messages) for one in board.channels] == [("E-mail", 4)]
    assert [(one.name, one.messages) for one in board.events] == [("Granted", 3)]
    assert [one.id for one in board.failures] == [lost.id]
    assert "Lakes" in page
    assert "nothing waits" in page
    assert "<svg" in page


def test_those_who_may_see_accounts_see_how_they_were_used(tenant):
    account_of(tenant, "email.smtp", name="Main server", config={})
    pages = {}
    for role in ("designer", "support"):
        client = Client()
        client.force_login(MembershipFactory(tenant=tenant, role=role).user)
        pages[role] = client.get(reverse("admin:index")).text

    assert "Main server" in pages["designer"]
    assert "Main server" not in pages["support"]
