"""A tenant's program is told what became of what it sent: by HTTP, signed."""

from __future__ import annotations

from typing import Any

import pytest

from callbacks.models import Endpoint
from events.models import CallbackDefaults
from tenants.models import Tenant
from tests.callbacks.scene import receiving
from tests.journeys.conftest import Caller, MailServer, work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]
MAIL: dict[str, Any] = {
    "recipients": {"to": ["ann@example.org"]},
    "content": {"subject": "Hello", "body": "Words"},
}


def registered(caller: Caller, url: str, **values: Any) -> Any:
    made = caller.post("/notify/registerCallback", {"url": url, **values})
    assert made.status_code == 201, made.content
    return made.json()


def test_what_was_sent_is_told_in_a_signed_event(
    caller: Caller, mail_server: MailServer
):
    with receiving() as receiver:
        secret = registered(caller, receiver.url)["secret"]
        sent = caller.post(
            "/notifysimple/email", {**MAIL, "correlationId": "case-7", "tags": ["a"]}
        ).json()
        work()

    assert len(mail_server.mails) == 1
    [post] = receiver.posts
    told = post.verified(secret)
    assert told["type"] == "message.sent"
    assert told["notifyId"] == sent["notifyId"]
    assert told["statusUrl"] == sent["statusUrl"]
    assert told["recipient"] == "ann@example.org"
    assert told["correlationId"] == "case-7"
    assert told["tags"] == ["a"]
    assert told["attempt"] == 1
    assert caller.status(sent["notifyId"])["status"] == "completed"


def test_an_endpoint_that_wants_failures_only_hears_of_no_success(
    caller: Caller, mail_server: MailServer
):
    with receiving() as receiver:
        registered(caller, receiver.url, on=["failure"])
        caller.post("/notifysimple/email", MAIL)
        work()

    assert len(mail_server.mails) == 1
    assert receiver.posts == []


def test_who_is_on_the_suppression_list_is_told_of_as_soon_as_it_is_accepted(
    caller: Caller, mail_server: MailServer
):
    caller.post(
        "/suppressions",
        {"channel": "email", "address": "bob@example.org", "reason": "opted_out"},
    )
    people = {"to": ["ann@example.org", "bob@example.org"]}
    with receiving() as receiver:
        registered(caller, receiver.url)
        caller.post("/notifysimple/email", {**MAIL, "recipients": people})
        work()

    told = {one.data["event"]: one.data["recipient"] for one in receiver.posts}
    assert told == {"suppressed": "bob@example.org", "sent": "ann@example.org"}


def test_a_request_names_who_is_told_of_it(caller: Caller, mail_server: MailServer):
    with receiving() as receiver:
        named = {
            "url": receiver.url,
            "on": ["success"],
            "headers": {"X-Case": "7"},
        }
        caller.post("/notifysimple/email", {**MAIL, "callback": named})
        caller.post("/notifysimple/email", {**MAIL, "allowDuplicate": True})
        work()
        [mine] = caller.get("/notify/registerCallback").json()["data"]
        path = f"/notify/registerCallback/{mine['callbackId']}/secret"
        secret = caller.post(path, {"keepSeconds": 0}).json()["secret"]
        again = {**MAIL, "callback": named, "allowDuplicate": True}
        caller.post("/notifysimple/email", again)
        work()

    assert len(mail_server.mails) == 3
    first, second = receiver.posts
    assert first.headers["x-case"] == "7"
    assert first.data["event"] == "sent"
    assert second.verified(secret)["event"] == "sent"


def test_an_empty_callback_keeps_everybody_from_being_told(
    caller: Caller, mail_server: MailServer
):
    with receiving() as receiver:
        registered(caller, receiver.url)
        caller.post("/notifysimple/email", {**MAIL, "callback": {}})
        work()

    assert len(mail_server.mails) == 1
    assert receiver.posts == []


def test_a_callback_to_a_forbidden_address_is_refused(caller: Caller):
    named = {"url": "http://10.0.0.1/hook", "on": ["success"]}

    for path in ("/notifysimple/email/preview", "/notifysimple/email"):
        answer = caller.post(path, {**MAIL, "callback": named})

        assert answer.status_code == 422
        assert [one["field"] for one in answer.json()["errors"]] == ["callback.url"]


def test_a_default_of_the_tenant_is_inherited(
    caller: Caller, tenant: Tenant, mail_server: MailServer
):
    with receiving() as receiver:
        CallbackDefaults(tenant=tenant, url=receiver.url, on="success").save()
        caller.post("/notifysimple/email", MAIL)
        caller.post(
            "/notifysimple/email", {**MAIL, "callback": {}, "allowDuplicate": True}
        )
        work()

    assert len(mail_server.mails) == 2
    assert [one.data["event"] for one in receiver.posts] == ["sent"]


def test_document_001_and_004_together(caller: Caller, tenant: Tenant, phones: Any):
    """Registered by the service callback API, told in document 004's words."""
    path = f"/service/{tenant.id}/callback-api"
    given = {
        "url": "https://127.0.0.1:9/receipts",
        "bearer_token": "some-unique-string",
        "updated_by_id": "6ce466d0-fd6a-11e5-82f5-e0accb9d11a6",
    }
    made = caller.post(path, given)
    assert made.status_code == 201, made.content
    with receiving() as receiver:
        # The receiver of this test speaks plain HTTP, which that API refuses.
        Endpoint.for_tenant(tenant).update(url=receiver.url)
        people = {"to": ["7787001234", "7787001235"]}
        text = {"recipients": people, "content": {"body": "Hi"}}
        suppressed = {"channel": "sms", "address": "7787001235", "reason": "opted_out"}
        caller.post("/suppressions", suppressed)
        caller.post("/notifysimple/sms", {**text, "correlationId": "12345678"})
        work()

    told = {one.data["to"]: one for one in receiver.posts}
    post = told["+17787001235"]
    assert post.headers["authorization"] == "Bearer some-unique-string"
    assert set(post.data) == {
        *("id", "reference", "to", "status", "created_at"),
        *("completed_at", "sent_at", "notification_type"),
    }
    assert post.data["reference"] == "12345678"
    assert post.data["status"] == "permanent-failure"
    assert post.data["notification_type"] == "sms"
