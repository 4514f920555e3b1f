"""Document 003, 1.1: one simple e-mail, in both spellings."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import Caller, MailServer, work
from tests.journeys.examples import body_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]


def test_a_simple_email_reaches_everybody_and_its_status_says_so(
    caller: Caller, mail_server: MailServer
):
    answer = caller.post("/notifysimple/email", body_of("1.1a"))

    assert answer.status_code == 202, answer.content
    work()
    [mail] = mail_server.mails
    assert sorted(mail.recipients) == [
        "blindcopyto@example.com",
        "copyto@example.com",
        "me@example.com",
        "you@example.com",
    ]
    assert mail.sender == "notify@example.org"
    assert mail.message["From"] == "Notify <notify@example.org>"
    assert mail.message["Subject"] == "A really simple email"
    assert mail.message["To"] == "me@example.com, you@example.com"
    assert mail.message["Bcc"] is None
    status = caller.get(answer.json()["statusUrl"]).json()
    assert status["status"] == "completed"
    assert status["channels"]["email"]["status"] == "sent"
    assert status["channels"]["email"]["provider"] == "email.smtp"


def test_the_answer_says_where_to_look(caller: Caller):
    answer = caller.post("/notifysimple/email", body_of("1.1a"))

    body = answer.json()
    notify_id = body["notifyId"]
    assert body == {
        "notifyId": notify_id,
        "statusUrl": f"http://testserver/api/v1/notify/{notify_id}",
        "status": "accepted",
        "channels": ["email"],
        "createdAt": body["createdAt"],
        "correlationId": answer["X-Correlation-Id"],
    }
    assert answer["Location"] == body["statusUrl"]


@pytest.mark.parametrize(
    ("name", "path"), [("1.1a", "/notifysimple/email"), ("1.1b", "/notifysimple")]
)
@pytest.mark.parametrize("prefix", ["", "/api/v1"])
def test_the_preview_is_what_is_sent(
    caller: Caller, mail_server: MailServer, name: str, path: str, prefix: str
):
    body = body_of(name)

    preview = caller.post(f"{prefix}{path}/preview", body)
    sent = caller.post(f"{prefix}{path}", body)

    assert (preview.status_code, sent.status_code) == (200, 202), preview.content
    work()
    [mail] = mail_server.mails
    shown = preview.json() if name == "1.1a" else preview.json()["email"]
    assert shown["content"].pop("bodyType") == "text"
    assert mail.parts() == shown


def test_both_spellings_are_one_notification(caller: Caller):
    bare = caller.post("/notifysimple/email", body_of("1.1a")).json()
    wrapped = caller.post("/notifysimple", body_of("1.1b")).json()

    assert wrapped["notifyId"] == bare["notifyId"]
    assert wrapped["duplicate"] is True
    assert "duplicate" not in bare


def test_braces_survive_where_nothing_is_to_be_filled_in(
    caller: Caller, mail_server: MailServer
):
    body = body_of("1.1a")
    literal = "Write {{name}} & <b>{{{raw}}}</b>, {% if %}"
    body["content"]["body"] = literal

    assert caller.post("/notifysimple/email", body).status_code == 202

    work()
    [mail] = mail_server.mails
    assert (
        mail.parts()["content"]["body"] == "Write {{name}} & <b>{{{raw}}}</b>, {% if %}"
    )
