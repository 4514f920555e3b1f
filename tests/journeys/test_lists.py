"""A list from the question to the last click: by HTTP, mail server and mail program."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from delivery.models import Message
from events import notices
from tenants.models import Tenant
from tests.events.designed import mail_design, published
from tests.journeys.conftest import Caller, Mail, MailServer, PhoneNetwork, work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]
ANN, BOB, CAT = "ann@example.org", "bob@example.org", "cat@example.org"
WORDS = {"subject": "News", "body": "Read on. Leave: {{unsubscribeUrl}}"}


@pytest.fixture
def news(caller: Caller) -> str:
    made = caller.post("/lists", {"name": "news", "title": "Forest news"})
    assert made.status_code == 201, made.content
    return str(made.json()["id"])


def subscribe(caller: Caller, address: str, **more: Any) -> Any:
    body = {"list": "news", "address": address, "confirmed": True, **more}
    made = caller.post("/subscriptions", body)
    assert made.status_code == 201, made.content
    return made.json()


def link_in(text: str) -> str:
    [found] = re.findall(r"http://testserver(/\S+)", text)
    return str(found)


def text_of(mail: Mail) -> str:
    return str(mail.parts()["content"]["body"])


def to_list(**changes: Any) -> dict[str, Any]:
    return {"recipients": {"to": [{"list": "news"}]}, "content": WORDS, **changes}


def test_the_question_goes_by_the_ordinary_way_and_only_the_yes_subscribes(
    caller: Caller, news: str, mail_server: MailServer
):
    row = subscribe(caller, ANN, confirmed=False)
    refused = caller.post("/notifysimple/email", to_list())
    assert refused.status_code == 422, "nobody is subscribed yet"

    notices.tell_open()
    work()

    [question] = mail_server.mails
    assert question.recipients == [ANN]
    assert question.sender == "notify@example.org"
    assert "Forest news" in str(question.message["subject"])
    browser = Client()
    confirm = link_in(text_of(question))
    browser.get(confirm)
    assert caller.get(f"/subscriptions/{row['id']}").json()["status"] == "pending"
    browser.post(confirm)
    assert caller.get(f"/subscriptions/{row['id']}").json()["status"] == "confirmed"
    asked = caller.get("/notify").json()["data"][0]
    assert asked["eventType"] == "notify.subscription"
    hidden = caller.get(f"/notify/{asked['notifyId']}", include="content")
    assert hidden.status_code == 403, "its link is for its reader alone"


def test_each_subscriber_gets_a_mail_with_their_own_link_and_one_click_ends_it(
    caller: Caller, news: str, mail_server: MailServer
):
    for address in (ANN, BOB):
        subscribe(caller, address)

    sent = caller.post("/notifysimple/email", to_list())
    work()

    assert sent.status_code == 202
    mails = {mail.recipients[0]: mail for mail in mail_server.mails}
    assert set(mails) == {ANN, BOB}
    assert link_in(text_of(mails[ANN])) != link_in(text_of(mails[BOB]))
    for address, mail in mails.items():
        assert mail.recipients == [address]
        assert str(mail.message["to"]) == address
        header = str(mail.message["List-Unsubscribe"])
        assert header == f"<http://testserver{link_in(text_of(mail))}>"
        click = str(mail.message["List-Unsubscribe-Post"])
        assert click == "List-Unsubscribe=One-Click"

    mail_program = Client(enforce_csrf_checks=True)
    url = link_in(str(mails[BOB].message["List-Unsubscribe"]).replace(">", " "))
    assert mail_program.get(url).status_code == 200
    assert mail_program.post(url, {"List-Unsubscribe": "One-Click"}).status_code == 200

    mail_server.mails.clear()
    caller.post("/notifysimple/email", to_list(allowDuplicate=True))
    work()
    assert [mail.recipients for mail in mail_server.mails] == [[ANN]]


def test_an_event_type_names_a_list_and_each_channel_has_its_own_subscribers(
    caller: Caller,
    tenant: Tenant,
    news: str,
    mail_server: MailServer,
    phones: PhoneNetwork,
):
    subscribe(caller, ANN)
    subscribe(caller, "7787001234", channel="sms")
    values = {"recipients": {"to": [{"list": "news"}]}, "content": WORDS}
    published(tenant, "monthly", mail_design(values=values))
    text = {
        "recipients": {"to": [{"list": "news"}]},
        "content": {"body": "News! {{unsubscribeUrl}}"},
    }

    listed = caller.get("/notifyevent/types").json()["data"][0]
    sent = caller.post(
        "/notifyevent", {"notificationEventType": "monthly", "sms": text}
    )
    work()

    assert listed["params"] == [], "the link is not for callers to give"
    assert sent.status_code == 202, sent.content
    assert [mail.recipients for mail in mail_server.mails] == [[ANN]]
    [arrived] = phones.texts
    assert arrived["To"] == "+17787001234"
    assert Client().get(link_in(arrived["Body"])).status_code == 200
    status = caller.status(sent.json()["notifyId"])
    assert status["status"] == "completed"


def test_a_preview_is_what_each_subscriber_reads_but_for_the_link(
    caller: Caller, news: str, mail_server: MailServer
):
    for number in range(12):
        subscribe(caller, f"p{number}@example.org")

    shown = caller.post("/notifysimple/email/preview", to_list()).json()
    caller.post("/notifysimple/email", to_list())
    work()

    assert shown["recipients"]["to"] == [f"p{one}@example.org" for one in range(10)]
    assert shown["subscribers"] == 12
    stand_in = link_in(shown["content"]["body"])
    page = Client().get(stand_in).content.decode()
    assert "nothing to unsubscribe from" in page
    assert len(mail_server.mails) == 12
    for mail in mail_server.mails:
        text = text_of(mail).strip()
        assert text.replace(link_in(text), stand_in) == shown["content"]["body"]


def test_others_beside_a_list_share_a_mail_without_anybodys_link(
    caller: Caller, news: str, mail_server: MailServer
):
    subscribe(caller, ANN)
    request = to_list(recipients={"to": [BOB, {"list": "news"}], "cc": [CAT]})

    caller.post("/notifysimple/email", request)
    work()

    [shared] = [mail for mail in mail_server.mails if mail.recipients == [BOB, CAT]]
    [own] = [mail for mail in mail_server.mails if mail.recipients == [ANN]]
    assert shared.message["List-Unsubscribe"] is None
    assert "nothing to unsubscribe" in Client().get(link_in(text_of(shared))).text
    assert "Do you want to unsubscribe" in Client().get(link_in(text_of(own))).text


def test_who_leaves_while_it_waits_gets_nothing(
    caller: Caller, news: str, mail_server: MailServer
):
    row = subscribe(caller, ANN)
    subscribe(caller, BOB)
    sent = caller.post("/notifysimple/email", to_list()).json()

    caller.delete(f"/subscriptions/{row['id']}")
    work()

    assert [mail.recipients for mail in mail_server.mails] == [[BOB]]
    told = caller.status(sent["notifyId"])["channels"]["email"]["recipients"]
    assert {one["address"]: one["status"] for one in told} == {
        ANN: "suppressed",
        BOB: "sent",
    }


def test_content_shows_no_subscribers_link(caller: Caller, news: str):
    subscribe(caller, ANN)
    sent = caller.post("/notifysimple/email", to_list()).json()

    shown = caller.status(sent["notifyId"], include="content")

    link = link_in(shown["content"]["email"]["body"])
    assert "nothing to unsubscribe" in Client().get(link).text
    assert Message.across_tenants().count() == 1


def test_a_long_list_is_composed_by_workers_and_nothing_else_differs(
    caller: Caller, news: str, mail_server: MailServer, settings: Any
):
    settings.REQUEST_RECIPIENTS = 5
    rows = [subscribe(caller, f"p{number}@example.org") for number in range(12)]

    shown = caller.post("/notifysimple/email/preview", to_list()).json()
    sent = caller.post("/notifysimple/email", to_list())
    caller.delete(f"/subscriptions/{rows[3]['id']}")
    work()

    assert shown["recipients"]["to"] == [f"p{one}@example.org" for one in range(10)]
    assert shown["subscribers"] == 12
    assert sent.status_code == 202, sent.content
    assert len(mail_server.mails) == 11, "one has left meanwhile"
    links = {link_in(text_of(mail)) for mail in mail_server.mails}
    assert len(links) == 11
    for mail in mail_server.mails:
        assert link_in(text_of(mail)) in str(mail.message["List-Unsubscribe"])
    told = caller.status(sent.json()["notifyId"])["channels"]["email"]
    assert told["people"] == 11


def test_each_subscriber_reads_their_own_params_in_their_own_language(
    caller: Caller, news: str, mail_server: MailServer
):
    """The request's values win, and who lacks one holds up nobody else."""
    template = {
        "name": "Letter",
        "channel": "email",
        "locale": "en",
        "subject": "News",
        "body": "Dear {{name}}, from {{office}}",
        "variants": {"fr": {"subject": "Nouvelles", "body": "Chère {{name}}"}},
    }
    assert caller.post("/templates", template).status_code == 201
    subscribe(caller, ANN, params={"name": "Ann", "office": "Nowhere"})
    row = subscribe(caller, BOB)
    known = {"locale": "fr-CA", "params": {"name": "Bob"}}
    described = caller.patch(f"/subscriptions/{row['id']}", known)
    subscribe(caller, CAT)
    request = to_list(content={"template": "Letter"}, params={"office": "Victoria"})

    shown = caller.post("/notifysimple/email/preview", request).json()
    sent = caller.post("/notifysimple/email", request)
    work()

    assert described.json()["params"] == {"name": "Bob"}
    assert shown["content"]["body"] == "Dear Ann, from Victoria", "the first is shown"
    assert sent.status_code == 202, sent.content
    assert {mail.recipients[0]: text_of(mail) for mail in mail_server.mails} == {
        ANN: "Dear Ann, from Victoria",
        BOB: "Chère Bob",
    }
    told = caller.status(sent.json()["notifyId"])["channels"]["email"]
    assert told["counts"] == {"sent": 2, "failed": 1}


def test_what_is_known_of_a_subscriber_is_checked(caller: Caller, news: str):
    row = subscribe(caller, ANN)
    path = f"/subscriptions/{row['id']}"

    for known, field in (
        ({"locale": "../x"}, "locale"),
        ({"params": {"bio": "x" * 10_001}}, "params"),
        ({"params": "Ann"}, "params"),
    ):
        answer = caller.patch(path, known)
        assert answer.status_code == 422
        assert [one["field"] for one in answer.json()["errors"]] == [field]
