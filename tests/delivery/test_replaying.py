"""Dead letters go out once more, afresh."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from delivery import replaying
from delivery.errors import NothingToReplay
from delivery.models import LedgerEntry, Message, Notification
from tests.delivery.accepted import accepted
from tests.delivery.scene import account_of, work
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


@pytest.fixture
def tenant():
    made = TenantFactory()
    account_of(made, "email.sandbox")
    return made


def given_up(tenant, code="gave_up", **values):
    """A notification whose message was given up an hour ago."""
    notification = accepted(tenant)
    long_ago = timezone.now() - timedelta(hours=1)
    Message.for_tenant(tenant).filter(notification=notification).update(
        **{
            "state": "dead",
            "error_code": code,
            "tries": 9,
            "finished_at": long_ago,
            "first_due_at": long_ago - timedelta(days=9),
            "expires_at": long_ago,
            **values,
        }
    )
    Notification.for_tenant(tenant).filter(id=notification.id).update(status="failed")
    return notification


def test_many_take_no_more_queries_than_one(tenant, django_assert_max_num_queries):
    given_up(tenant)
    with CaptureQueriesContext(connection) as asked:
        replaying.replay(replaying.dead(tenant))
    for _each in range(5):
        given_up(tenant)

    with django_assert_max_num_queries(len(asked)):
        assert replaying.replay(replaying.dead(tenant)) == 5


def message_of(notification):
    return Message.for_tenant(notification.tenant_id).get(notification=notification)


def test_it_goes_out_with_all_its_tries_and_its_notification_with_it(tenant):
    notification = given_up(tenant)

    count = replaying.replay(replaying.dead(tenant))
    waiting = Notification.for_tenant(tenant).get().status
    fresh = message_of(notification)
    work("email-bulk")

    assert (count, waiting) == (1, "queued")
    assert (fresh.state, fresh.tries, fresh.error_code) == ("queued", 0, "")
    assert (fresh.expires_at, fresh.finished_at) == (None, None)
    assert message_of(notification).state == "delivered"
    assert Notification.for_tenant(tenant).get().status == "completed"
    ledger = LedgerEntry.for_tenant(tenant).values_list("cause", flat=True)
    assert "replayed" in ledger


def test_what_may_have_arrived_is_marked(tenant):
    doubted = given_up(tenant, "outcome_unknown", unknowns=2)
    sure = given_up(tenant)

    replaying.replay(replaying.dead(tenant))

    assert message_of(doubted).maybe_duplicate
    assert not message_of(sure).maybe_duplicate


def test_they_are_told_by_why_channel_and_provider(tenant):
    for code in ("gave_up", "misconfigured", "misconfigured"):
        given_up(tenant, code, provider="email.smtp")
    given_up(TenantFactory())

    told = [(one.code, one.channel, one.count) for one in replaying.kinds(tenant)]

    assert told == [("misconfigured", "email", 2), ("gave_up", "email", 1)]


def test_more_than_one_batch_is_replayed(tenant, monkeypatch):
    monkeypatch.setattr(replaying, "_AT_ONCE", 2)
    for _number in range(5):
        given_up(tenant)

    assert replaying.replay(replaying.dead(tenant)) == 5


def test_nothing_else_is_touched(tenant):
    accepted(tenant)
    deleted = given_up(tenant)
    Notification.for_tenant(tenant).filter(id=deleted.id).update(
        content_deleted_at=timezone.now()
    )
    given_up(TenantFactory())

    with pytest.raises(NothingToReplay):
        replaying.replay(replaying.dead(tenant))

    states = Message.across_tenants().order_by("state").values_list("state", flat=True)
    assert list(states) == ["dead", "dead", "queued"]
