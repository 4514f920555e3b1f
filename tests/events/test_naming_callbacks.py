"""Whom a request wants told: from the layers to a plan."""

from __future__ import annotations

from typing import Any

import pytest

from callbacks.errors import InvalidEndpoint
from events import naming_callbacks
from events.cascade import Layer, decide
from events.errors import InvalidField
from events.event_requests import event
from events.models import CallbackDefaults
from events.previewing import preview
from events.requests import NotifyRequest
from tenants.models import Tenant
from tests.callbacks.scene import endpoint
from tests.events.designed import mail_design, published
from tests.events.scene import caller_of, planned, tenant_with_mail
from tests.tenants.factories import TenantFactory

pytestmark = pytest.mark.django_db
URL = "http://127.0.0.1:9/hook"
OF_TENANT, OF_EVENT, OF_REQUEST = (f"{URL}/{one}" for one in ("t", "e", "r"))


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory()
    return made


def plan(tenant: Tenant, *said: Any, rehearsal: bool = False) -> Any:
    layers = [Layer(str(n), {"callback": one}) for n, one in enumerate(said)]
    decision = decide([*layers, Layer("request", {})], channels=("email",))
    request = NotifyRequest({}, rehearsal=rehearsal)
    return naming_callbacks.of(tenant, request, decision)


def test_who_says_nothing_names_nobody(tenant: Tenant):
    assert plan(tenant) is None


def test_success_and_failure_unless_it_is_said(tenant: Tenant):
    assert set(plan(tenant, {"url": URL}).on) == {"success", "failure"}
    assert plan(tenant, {"url": URL, "on": ["failure"]}).on == ("failure",)


def test_it_inherits_like_any_field(tenant: Tenant):
    found = plan(tenant, {"url": URL, "on": ["success"]}, {"on": ["failure"]})

    assert (found.url, found.on) == (URL, ("failure",))


@pytest.mark.parametrize("nothing", [{}, None])
def test_an_empty_object_switches_it_off(tenant: Tenant, nothing: Any):
    found = plan(tenant, {"url": URL}, nothing)

    assert found.url == ""


def test_above_what_was_switched_off_it_may_be_said_anew(tenant: Tenant):
    assert plan(tenant, {}, {"url": URL}).url == URL


def test_words_without_a_url_are_refused(tenant: Tenant):
    with pytest.raises(InvalidField) as refused:
        plan(tenant, {"on": ["failure"]})

    assert refused.value.errors[0].field == "callback.url"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"url": "http://10.0.0.1/"}, "callback.url"),
        ({"url": "nonsense"}, "callback.url"),
        ({"url": URL, "headers": {"webhook-id": "x"}}, "callback.headers"),
    ],
)
def test_what_cannot_be_called_is_refused(
    tenant: Tenant, said: dict[str, Any], field: str
):
    with pytest.raises(InvalidEndpoint) as refused:
        plan(tenant, said)

    assert refused.value.errors[0].field == field


def test_a_url_that_is_known_is_not_looked_up_again(tenant: Tenant, settings: Any):
    endpoint(tenant, URL)
    settings.EGRESS_ALLOW = []

    assert plan(tenant, {"url": URL}).url == URL


def test_a_rehearsal_looks_nothing_up(tenant: Tenant):
    assert plan(tenant, {"url": "http://10.0.0.1/"}, rehearsal=True)


@pytest.mark.parametrize(
    ("by_event", "by_request", "url", "decider"),
    [
        (None, None, OF_TENANT, "tenant"),
        ({"url": OF_EVENT}, None, OF_EVENT, "event"),
        ({}, None, "", None),
        ({"url": OF_EVENT}, {"url": OF_REQUEST}, OF_REQUEST, "request"),
        ({"url": OF_EVENT}, {}, "", None),
        ({}, {"url": OF_REQUEST}, OF_REQUEST, "request"),
    ],
)
def test_system_tenant_event_and_request_in_this_order(
    by_event: Any, by_request: Any, url: str, decider: str | None
):
    tenant = tenant_with_mail()
    CallbackDefaults(tenant=None, url=f"{URL}/system").save()
    CallbackDefaults(tenant=tenant, url=OF_TENANT).save()
    published(tenant, "AppRec", mail_design(callback=by_event))
    said = {} if by_request is None else {"callback": by_request}
    params = {"name": "Jane", "email": "jane@example.org"}
    request = event({"notificationEventType": "AppRec", "params": params, **said})

    made = planned(caller_of(tenant), request)

    assert made.callback is not None
    assert made.callback.url == url
    assert made.decided_by.get("callback.url") == decider


def test_explain_tells_which_layer_decided_it():
    tenant = tenant_with_mail()
    published(tenant, "AppRec", mail_design(callback={"url": URL}))
    params = {"name": "Jane", "email": "jane@example.org"}
    request = event({"notificationEventType": "AppRec", "params": params})

    shown = preview(caller_of(tenant), request, explain=True)

    assert shown["decidedBy"]["callback.url"] == "event"
