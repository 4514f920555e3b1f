"""delayedSend: wait, be sent in time, be cancelled or moved; in the words accepted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from delivery.models import Message
from tenants.models import Tenant
from tests.journeys.conftest import Caller, MailServer, PhoneNetwork, work
from tests.journeys.examples import body_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]

EMAIL = "/notifysimple/email"


def later(**parts: int) -> str:
    return (datetime.now(UTC) + timedelta(**parts)).strftime("%Y-%m-%dT%H:%M:%SZ")


def schedule(caller: Caller, when: str, **changes: Any) -> Any:
    answer = caller.post(EMAIL, {**body_of("1.1a"), "delayedSend": when, **changes})
    assert answer.status_code == 202, answer.content
    return answer.json()


def let_it_be_due(tenant: Tenant) -> None:
    Message.for_tenant(tenant).update(due_at=datetime(2020, 1, 1, tzinfo=UTC))


def test_it_waits_until_it_is_due(
    caller: Caller, tenant: Tenant, mail_server: MailServer
):
    when = later(days=1)

    answer = schedule(caller, when)

    work()
    assert mail_server.mails == []
    assert answer["status"] == "scheduled"
    status = caller.status(answer["notifyId"])
    assert status["status"] == "scheduled"
    assert status["scheduledFor"] == when.replace("Z", ".000Z")
    assert status["channels"]["email"]["status"] == "scheduled"

    let_it_be_due(tenant)
    work()

    assert len(mail_server.mails) == 1
    assert caller.status(answer["notifyId"])["status"] == "completed"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2027-06-25T15:15:00", "2027-06-25T15:15:00.000Z"),
        ("2027-06-25T15:15:00Z", "2027-06-25T15:15:00.000Z"),
        ("2027-06-25T15:15:00+02:00", "2027-06-25T13:15:00.000Z"),
        ("2027-06-25T15:15:00.5-08:00", "2027-06-25T23:15:00.500Z"),
        ("2027-06-25 15:15", "2027-06-25T15:15:00.000Z"),
    ],
)
def test_a_time_without_a_zone_is_utc_and_offsets_are_honoured(
    caller: Caller, tenant: Tenant, written: str, meant: str
):
    tenant.max_delay_days = 366
    tenant.save()

    answer = schedule(caller, written)

    assert caller.status(answer["notifyId"])["scheduledFor"] == meant


def test_each_channel_has_its_own_time(
    caller: Caller, mail_server: MailServer, phones: PhoneNetwork
):
    body = body_of("1.2")
    body["sms"]["delayedSend"] = later(hours=1)

    answer = caller.post("/notifysimple", body).json()

    work()
    assert answer["status"] == "accepted"
    assert (len(mail_server.mails), len(phones.texts)) == (1, 0)
    channels = caller.status(answer["notifyId"])["channels"]
    assert channels["sms"]["status"] == "scheduled"


def test_one_time_for_the_whole_request(
    caller: Caller, mail_server: MailServer, phones: PhoneNetwork
):
    answer = caller.post(
        "/notifysimple", {**body_of("1.2"), "delayedSend": later(days=1)}
    )

    work()
    assert answer.json()["status"] == "scheduled"
    assert (len(mail_server.mails), len(phones.texts)) == (0, 0)


def test_beyond_the_horizon_is_refused_where_it_was_written(caller: Caller):
    wrong = later(days=31)
    bare = caller.post(EMAIL, {**body_of("1.1a"), "delayedSend": wrong})
    for_all = caller.post("/notifysimple", {**body_of("1.1b"), "delayedSend": wrong})
    body = body_of("1.1b")
    body["email"]["delayedSend"] = wrong
    within = caller.post("/notifysimple", body)

    found = [one.json()["errors"][0] for one in (bare, for_all, within)]
    assert [one["field"] for one in found] == [
        "delayedSend",
        "delayedSend",
        "email.delayedSend",
    ]
    assert {one["code"] for one in found} == {"invalid_time"}


@pytest.mark.parametrize(
    "text",
    [
        "tomorrow",
        "",
        "2026-02-30T10:00:00Z",
        "2026-06-25T25:00:00Z",
        "2026-06-25T23:59:60Z",
        "0001-01-01T00:00:00+18:00",
        "9999-12-31T23:59:59-18:00",
        "-0001-01-01T00:00:00Z",
        "10000-01-01T00:00:00Z",
        "2026-06-25T10:00:00+25:00",
        "2026-06-25T10:00:00 Europe/Berlin",
        "2026-06-25T10:00:00[America/Vancouver]",
        "1750864500",
    ],
)
@pytest.mark.parametrize("field", ["delayedSend", "expiresAt"])
def test_what_is_no_time_is_refused(caller: Caller, field: str, text: str):
    answer = caller.post(EMAIL, {**body_of("1.1a"), field: text})

    assert answer.status_code == 422, answer.content
    [error] = answer.json()["errors"]
    assert (error["field"], error["code"]) == (field, "invalid_time")


def test_what_would_expire_before_it_is_sent_is_refused(caller: Caller):
    body = {
        **body_of("1.1a"),
        "delayedSend": later(hours=2),
        "expiresAt": later(hours=1),
    }

    answer = caller.post(EMAIL, body)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "expiresAt"


@pytest.mark.parametrize("way", ["delete", "delete by query", "patch"])
def test_what_was_cancelled_is_never_sent(
    caller: Caller, tenant: Tenant, mail_server: MailServer, way: str
):
    notify_id = schedule(caller, later(days=1))["notifyId"]

    answer = {
        "delete": lambda: caller.delete(f"/notify/{notify_id}"),
        "delete by query": lambda: caller.delete(f"/notify?notifyId={notify_id}"),
        "patch": lambda: caller.patch(f"/notify/{notify_id}", {"action": "cancel"}),
    }[way]()

    assert answer.status_code == 200, answer.content
    assert answer.json() == {
        "notifyId": notify_id,
        "status": "cancelled",
        "cancelled": 1,
        "notCancelled": 0,
    }
    let_it_be_due(tenant)
    work()
    assert mail_server.mails == []
    assert caller.status(notify_id)["status"] == "cancelled"
    again = caller.delete(f"/notify/{notify_id}")
    assert again.status_code == 409
    assert again.json()["type"].endswith("#nothing_to_cancel")


def test_what_has_left_cannot_be_cancelled_or_moved(caller: Caller):
    answer = caller.post(EMAIL, body_of("1.1a")).json()
    work()

    cancelled = caller.delete(f"/notify/{answer['notifyId']}")
    moved = caller.patch(
        f"/notify/{answer['notifyId']}", {"delayedSend": later(days=1)}
    )

    assert (cancelled.status_code, moved.status_code) == (409, 409)
    assert moved.json()["type"].endswith("#nothing_to_reschedule")


def test_it_can_be_moved_while_it_waits(
    caller: Caller, tenant: Tenant, mail_server: MailServer
):
    notify_id = schedule(caller, later(days=1))["notifyId"]
    when = later(days=2)

    moved = caller.patch(f"/notify/{notify_id}", {"delayedSend": when})

    assert moved.status_code == 200, moved.content
    assert moved.json() == {
        "notifyId": notify_id,
        "status": "scheduled",
        "scheduledFor": when.replace("Z", ".000Z"),
        "rescheduled": 1,
        "notRescheduled": 0,
    }
    status = caller.status(notify_id)
    assert status["scheduledFor"] == when.replace("Z", ".000Z")
    assert status["history"][-1]["cause"] == "rescheduled"

    now = caller.patch(f"/notify/{notify_id}", {"delayedSend": "2020-01-01T00:00:00"})

    assert now.json()["status"] == "queued"
    work()
    assert len(mail_server.mails) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({}, ""),
        ({"action": "cancel", "delayedSend": "2026-06-25T15:15:00Z"}, ""),
        ({"action": "stop"}, "action"),
        ({"action": None}, "action"),
        ({"delayedSend": "later"}, "delayedSend"),
        ({"delayedSend": 5}, "delayedSend"),
        ({"delayedSend": "9999-12-31T23:59:59Z"}, "delayedSend"),
        ({"delayedSend": "0001-01-01T00:00:00+18:00"}, "delayedSend"),
        ({"state": "cancelled"}, "state"),
    ],
)
def test_a_change_that_is_none_is_refused(
    caller: Caller, change: dict[str, Any], field: str
):
    notify_id = schedule(caller, later(days=1))["notifyId"]

    answer = caller.patch(f"/notify/{notify_id}", change)

    assert answer.status_code == 422, answer.content
    assert field in {one["field"] for one in answer.json()["errors"]}
    assert caller.status(notify_id)["status"] == "scheduled"


def test_it_is_sent_in_the_words_that_were_accepted(
    caller: Caller, tenant: Tenant, mail_server: MailServer, sample_template: str
):
    body = body_of("2.3b", sample=sample_template)
    answer = caller.post(EMAIL, {**body, "delayedSend": later(days=1)})
    assert answer.status_code == 202

    caller.patch(f"/templates/{sample_template}", {"body": "New words"})
    caller.delete(f"/templates/{sample_template}")
    let_it_be_due(tenant)
    work()

    [mail] = mail_server.mails
    assert mail.parts()["content"]["body"].startswith(
        "This is an example of templating"
    )


def test_an_unknown_notification_cannot_be_changed(caller: Caller):
    nobodys = UUID(int=7)

    answers = [
        caller.delete(f"/notify/{nobodys}"),
        caller.delete(f"/notify?notifyId={nobodys}"),
        caller.patch(f"/notify/{nobodys}", {"action": "cancel"}),
        caller.patch(f"/notify/{nobodys}", {"delayedSend": later(days=1)}),
    ]

    assert [one.status_code for one in answers] == [404] * 4


@pytest.mark.parametrize("query", ["", "?notifyId=", "?notifyId=x", "?id=1"])
def test_cancelling_by_query_needs_an_id(caller: Caller, query: str):
    assert caller.delete(f"/notify{query}").status_code == 422


def test_it_cannot_be_moved_to_when_it_would_have_expired(caller: Caller):
    answer = schedule(caller, later(days=1), expiresAt=later(days=2))
    place = f"/notify/{answer['notifyId']}"

    refused = caller.patch(place, {"delayedSend": later(days=3)})
    moved = caller.patch(place, {"delayedSend": later(hours=30)})

    assert refused.status_code == 422, refused.content
    assert refused.json()["type"].endswith("#invalid_time")
    assert refused.json()["errors"][0]["field"] == "delayedSend"
    assert "expiresAt" in refused.json()["detail"]
    assert moved.status_code == 200


@pytest.mark.parametrize("when", ["soon", "2026-13-01", "0001-01-01T00:00:00+18:00"])
def test_a_time_that_is_none_is_told_as_a_send_tells_it(caller: Caller, when: str):
    notify_id = schedule(caller, later(days=1))["notifyId"]

    sent = caller.post(EMAIL, {**body_of("1.1a"), "delayedSend": when})
    moved = caller.patch(f"/notify/{notify_id}", {"delayedSend": when})

    assert [one.status_code for one in (sent, moved)] == [422, 422]
    assert sent.json()["type"] == moved.json()["type"]
    assert moved.json()["type"].endswith("#invalid_time")
