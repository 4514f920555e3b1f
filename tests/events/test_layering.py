"""Which layers decide a request, and in what order."""

from __future__ import annotations

import pytest

from events.designs import ChannelDesign, Design, event_of
from events.event_requests import event
from events.layering import augments_of, layers_of
from events.requests import simple
from tests.tenants.factories import TenantFactory

pytestmark = pytest.mark.django_db
SAYS = event_of("e", 1, Design(channels={"sms": ChannelDesign(values={"a": 1})}))


def test_a_simple_request_has_three_layers():
    request = simple({"email": {"content": {"body": "x"}}, "priority": "high"})

    layers = layers_of(TenantFactory().id, request, None)

    assert [one.name for one in layers] == ["system", "tenant", "request"]
    assert augments_of(request) is None


def test_an_event_stands_between_the_tenant_and_the_request():
    request = event(
        {
            "notificationEventType": "e",
            "priority": "high",
            "overrides": {"sms": {}},
            "augments": {"sms": {"a": 2}},
        }
    )

    layers = layers_of(TenantFactory().id, request, SAYS)

    names = [one.name for one in layers]
    assert names == ["system", "tenant", "event", "request", "request", "overrides"]
    assert [one.switches for one in layers] == [False, False, True, False, True, True]
    assert layers[3].values["sms"] == {"priority": "high"}
    augments = augments_of(request)
    assert augments is not None
    assert augments.values == {"sms": {"a": 2}}
