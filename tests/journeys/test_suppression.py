"""Whom not to write to: from the list to the wire, by HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from recipients import groups
from tenants.models import Tenant
from tests.events.designed import mail_design, published
from tests.journeys.conftest import Caller, MailServer, PhoneNetwork, work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]
ANN, BOB, CAT = "ann@example.org", "bob@example.org", "cat@example.org"
WORDS = {"subject": "Hello", "body": "Words"}


def suppress(caller: Caller, address: str, reason: str = "opted_out") -> Any:
    code = "sms" if address.startswith("+") else "email"
    body = {"channel": code, "address": address, "reason": reason}
    made = caller.post("/suppressions", body)
    assert made.status_code == 201, made.content
    return made.json()


def mail(*to: str, **recipients: Any) -> dict[str, Any]:
    return {"recipients": {"to": list(to), **recipients}, "content": WORDS}


def test_who_opted_out_is_left_out_of_preview_mail_and_told_in_status(
    caller: Caller, mail_server: MailServer
):
    suppress(caller, BOB)
    request = mail(ANN, BOB.upper(), cc=[CAT])

    shown = caller.post("/notifysimple/email/preview", request).json()
    sent = caller.post("/notifysimple/email", request)
    work()

    assert sent.status_code == 202
    warning = "recipients.to[1]: 1 left out, on the suppression list (opted out)."
    assert shown["warnings"] == sent.json()["warnings"] == [warning]
    [arrived] = mail_server.mails
    assert arrived.parts()["recipients"] == shown["recipients"]
    assert arrived.recipients == [ANN, CAT]
    status = caller.status(sent.json()["notifyId"])
    assert status["channels"]["email"]["status"] == "sent"
    told = {
        one["address"]: one["status"]
        for one in status["channels"]["email"]["recipients"]
    }
    assert told == {ANN: "sent", CAT: "sent", "BOB@example.org": "suppressed"}


def test_all_suppressed_is_422_with_the_reason_in_preview_and_send(
    caller: Caller, mail_server: MailServer
):
    suppress(caller, ANN, "bounced")

    for path in ("/notifysimple/email/preview", "/notifysimple/email"):
        answer = caller.post(path, mail(ANN))

        assert answer.status_code == 422
        [error] = answer.json()["errors"]
        assert error["code"] == "recipients_suppressed"
        assert error["field"] == "recipients.to"
        assert "bounced" in error["message"]
        assert ANN not in answer.content.decode()
    work()
    assert mail_server.mails == []


def test_the_channel_that_is_left_goes(caller: Caller, phones: PhoneNetwork):
    suppress(caller, ANN)

    sent = caller.post(
        "/notifysimple",
        {
            "email": mail(ANN),
            "sms": {"recipients": {"to": ["7787001234"]}, "content": {"body": "Hi"}},
        },
    ).json()
    work()

    assert sent["channels"] == ["sms"]
    assert "opted out" in sent["warnings"][0]
    assert len(phones.texts) == 1
    status = caller.status(sent["notifyId"])
    assert status["channels"]["email"]["status"] == "suppressed"
    assert status["channels"]["email"]["error"]["retryable"] is False
    assert status["channels"]["sms"]["status"] == "sent"


def test_who_answers_stop_meanwhile_gets_no_text(caller: Caller, phones: PhoneNetwork):
    request = {"recipients": {"to": ["7787001234"]}, "content": {"body": "Hi"}}
    sent = caller.post("/notifysimple/sms", request).json()
    suppress(caller, "+17787001234", "stopped")
    work()

    assert phones.texts == []
    status = caller.status(sent["notifyId"])
    assert status["status"] == "suppressed"
    assert "STOP" in status["channels"]["sms"]["error"]["message"]


def test_mandatory_events_reach_who_opted_out_and_no_dead_address(
    caller: Caller, tenant: Tenant, mail_server: MailServer
):
    published(tenant, "recall", mail_design(mandatory=True))
    suppress(caller, ANN)
    suppress(caller, BOB, "bounced")

    def event(address: str) -> Any:
        params = {"email": address, "name": "N"}
        body = {"notificationEventType": "recall", "params": params}
        return caller.post("/notifyevent", body)

    assert event(ANN).status_code == 202
    assert event(BOB).status_code == 422
    work()
    assert [one.recipients for one in mail_server.mails] == [[ANN]]


def test_after_a_release_the_same_request_is_a_new_one(
    caller: Caller, mail_server: MailServer
):
    entry = suppress(caller, BOB)
    first = caller.post("/notifysimple/email", mail(ANN, BOB)).json()

    caller.delete(f"/suppressions/{entry['id']}")
    second = caller.post("/notifysimple/email", mail(ANN, BOB)).json()
    work()

    assert "duplicate" not in second
    assert second["notifyId"] != first["notifyId"]
    # Both fly at once: whichever arrives first.
    told = sorted(one.recipients for one in mail_server.mails)
    assert told == [[ANN], [ANN, BOB]]


def test_members_of_a_group_are_left_out_too(
    caller: Caller, tenant: Tenant, mail_server: MailServer
):
    groups.create(tenant, name="Board", channel_code="email", addresses=[ANN, BOB, CAT])
    suppress(caller, ANN)
    suppress(caller, CAT, "complained")

    request = {"recipients": {"to": [{"group": "Board"}]}, "content": WORDS}
    sent = caller.post("/notifysimple/email", request).json()
    work()

    assert sent["warnings"] == [
        "recipients.to[0]: 2 left out, on the suppression list (opted out, complained)."
    ]
    assert [one.recipients for one in mail_server.mails] == [[BOB]]
