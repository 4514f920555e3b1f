"""GET /notify and GET /notify/{id}: what became of what, and whose business it is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from delivery.models import Notification
from providers.models import Account
from tenants.models import Tenant
from tests.journeys.conftest import Caller, work
from tests.journeys.examples import body_of
from tests.tenants.factories import TenantFactory, api_key

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]


def send(caller: Caller, name: str = "1.2", **changes: Any) -> str:
    path = "/notifysimple" if name == "1.2" else "/notifysimple/email"
    body = {**body_of(name), "allowDuplicate": True, **changes}
    answer = caller.post(path, body)
    assert answer.status_code == 202, answer.content
    return str(answer.json()["notifyId"])


def test_the_whole_story_of_one_notification(caller: Caller):
    notify_id = send(caller, correlationId="case-17", tags=["benefits", "2026"])
    work()

    status = caller.status(notify_id)

    assert status["notifyId"] == notify_id
    assert status["status"] == "completed"
    assert status["correlationId"] == "case-17"
    assert sorted(status["tags"]) == ["2026", "benefits"]
    assert status["createdAt"].endswith("Z")
    assert "scheduledFor" not in status
    email = status["channels"]["email"]
    assert email["attempts"] == 1
    assert email["provider"] == "email.smtp"
    assert [(one["address"], one["kind"]) for one in email["recipients"]] == [
        ("me@example.com", "to"),
        ("you@example.com", "to"),
        ("copyto@example.com", "cc"),
        ("blindcopyto@example.com", "bcc"),
    ]
    assert {one["status"] for one in email["recipients"]} == {"sent"}
    assert status["channels"]["sms"]["provider"] == "sms.twilio"
    story = [one["status"] for one in status["history"] if one["channel"] == "email"]
    assert story == ["queued", "sending", "sent"]


def test_what_a_provider_refused_is_told_with_its_reason(caller: Caller):
    Account(channel="email", provider="email.sandbox", name="Simulator").save()
    body = body_of("1.1a") | {"recipients": {"to": ["perm-fail@simulator.notify"]}}
    notify_id = caller.post("/notifysimple/email", body).json()["notifyId"]
    work()

    status = caller.status(notify_id)

    assert status["status"] == "failed"
    assert status["channels"]["email"]["status"] == "failed"
    assert status["channels"]["email"]["error"]["retryable"] is False


def test_the_old_path_leads_there_too(caller: Caller):
    notify_id = send(caller)

    answers = [
        caller.get(f"{prefix}/notify/{path}{notify_id}")
        for prefix in ("", "/api/v1")
        for path in ("", "status/")
    ]

    assert [one.status_code for one in answers] == [200] * 4
    assert len({one.content for one in answers}) == 1


def test_content_is_shown_to_those_who_may_see_it(caller: Caller, tenant: Tenant):
    notify_id = send(caller, "1.1a")
    blind = Caller(api_key(tenant, scopes=("send", "read")))

    seen = caller.status(notify_id, include="content")
    refused = blind.get(f"/notify/{notify_id}", include="content")

    assert seen["content"] == {
        "email": {
            "subject": "A really simple email",
            "body": "This is an example of how simple the API can be",
            "bodyType": "text",
            "from": "notify@example.org",
        }
    }
    assert refused.status_code == 403
    assert "content" not in caller.status(notify_id)
    assert "content" not in blind.status(notify_id)


def test_a_test_keys_content_is_shown_to_it(tenant: Tenant):
    tester = Caller(api_key(tenant, key_type="test", scopes=("send", "read")))
    notify_id = send(tester, "1.1a")

    assert tester.status(notify_id, include="content")["content"]["email"]["subject"]


def test_include_knows_content_only(caller: Caller):
    answer = caller.get(f"/notify/{send(caller)}", include="everything")

    assert answer.status_code == 422


@pytest.fixture
def three(caller: Caller, tenant: Tenant) -> dict[str, str]:
    """A mail of yesterday, a mail of today, a text of today."""
    old = send(caller, "1.1a", correlationId="old", tags=["a", "b"])
    at = timezone.now() - timedelta(days=1)
    Notification.for_tenant(tenant).filter(id=old).update(created_at=at)
    work()
    new = send(caller, "1.1a", correlationId="new", tags=["b"])
    body = {"recipients": {"to": ["7787001234"]}, "content": {"body": "Hi"}}
    text = caller.post("/notifysimple/sms", body).json()["notifyId"]
    return {"old": old, "new": new, "text": text}


def day(days: int = 0) -> str:
    return (timezone.now() + timedelta(days=days)).date().isoformat()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["text", "new", "old"]),
        ({"correlationId": "old"}, ["old"]),
        ({"correlationId": "OLD"}, []),
        ({"status": "completed"}, ["old"]),
        ({"status": "queued"}, ["text", "new"]),
        ({"status": "failed"}, []),
        ({"tag": "a"}, ["old"]),
        ({"tag": "b"}, ["new", "old"]),
        ({"tag": "B"}, []),
        ({"channel": "sms"}, ["text"]),
        ({"channel": "msgApp"}, []),
        ({"channel": "email", "tag": "b", "status": "queued"}, ["new"]),
        ({"eventType": "any"}, []),
        ({"startDate": day()}, ["text", "new"]),
        ({"endDate": day(-1)}, ["old"]),
        ({"startDate": day(-1), "endDate": day(-1)}, ["old"]),
        ({"startDate": day(-1), "endDate": day()}, ["text", "new", "old"]),
        ({"startDate": day(1)}, []),
        ({"startDate": f"{day()}T00:00:00Z"}, ["text", "new"]),
        ({"startDate": f"{day()}T14:00:00+14:00"}, ["text", "new"]),
        ({"startDate": f"{day()}T14:00:00 14:00"}, ["text", "new"]),
        ({"startDate": "0001-01-01", "endDate": "9999-12-30"}, ["text", "new", "old"]),
        ({"endDate": ""}, ["text", "new", "old"]),
    ],
)
def test_each_filter_finds_what_it_says(
    caller: Caller, three: dict[str, str], query: dict[str, str], found: list[str]
):
    answer = caller.get("/notify", **query)

    assert answer.status_code == 200, answer.content
    names = {notify_id: name for name, notify_id in three.items()}
    assert [names[one["notifyId"]] for one in answer.json()["data"]] == found


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"status": "sent"}, "invalid"),
        ({"channel": "fax"}, "unknown_channel"),
        ({"startDate": "yesterday"}, "invalid_time"),
        ({"startDate": "2026-13-01"}, "invalid_time"),
        ({"startDate": "-1"}, "invalid_time"),
        ({"startDate": "0000-01-01"}, "invalid_time"),
        ({"endDate": "9999-12-31"}, "invalid_time"),
        ({"endDate": "9999-12-31T23:59:59-18:00"}, "invalid_time"),
        ({"startDate": "0001-01-01T00:00:00+18:00"}, "invalid_time"),
        ({"startDate": "2026-06-30T23:59:60Z"}, "invalid_time"),
        ({"startDate": "2026-06-30T10:00:00 Europe/Berlin"}, "invalid_time"),
        ({"limit": "0"}, "invalid_limit"),
        ({"limit": "201"}, "invalid_limit"),
        ({"limit": "ten"}, "invalid_limit"),
        ({"limit": "9" * 5000}, "invalid_limit"),
        ({"cursor": "x"}, "invalid_cursor"),
        ({"correlationID": "x"}, "unknown_parameter"),
    ],
)
def test_a_filter_that_is_none_is_refused(
    caller: Caller, tenant: Tenant, query: dict[str, str], code: str
):
    answer = caller.get("/notify", **query)

    assert answer.status_code == 422, answer.content
    [error] = answer.json()["errors"]
    assert (error["field"], error["code"]) == (next(iter(query)), code)


def test_pages_hold_each_row_once(caller: Caller, tenant: Tenant):
    sent = [send(caller, "1.1a") for _ in range(7)]

    found: list[str] = []
    query = {"limit": "3"}
    pages = 0
    while True:
        page = caller.get("/notify", **query).json()
        found += [one["notifyId"] for one in page["data"]]
        pages += 1
        assert page["limit"] == 3
        if page["nextCursor"] is None:
            break
        query = {"limit": "3", "cursor": page["nextCursor"]}
        if pages == 1:
            send(caller, "1.1a")  # newer ones do not shift the pages

    assert found == sent[::-1]
    assert pages == 3


@pytest.mark.usefixtures("steady_clock")
def test_a_list_costs_the_same_queries_however_long(caller: Caller, tenant: Tenant):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            caller.get("/notify")
        return len(queries)

    send(caller)
    few = cost()
    for _ in range(5):
        send(caller)

    assert cost() <= few


@pytest.fixture
def stranger(tenant: Tenant) -> Caller:
    other: Tenant = TenantFactory()
    return Caller(api_key(other, scopes=("send", "read", "manage", "content")))


def test_strangers_see_nothing(caller: Caller, stranger: Caller):
    notify_id = send(caller, tags=["a"], correlationId="c")

    for query in ({}, {"tag": "a"}, {"correlationId": "c"}, {"channel": "sms"}):
        assert stranger.get("/notify", **query).json()["data"] == []
    assert stranger.get(f"/notify/{notify_id}").status_code == 404


def test_a_strangers_404_is_that_of_an_id_that_never_was(
    caller: Caller, stranger: Caller
):
    notify_id = send(caller)

    def ask(method: str, one: object) -> Any:
        return stranger.client.generic(
            method,
            f"/notify/{one}",
            '{"action": "cancel"}',
            content_type="application/json",
            headers={"X-API-KEY": stranger.key, "X-Correlation-Id": "same"},
        )

    for method in ("GET", "DELETE", "PATCH"):
        theirs, nobodys = ask(method, notify_id), ask(method, UUID(int=7))
        assert (theirs.status_code, nobodys.status_code) == (404, 404)
        assert theirs.content == nobodys.content


def test_a_cursor_opens_no_other_list(caller: Caller, stranger: Caller):
    for _ in range(2):
        send(caller)
    cursor = caller.get("/notify", limit="1").json()["nextCursor"]

    answers = [
        stranger.get("/notify", cursor=cursor),
        caller.get("/templates", cursor=cursor),
        caller.get("/senders", cursor=cursor),
    ]

    assert [one.status_code for one in answers] == [422] * 3


def test_what_a_test_key_sent_is_marked(caller: Caller, tenant: Tenant):
    tester = Caller(api_key(tenant, key_type="test", scopes=("send", "read")))
    notify_id = send(tester, "1.1a")

    assert tester.status(notify_id)["test"] is True
    assert tester.get("/notify").json()["data"][0]["test"] is True
    assert "test" not in caller.status(send(caller))


def test_the_correlation_id_of_a_duplicate_finds_the_original(
    caller: Caller, stranger: Caller
):
    notify_id = send(caller, "1.1a", correlationId="first", allowDuplicate=False)
    for name in ("second", "third"):
        send(caller, "1.1a", correlationId=name, allowDuplicate=False)

    for name in ("first", "second", "third"):
        found = caller.get("/notify", correlationId=name).json()["data"]
        assert [one["notifyId"] for one in found] == [notify_id]
    assert stranger.get("/notify", correlationId="second").json()["data"] == []
