"""What became of messages, as the tenant's programs are told."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from callbacks.models import Callback
from delivery import announcing, states
from delivery.announcing import NAMED, NOBODY
from delivery.models import Message, Notification, Recipient
from delivery.states import MEANINGS, Move, Status
from notify_project.queue.writing import writing
from tenants.models import Tenant
from tests.callbacks.scene import callbacks, endpoint
from tests.delivery.scene import again, many
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory()
    return made


def moved(*messages: Message, to: Status = Status.CANCELLED, **values: Any) -> None:
    with writing():
        states.move(
            [
                Move(again(one), again(one).state, to, cause="test", values=values)
                for one in messages
            ]
        )


def bodies(one: Any) -> list[dict[str, Any]]:
    return [json.loads(str(each.body)) for each in callbacks(one)]


def test_an_event_tells_what_d36_says(tenant: Tenant):
    mine = endpoint(tenant)
    [message] = many(tenant, channel="email")
    Notification.for_tenant(tenant).update(correlation_id="case-7")

    moved(message, to=Status.DEAD, error_code="timeout", error_detail="No answer.")

    [body] = bodies(mine)
    del body["eventId"], body["timestamp"]
    notify_id = str(message.notification_id)
    assert body == {
        "type": "message.failed",
        "event": "failed",
        "notifyId": notify_id,
        "statusUrl": f"http://testserver/api/v1/notify/{notify_id}",
        "messageId": str(message.id),
        "channel": "email",
        "recipient": "person0@example.org",
        "correlationId": "case-7",
        "tags": [],
        "attempt": 0,
        "error": {"code": "timeout", "message": "No answer.", "retryable": True},
    }


def test_a_receipt_is_document_004_s_key_for_key(tenant: Tenant):
    service = endpoint(tenant, kind="delivery_status")
    [message] = many(tenant, channel="email")
    Notification.for_tenant(tenant).update(correlation_id="12345678")

    moved(message, to=Status.DEAD)

    [body] = bodies(service)
    stamps = [body.pop(name) for name in ("created_at", "completed_at")]
    assert all(len(one) == len("2017-05-14T12:15:30.000000Z") for one in stamps)
    assert all(one.endswith("Z") for one in stamps)
    assert body == {
        "id": str(message.id),
        "reference": "12345678",
        "to": "person0@example.org",
        "status": "technical-failure",
        "sent_at": None,
        "notification_type": "email",
    }


def test_a_correlation_id_of_ours_is_no_reference_of_the_caller(tenant: Tenant):
    service = endpoint(tenant, kind="delivery_status")
    [message] = many(tenant, channel="email")
    Notification.for_tenant(tenant).update(correlation_id="x", correlated=False)

    moved(message, to=Status.DEAD)

    assert bodies(service)[0]["reference"] is None


@pytest.mark.parametrize(
    ("state", "word"),
    [
        ("expired", "technical-failure"),
        ("suppressed", "permanent-failure"),
        ("dead", "technical-failure"),
    ],
)
def test_each_end_has_document_004_s_word(tenant: Tenant, state: str, word: str):
    service = endpoint(tenant, kind="delivery_status")
    [message] = many(tenant, channel="sms")

    moved(message, to=Status(state))

    assert [one["status"] for one in bodies(service)] == [word]


def test_a_cancelled_message_has_no_receipt(tenant: Tenant):
    service = endpoint(tenant, kind="delivery_status")

    moved(*many(tenant, channel="sms"))

    assert bodies(service) == []


def test_each_address_of_an_envelope_has_a_receipt_with_its_own_word(tenant: Tenant):
    service, mine = endpoint(tenant, kind="delivery_status"), endpoint(tenant)
    [message] = many(tenant, channel="email")
    Recipient(
        tenant=tenant,
        message=message,
        kind="cc",
        address="bob@example.org",
        address_hash=bytes(32),
        state="perm_failed",
    ).save()

    moved(message, to=Status.DEAD)

    assert [(one["to"], one["status"]) for one in bodies(service)] == [
        ("person0@example.org", "technical-failure"),
        ("bob@example.org", "permanent-failure"),
    ]
    [body] = bodies(mine)
    assert body["recipients"] == ["person0@example.org", "bob@example.org"]


def test_chat_has_no_receipts(tenant: Tenant):
    service = endpoint(tenant, kind="delivery_status")

    moved(*many(tenant), to=Status.DEAD)

    assert bodies(service) == []


def test_nobody_is_told_where_the_request_says_so(tenant: Tenant):
    mine = endpoint(tenant)
    [silent] = many(tenant, callback=NOBODY)
    [usual] = many(tenant)

    moved(silent, usual)

    assert [one["messageId"] for one in bodies(mine)] == [str(usual.id)]


def test_who_is_named_by_a_request_hears_of_that_one(tenant: Tenant):
    mine = endpoint(tenant, origin="named")
    [named] = many(tenant, callback=NAMED)
    asked = {"endpoint": str(mine.id), "on": ["failure"]}
    Notification.for_tenant(tenant).update(callback=asked)
    [usual] = many(tenant)

    moved(named, usual)

    assert [one["messageId"] for one in bodies(mine)] == [str(named.id)]


def test_our_own_mails_are_nobody_s_business(tenant: Tenant):
    mine = endpoint(tenant)
    messages = many(tenant)
    Notification.for_tenant(tenant).update(key_type="system")

    moved(*messages)

    assert bodies(mine) == []


def test_an_address_that_cannot_be_read_keeps_nothing_from_ending(tenant: Tenant):
    mine = endpoint(tenant)
    [broken], [well] = many(tenant), many(tenant)
    with connection.cursor() as cursor:
        plain = broken.id if connection.vendor == "postgresql" else broken.id.hex
        cursor.execute(
            "UPDATE delivery_recipient SET address = %s WHERE message_id = %s",
            [b"?", plain],
        )

    moved(broken, well)

    told = {one["messageId"]: one.get("recipient") for one in bodies(mine)}
    assert told == {str(broken.id): None, str(well.id): "room"}


def test_messages_that_end_as_they_are_recorded_are_told_of(tenant: Tenant):
    mine = endpoint(tenant)
    messages = many(tenant, state="suppressed")

    announcing.announce_ended(messages, MEANINGS)

    assert [one["event"] for one in bodies(mine)] == ["suppressed"]


@pytest.mark.only_on("postgresql")
def test_a_tenant_without_endpoints_costs_no_query_more(tenant: Tenant):
    messages = many(tenant, 20)

    with CaptureQueriesContext(connection) as asked:
        moved_at_once(messages)

    texts = [one["sql"] for one in asked if "callbacks_" in one["sql"]]
    assert len(texts) == 1, "the look is part of the change itself"
    assert "UPDATE" in texts[0]
    assert Callback.for_tenant(tenant).count() == 0


@pytest.mark.only_on("postgresql")
@pytest.mark.usefixtures("steady_clock")
def test_with_endpoints_a_hundred_messages_cost_as_much_as_two(tenant: Tenant):
    endpoint(tenant)
    counts = []
    for count in (2, 100):
        messages = many(tenant, count)
        with CaptureQueriesContext(connection) as asked:
            moved_at_once(messages)
        counts.append(len(asked))

    assert counts[0] == counts[1]
    assert Callback.for_tenant(tenant).count() == 102


def moved_at_once(messages: list[Message]) -> None:
    with writing():
        states.move(
            [Move(one, "queued", Status.CANCELLED, cause="test") for one in messages]
        )
