"""Which lanes have something due."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from delivery.models import Message
from notify_project.queue.due import lanes_due
from tests.delivery.scene import many
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
LANES = ("sms-bulk", "email-bulk", "msgApp-bulk")


@pytest.fixture
def tenant():
    return TenantFactory()


def test_lanes_with_something_due_are_told_in_their_order(tenant):
    many(tenant, lane="email-bulk")
    many(tenant, 3, lane="sms-bulk")

    assert lanes_due(Message, LANES) == ["sms-bulk", "email-bulk"]


@pytest.mark.parametrize(
    "changes",
    [
        {"due_at": timezone.now() + timedelta(days=300)},
        {"state": "sent"},
        {"lane": "another"},
    ],
)
def test_what_is_later_or_not_waiting_or_elsewhere_is_not_due(tenant, changes):
    many(tenant, **{"lane": "sms-bulk", **changes})

    assert lanes_due(Message, LANES) == []


def test_however_many_lanes_it_is_one_statement(tenant):
    with CaptureQueriesContext(connection) as queries:
        lanes_due(Message, LANES)

    assert len(queries) == 1


def test_no_lane_is_no_question():
    assert lanes_due(Message, ()) == []
