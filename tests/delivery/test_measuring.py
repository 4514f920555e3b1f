"""What the queue tells Prometheus."""

from __future__ import annotations

import pytest

from delivery import sweeping
from delivery.finishing import finish
from delivery.models import Incoming
from delivery.outcomes import Kind, Outcome
from notify_project.observability import metrics
from providers.base import Word
from tests.delivery.scene import (
    TWILIO,
    account_of,
    begun,
    claimed,
    due_now,
    lease_over,
    many,
)
from tests.delivery.told import apply, receipt, sent, tell
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


@pytest.fixture
def tenant(monkeypatch):
    monkeypatch.setattr(metrics, "_pending", metrics._Pending())
    made = TenantFactory()
    account_of(made, "email.smtp", config={"host": "127.0.0.1", "port": 9})
    return made


def told(name: str) -> list[str]:
    found = metrics.exposition().splitlines()
    return [one for one in found if one.startswith(name)]


def test_how_long_the_oldest_message_of_a_lane_has_been_due(tenant):
    [message] = many(tenant, channel="email")
    due_now(message)

    [line] = [one for one in told("notify_oldest_due") if 'lane="email-bulk"' in one]
    assert float(line.rpartition(" ")[2]) > 365 * 86_400
    assert 'notify_oldest_due_age_seconds{lane="sms-hi"} 0' in metrics.exposition()


def test_what_nobody_knows_what_was_given_up_and_what_may_be_double(tenant):
    [message] = many(tenant, channel="email")
    [call] = begun("email-bulk")
    finish([(call, Outcome(Kind.UNKNOWN))])
    due_now(message)
    sweeping.settle_unknown()
    [call] = begun("email-bulk")
    finish([(call, Outcome(Kind.UNKNOWN))])
    due_now(message)
    sweeping.settle_unknown()

    assert told("notify_unknown_total") == ['notify_unknown_total{channel="email"} 2']
    assert told("notify_maybe_duplicate") == [
        'notify_maybe_duplicate_total{channel="email"} 1'
    ]
    assert told("notify_dead_total") == [
        'notify_dead_total{channel="email",reason="outcome_unknown"} 1'
    ]


def test_receipts_of_messages_that_nobody_knows(tenant):
    account = account_of(tenant, "sms.twilio", config=TWILIO)
    [message] = many(tenant, channel="sms", state="sent")
    tell(account, receipt(Word.DELIVERED, "SM1"), receipt(Word.DELIVERED, "SM2"))
    assert told("notify_receipts_unmatched") == ["notify_receipts_unmatched 0"]

    apply()
    assert told("notify_receipts_unmatched") == ["notify_receipts_unmatched 2"]

    sent(message, account, "SM1")
    Incoming.objects.update(due_at="2020-01-01T00:00:00Z")
    apply()
    assert told("notify_receipts_unmatched") == ["notify_receipts_unmatched 1"]


def test_workers_that_vanished(tenant):
    many(tenant, 2, channel="email")
    [sending] = begun("email-bulk", limit=1)
    claimed("email-bulk", 1)
    lease_over(*[sending.message], *many(tenant, 0, channel="email"))
    lease_over(*type(sending.message).across_tenants())
    sweeping.requeue_claimed()
    sweeping.doubt_sending()

    assert told("notify_lease_expired") == [
        'notify_lease_expired_total{state="claimed"} 1',
        'notify_lease_expired_total{state="sending"} 1',
    ]
