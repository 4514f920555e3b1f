"""A text goes out, its provider reports, the caller reads what became of it."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from pytest_httpserver import HTTPServer
from twilio.request_validator import RequestValidator
from werkzeug import Request, Response

from providers import doors
from providers.accounts import offers
from providers.models import Account
from tenants.models import Tenant
from tests.callbacks.scene import endpoint, receiving
from tests.journeys.conftest import Caller, PhoneNetwork, work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]
TOKEN = "f00dcafe" * 4
JANE = "+17787001234"
TEXT = {"recipients": {"to": [JANE]}, "content": {"body": "Hello"}}


def send(caller: Caller) -> str:
    answer = caller.post("/notifysimple/sms", TEXT)
    assert answer.status_code == 202, answer.content
    work()
    return str(answer.json()["notifyId"])


def sms_of(caller: Caller, notify_id: str) -> Any:
    return caller.status(notify_id)["channels"]["sms"]


def called_back(url: str, fields: dict[str, str], *, token: str = TOKEN) -> Any:
    """What Twilio does: it calls the address that came with the text, and signs."""
    return posted(url, fields, RequestValidator(token).compute_signature(url, fields))


def posted(url: str, fields: dict[str, str], signature: str = "") -> Any:
    place = urlsplit(url)
    return Client().post(
        f"{place.path}?{place.query}" if place.query else place.path,
        urlencode(fields),
        content_type="application/x-www-form-urlencoded",
        headers={"X-Twilio-Signature": signature} if signature else None,
    )


def told(status: str, **more: str) -> dict[str, str]:
    return {"MessageSid": f"SM{1:032x}", "MessageStatus": status, **more}


def test_sent_then_delivered(caller: Caller, phones: PhoneNetwork):
    notify_id = send(caller)
    assert sms_of(caller, notify_id)["status"] == "sent"
    [text] = phones.texts

    answer = called_back(text["StatusCallback"], told("delivered"))
    work()

    assert (answer.status_code, answer.content) == (200, b"<Response/>")
    assert answer["Content-Type"] == "text/xml"
    assert sms_of(caller, notify_id)["status"] == "delivered"
    history = caller.status(notify_id)["history"]
    assert history[-1]["cause"] == "receipt"


def test_not_delivered_is_told_in_words(caller: Caller, phones: PhoneNetwork):
    notify_id = send(caller)

    url = phones.texts[0]["StatusCallback"]
    called_back(url, told("undelivered", ErrorCode="30005"))
    work()

    found = caller.status(notify_id)
    assert found["status"] == "failed"
    error = found["channels"]["sms"]["error"]
    assert (error["code"], error["message"]) == ("30005", "The number does not exist.")
    assert error["retryable"] is False
    assert found["history"][-1]["detail"] == "The number does not exist."


def test_in_whatever_order_they_come(caller: Caller, phones: PhoneNetwork):
    notify_id = send(caller)
    url = phones.texts[0]["StatusCallback"]

    for status in ("delivered", "queued", "delivered", "sent"):
        called_back(url, told(status))
    work()

    assert sms_of(caller, notify_id)["status"] == "delivered"
    causes = [one["cause"] for one in caller.status(notify_id)["history"]]
    assert causes.count("receipt") == 1


@pytest.mark.parametrize("wrong", ["signature", "field", "address", "nothing"])
def test_a_forged_receipt_changes_nothing(
    caller: Caller, phones: PhoneNetwork, wrong: str
):
    notify_id = send(caller)
    url = phones.texts[0]["StatusCallback"]
    if wrong == "signature":
        answer = called_back(url, told("delivered"), token="0" * 32)
    elif wrong == "field":
        fields = told("undelivered")
        signed = RequestValidator(TOKEN).compute_signature(url, fields)
        answer = posted(url, {**fields, "MessageStatus": "delivered"}, signed)
    elif wrong == "address":
        answer = called_back(
            url.replace("testserver", "evil.example"), told("delivered")
        )
    else:
        answer = posted(url, told("delivered"))
    work()

    assert answer.status_code == 401
    assert sms_of(caller, notify_id)["status"] == "sent"


def test_a_receipt_comes_before_the_answer_of_the_call(
    caller: Caller, phones: PhoneNetwork, httpserver: HTTPServer
):
    """Twilio may be faster than our own commit."""
    original = phones.take

    def take(request: Request) -> Response:
        response = original(request)
        url = phones.texts[-1]["StatusCallback"]
        try:
            assert called_back(url, told("delivered")).status_code == 200
        finally:
            connections.close_all()  # of the server's thread
        return response

    httpserver.clear()
    path = f"/2010-04-01/Accounts/AC{'0' * 32}/Messages.json"
    httpserver.expect_request(path, method="POST").respond_with_handler(take)

    notify_id = send(caller)
    work()

    assert sms_of(caller, notify_id)["status"] == "delivered"


def test_the_plain_address_is_for_the_systems_account(
    caller: Caller, phones: PhoneNetwork
):
    notify_id = send(caller)

    called_back(f"{settings.PUBLIC_URL}/notifications/sms/twilio", told("delivered"))
    work()

    assert sms_of(caller, notify_id)["status"] == "delivered"


def test_a_strangers_account_moves_nothing(
    caller: Caller, phones: PhoneNetwork, tenant: Tenant
):
    """What one tenant's provider says of another's message is nobody's."""
    notify_id = send(caller)
    stranger = Account(
        tenant=tenant,
        channel="sms",
        provider="sms.twilio",
        name="Own",
        config={
            "account_sid": "AC" + "1" * 32,
            "auth_token": "1" * 32,
            "sender": "+16045550199",
        },
    )
    stranger.save()
    offers.forget()
    query = urlsplit(phones.texts[0]["StatusCallback"]).query

    answer = called_back(
        f"{doors.address(stranger)}?{query}", told("delivered"), token="1" * 32
    )
    work()

    assert answer.status_code == 200
    assert sms_of(caller, notify_id)["status"] == "sent"


