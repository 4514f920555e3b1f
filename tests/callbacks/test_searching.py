"""Callbacks are found by what somebody holds in hand, of one tenant."""

from __future__ import annotations

from uuid import uuid4

import pytest

from callbacks import searching
from callbacks.models import Callback
from callbacks.publishing import Event, publish_all
from delivery.models import Message
from tests.callbacks.scene import callbacks, endpoint
from tests.delivery.accepted import accepted
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


def test_by_the_notification_the_event_and_the_type():
    tenant = TenantFactory()
    mine = endpoint(tenant)
    notification = accepted(tenant)
    message = Message.for_tenant(tenant).get()
    publish_all([Event(tenant.id, "message.sent", {}, subject=message.id)])
    publish_all([Event(tenant.id, "sms.received", {})])
    sent, received = callbacks(mine)

    def found(text: str) -> list[Callback]:
        return list(searching.by_text(Callback.for_tenant(tenant), text))

    for text in (notification.id, message.id, sent.event_id, sent.id, "message.sent"):
        assert found(f" {text} ") == [sent]
    assert found("SMS.received") == [received]
    assert found(str(uuid4())) == found("nonsense") == []


def test_another_tenants_notification_finds_nothing():
    ours, theirs = TenantFactory(), TenantFactory()
    endpoint(theirs)
    notification = accepted(theirs)
    message = Message.for_tenant(theirs).get()
    publish_all([Event(theirs.id, "message.sent", {}, subject=message.id)])

    rows = searching.by_text(Callback.for_tenant(ours), str(notification.id))

    assert list(rows) == []
