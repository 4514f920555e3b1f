"""A tenant finds its own notifications, and nobody else's."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from delivery import querying
from delivery.errors import UnknownNotification
from delivery.models import Message
from notify_project.db.ids import uuid7
from tests.delivery.accepted import accepted, email_plan
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


def test_anothers_notification_is_as_unknown_as_none():
    notification = accepted(TenantFactory())
    stranger = TenantFactory()

    for wanted in (notification.id, uuid4()):
        with pytest.raises(UnknownNotification):
            querying.find(stranger, wanted)
        with pytest.raises(UnknownNotification):
            querying.find_whole(stranger, wanted)


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({}, 2),
        ({"tag": "a"}, 1),
        ({"tag": "z"}, 0),
        ({"correlation_id": "c-1"}, 1),
        ({"channel": "sms"}, 1),
        ({"channel": "email"}, 1),
        ({"status": "queued"}, 2),
        ({"status": "failed"}, 0),
        ({"event_type": "FUNDING"}, 1),
    ],
)
def test_search(wanted, count):
    tenant = TenantFactory()
    accepted(tenant, tags=("a",), correlation_id="c-1", event_type="funding")
    accepted(tenant, email_plan(channel="sms", to=("+16045550100",)))
    accepted(TenantFactory(), tags=("a",), correlation_id="c-1")

    assert querying.search(tenant, **wanted).count() == count


def test_a_list_costs_the_same_for_one_and_for_ten(django_assert_num_queries):
    tenant = TenantFactory()
    for _ in range(10):
        accepted(tenant, tags=("a",))
    with django_assert_num_queries(4):
        rows = list(querying.with_messages(querying.search(tenant)))

    assert len(rows) == 10


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({}, "scheduled"),
        ({"hold_reason": "no_account"}, "queued"),
        ({"attempts": 1, "account_id": uuid7()}, "queued"),
        ({"attempts": 1}, "scheduled"),  # it was held, and then given another time
        ({"state": "sent"}, "sent"),
        ({"state": "unknown"}, "sending"),
    ],
)
def test_only_what_has_not_had_its_time_yet_is_scheduled(changes, word):
    now = timezone.now()
    values = {"state": "queued", "due_at": now + timedelta(hours=1), **changes}

    assert querying.api_status(Message(**values), now) == word