def test_stop_keeps_texts_away_until_start(caller: Caller, phones: PhoneNetwork):
    send(caller)
    url = f"{settings.PUBLIC_URL}/notifications/sms/receive/twilio"

    def receive(words: str) -> None:
        fields = {
            "MessageSid": f"SM{words}",
            "From": JANE,
            "To": "+16045550123",
            "Body": words,
            "SmsStatus": "received",
        }
        assert called_back(url, fields).status_code == 200
        work()

    receive("STOP")
    refused = caller.post("/notifysimple/sms", {**TEXT, "content": {"body": "More"}})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["code"] == "recipients_suppressed"
    listed = caller.get("/received-texts").json()["data"]
    assert [(one["text"], one["wish"]) for one in listed] == [("STOP", "stop")]

    receive("START")
    again = caller.post("/notifysimple/sms", {**TEXT, "content": {"body": "More"}})
    assert again.status_code == 202


def test_a_received_text_is_handed_on_to_the_tenants_programs(
    caller: Caller, tenant: Tenant, phones: PhoneNetwork
):
    """In our frame, and in document 004's words for whom the service API told."""
    send(caller)
    fields = {
        "MessageSid": "SM7",
        "From": JANE,
        "To": "+16045550123",
        "Body": "Am I late?",
        "SmsStatus": "received",
    }
    with receiving() as events, receiving() as service:
        secret = str(endpoint(tenant, events.url, events=["sms.*"]).secret)
        endpoint(tenant, service.url, kind="inbound_sms")
        called_back(f"{settings.PUBLIC_URL}/notifications/sms/receive/twilio", fields)
        work()

    [told] = events.posts
    [plain] = service.posts
    body = {
        "id": caller.get("/received-texts").json()["data"][0]["id"],
        "source_number": JANE,
        "destination_number": "+16045550123",
        "message": "Am I late?",
        "date_received": plain.data["date_received"],
    }
    assert plain.data == body
    framed = told.verified(secret)
    assert framed["type"] == "sms.received"
    assert {name: framed[name] for name in body} == body


def complained_of(caller: Caller, httpserver: HTTPServer, tenant: Tenant) -> str:
    """The notifyId of a mail of which a mail service's user complained."""
    account = Account(
        tenant=tenant,
        channel="email",
        provider="email.anymail",
        name="Postmark",
        config={
            "service": "postmark",
            "api_key": "k",
            "api_url": httpserver.url_for("/"),
        },
    )
    account.save()
    offers.forget()
    taken = {"ErrorCode": 0, "Message": "OK", "MessageID": "pm-1", "To": "a@b.org"}
    httpserver.expect_request("/email", method="POST").respond_with_json(taken)
    mail = {
        "recipients": {"to": ["ann@example.org"]},
        "content": {"subject": "Hello", "body": "Words"},
        "correlationId": "case-7",
    }
    notify_id = caller.post("/notifysimple/email", mail).json()["notifyId"]
    work()

    complaint = {
        "RecordType": "SpamComplaint",
        "Type": "SpamComplaint",
        "MessageID": "pm-1",
        "Email": "ann@example.org",
        "Metadata": {},
    }
    path = urlsplit(doors.address(account)).path
    answer = Client().post(path, json.dumps(complaint), content_type="application/json")
    assert answer.status_code == 200
    work()
    return str(notify_id)


def test_a_complaint_of_a_mail(caller: Caller, httpserver: HTTPServer, tenant: Tenant):
    """By a mail service: the mail arrived, the address is on the suppression list."""
    notify_id = complained_of(caller, httpserver, tenant)

    found = caller.status(notify_id)["channels"]["email"]
    assert (found["status"], found["complained"]) == ("delivered", True)
    causes = [one["cause"] for one in caller.status(notify_id)["history"]]
    assert "complaint" in causes
    [row] = caller.get("/suppressions").json()["data"]
    assert (row["address"], row["reason"]) == ("ann@example.org", "complained")


def test_a_complaint_is_handed_on_to_the_tenants_programs(
    caller: Caller, httpserver: HTTPServer, tenant: Tenant
):
    """In our frame, and in document 004's words for whom the service API told."""
    with receiving() as events, receiving() as service:
        secret = str(endpoint(tenant, events.url, events=["email.*"]).secret)
        endpoint(tenant, service.url, kind="complaint")
        complained_of(caller, httpserver, tenant)

    [told] = events.posts
    [plain] = service.posts
    assert set(plain.data) == {
        *("notification_id", "complaint_id", "reference"),
        *("to", "complaint_date"),
    }
    assert (plain.data["to"], plain.data["reference"]) == ("ann@example.org", "case-7")
    framed = told.verified(secret)
    assert framed["type"] == "email.complained"
    assert {name: framed[name] for name in plain.data} == plain.data
