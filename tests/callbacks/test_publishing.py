"""From an event to rows: who hears of it, in what words, and only if it commits."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from callbacks.models import Callback
from callbacks.publishing import Event, Named, look, publish, publish_all
from notify_project.queue.writing import writing
from tenants.models import Tenant
from tests.callbacks.scene import callbacks, endpoint
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
RECEIVED = {
    "id": "3f1b8f0e-0000-0000-0000-000000000001",
    "source_number": "447700912345",
    "destination_number": "07700987654",
    "message": "Hello Notify!",
    "date_received": "2017-05-14T12:15:30.000000Z",
}


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory()
    return made


def body_of(one: Callback) -> object:
    return json.loads(str(one.body))


def test_our_frame_names_the_event_and_when_it_happened(tenant: Tenant):
    mine = endpoint(tenant)

    publish(tenant, "sms.received", {"number": 1})

    [told] = callbacks(mine)
    body = body_of(told)
    assert isinstance(body, dict)
    assert body.pop("timestamp").endswith("Z")
    assert body == {
        "eventId": str(told.event_id),
        "type": "sms.received",
        "event": "received",
        "number": 1,
    }


def test_all_endpoints_hear_of_one_event_under_one_id(tenant: Tenant):
    first, second = endpoint(tenant), endpoint(tenant)

    publish(tenant, "sms.received", RECEIVED)

    [one], [other] = callbacks(first), callbacks(second)
    assert one.event_id == other.event_id
    assert one.body == other.body


@pytest.mark.parametrize(
    ("type", "kind"),
    [
        ("sms.received", "inbound_sms"),
        ("email.complained", "complaint"),
        ("letter.returned", "returned_letter"),
    ],
)
def test_the_service_api_s_endpoints_get_the_data_alone(
    tenant: Tenant, type: str, kind: str
):
    service = endpoint(tenant, kind=kind)
    other = endpoint(tenant, kind="delivery_status")

    publish(tenant, type, RECEIVED)

    [told] = callbacks(service)
    assert body_of(told) == RECEIVED
    assert callbacks(other) == []


def test_receipts_go_to_their_endpoint_one_by_one(tenant: Tenant):
    service = endpoint(tenant, kind="delivery_status")
    receipts = [{"to": "ann@example.org"}, {"to": "bob@example.org"}]

    publish_all([Event(tenant.id, "message.sent", {}, receipts=receipts)])

    told = callbacks(service)
    assert [body_of(one) for one in told] == receipts
    assert len({one.event_id for one in told}) == 2


@pytest.mark.parametrize(
    ("changes", "heard"),
    [
        ({}, True),
        ({"events": ["message.*"]}, True),
        ({"events": ["sms.*"]}, False),
        ({"channels": ["email"]}, True),
        ({"channels": ["sms"]}, False),
        ({"active": False}, False),
        ({"origin": "named"}, False),
    ],
)
def test_filters_decide_who_hears(tenant: Tenant, changes: object, heard: bool):
    mine = endpoint(tenant, **changes)  # type: ignore[arg-type]

    publish(tenant, "message.sent", {}, channel="email")

    assert bool(callbacks(mine)) is heard


def test_another_tenant_s_endpoint_hears_nothing(tenant: Tenant):
    theirs = endpoint(TenantFactory())

    publish(tenant, "message.sent", {})

    assert callbacks(theirs) == []


def test_who_was_named_hears_what_was_asked_for(tenant: Tenant):
    mine = endpoint(tenant, origin="named")
    named = Named(mine.id, ["failure"], {"X-Case": "7"})

    for type in ("message.sent", "message.failed"):
        publish_all([Event(tenant.id, type, {}, named=named)])

    [told] = callbacks(mine)
    assert told.type == "message.failed"
    assert told.headers == {"X-Case": "7"}


def test_what_is_rolled_back_is_not_told(tenant: Tenant):
    mine = endpoint(tenant)

    with pytest.raises(ZeroDivisionError), writing():
        publish(tenant, "message.sent", {})
        raise ZeroDivisionError

    assert callbacks(mine) == []


def test_the_body_is_sealed_in_the_database(tenant: Tenant):
    endpoint(tenant)

    publish(tenant, "sms.received", {"message": "Canary words"})

    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM callbacks_callback")
        [(stored,)] = cursor.fetchall()
    assert b"Canary" not in bytes(stored)


def test_without_endpoints_it_costs_one_query(tenant: Tenant):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        publish(tenant, "message.sent", {})

    assert len([one for one in asked if "callbacks_" in one["sql"]]) == 1


def test_a_look_tells_who_has_endpoints(tenant: Tenant):
    endpoint(tenant)
    off, deaf = TenantFactory(), TenantFactory()
    endpoint(off, active=False)

    assert look([tenant.id, off.id, deaf.id, uuid4()]).ask() == {tenant.id}
    assert look([]).ask() == set()
