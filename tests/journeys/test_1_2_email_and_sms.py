"""Document 003, 1.2: an e-mail and a text message in one call."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import Caller, MailServer, PhoneNetwork, work
from tests.journeys.examples import body_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]


def test_one_call_sends_a_mail_and_a_text(
    caller: Caller, mail_server: MailServer, phones: PhoneNetwork
):
    preview = caller.post("/notifysimple/preview", body_of("1.2")).json()
    answer = caller.post("/notifysimple", body_of("1.2"))

    assert answer.status_code == 202, answer.content
    assert answer.json()["channels"] == ["email", "sms"]
    work()
    [mail] = mail_server.mails
    assert preview["email"]["content"].pop("bodyType") == "text"
    assert mail.parts() == preview["email"]
    [text] = phones.texts
    assert text["To"] == preview["sms"]["recipients"]["to"][0] == "+17787001234"
    assert text["Body"] == preview["sms"]["content"]["body"]
    assert preview["sms"]["content"]["bodyType"] == "text"


def test_each_channel_has_a_status_of_its_own(caller: Caller):
    answer = caller.post("/notifysimple", body_of("1.2")).json()

    work()

    status = caller.get(answer["statusUrl"]).json()
    assert status["status"] == "completed"
    assert {name: one["status"] for name, one in status["channels"].items()} == {
        "email": "sent",
        "sms": "sent",
    }
    [phone] = status["channels"]["sms"]["recipients"]
    assert phone == {"address": "+17787001234", "kind": "to", "status": "sent"}


def test_a_number_as_people_write_it_is_shown_so_and_sent_in_full(
    caller: Caller, phones: PhoneNetwork
):
    body = {"recipients": {"to": ["(778) 700-1234"]}, "content": {"message": "Hello"}}

    preview = caller.post("/notifysimple/sms/preview", body).json()
    caller.post("/notifysimple/sms", body)

    work()
    assert preview == {
        "recipients": {"to": ["(778) 700-1234"]},
        "content": {"message": "Hello"},
    }
    assert [one["To"] for one in phones.texts] == ["+17787001234"]


def test_each_number_gets_a_text_of_its_own_and_nobody_two(
    caller: Caller, phones: PhoneNetwork
):
    numbers = ["+17787001234", "7787001234", "+1 778 700 1235"]
    body = {"recipients": {"to": numbers}, "content": {"body": "Hello"}}

    assert caller.post("/notifysimple/sms", body).status_code == 202

    work()
    assert sorted(one["To"] for one in phones.texts) == ["+17787001234", "+17787001235"]
