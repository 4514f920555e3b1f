"""Document 003, 2.1 and 2.2: parameters everywhere, and what the preview says."""

from __future__ import annotations

from typing import Any

import pytest

from tenants.models import Tenant
from tests.journeys.conftest import Caller, MailServer, work
from tests.journeys.examples import body_of, example

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]


def test_the_preview_is_as_document_003_prints_it(caller: Caller):
    answer = caller.post("/notifysimple/email/preview", body_of("2.2"))

    assert answer.status_code == 200, answer.content
    assert answer.json() == example("2.2")["expect"]["json"]


def test_what_is_sent_is_what_the_preview_showed(
    caller: Caller, mail_server: MailServer
):
    answer = caller.post("/notifysimple/email", body_of("2.1"))

    assert answer.status_code == 202, answer.content
    work()
    [mail] = mail_server.mails
    expected = example("2.2")["expect"]["json"]
    del expected["content"]["renderer"]
    assert mail.parts() == expected


def test_preview_can_be_asked_for_on_the_sending_address_too(
    caller: Caller, mail_server: MailServer
):
    answer = caller.post("/notifysimple/email?preview=true", body_of("2.1"))

    assert answer.json() == example("2.2")["expect"]["json"]
    work()
    assert mail_server.mails == []
    assert caller.get("/notify").json()["data"] == []


def test_all_parameters_that_are_missing_are_named_at_once(caller: Caller):
    body = body_of("2.1")
    body["params"] = {"unused": "is fine"}

    answers = [
        caller.post("/notifysimple/email", body),
        caller.post("/notifysimple/email/preview", body),
    ]

    for answer in answers:
        problem = answer.json()
        assert answer.status_code == 422
        assert problem["type"].endswith("/docs/errors#missing_params")
        assert {one["field"] for one in problem["errors"]} == {
            "recipients.to[0]",
            "content.subject",
            "content.body",
        }
        for name in ("substitute-my-email", "subject", "body-part"):
            assert any(name in one["message"] for one in problem["errors"])


def test_a_tenant_may_allow_gaps_in_bodies_and_nowhere_else(
    caller: Caller, tenant: Tenant, mail_server: MailServer
):
    tenant.missing_params = "empty"
    tenant.save()
    body = {
        "params": {"subject": "S"},
        "recipients": {"to": ["me@example.com"]},
        "content": {"subject": "{{subject}}", "body": "Dear {{name}}."},
    }

    preview = caller.post("/notifysimple/email/preview", body)
    sent = caller.post("/notifysimple/email", body)
    refused = [
        caller.post("/notifysimple/email", {**body, "params": {"other": "x"}}),
        caller.post(
            "/notifysimple/email", {**body, "recipients": {"to": ["{{name}}"]}}
        ),
    ]

    assert preview.json()["content"] == {"subject": "S", "body": "Dear ."}
    assert sent.status_code == 202
    work()
    assert [one.parts() for one in mail_server.mails] == [preview.json()]
    assert [one.status_code for one in refused] == [422, 422]
    assert [one.json()["errors"][0]["field"] for one in refused] == [
        "content.subject",
        "recipients.to[0]",
    ]


@pytest.mark.parametrize("body_type", ["text", "html"])
@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("  {{a}} ", "{{a}}\n\n  indented\n\n"),
        ("\u00a0{{a}}", " \u2028{{a}}\u0085\tend"),
        ("{{a}} \U0001f600", "." * 3 + "\n.\n..\n" + "x" * 3000 + "{{a}}"),
        ("=?utf-8?q?{{a}}?=", "From {{a}}\n>From\n= =3D"),
    ],
)
def test_the_preview_is_what_is_sent_to_the_letter(
    caller: Caller, mail_server: MailServer, body_type: str, subject: str, text: str
):
    body = {
        "params": {"a": "O'Brien & \u4e2d"},
        "recipients": {"to": ["me@example.com"]},
        "content": {"subject": subject, "body": text, "bodyType": body_type},
    }

    preview = caller.post("/notifysimple/email/preview", body).json()
    assert caller.post("/notifysimple/email", body).status_code == 202

    work()
    [mail] = mail_server.mails
    assert mail.body_type() == preview["content"].pop("bodyType") == body_type
    assert mail.parts() == preview


def rendered(caller: Caller, **changes: Any) -> Any:
    body: dict[str, Any] = {
        "params": {"name": "O'Brien & <b>sons</b>"},
        "recipients": {"to": ["me@example.com"]},
        "content": {"subject": "For {{name}}", "body": "Dear {{name}}"},
    }
    body["content"] |= changes
    return caller.post("/notifysimple/email/preview", body)


def test_only_html_bodies_are_escaped(caller: Caller):
    text = rendered(caller).json()["content"]
    html = rendered(caller, bodyType="html").json()["content"]

    assert text == {
        "subject": "For O'Brien & <b>sons</b>",
        "body": "Dear O'Brien & <b>sons</b>",
    }
    assert html["subject"] == "For O'Brien & <b>sons</b>"
    assert "<b>" not in html["body"]
    assert "&lt;b&gt;" in html["body"]


@pytest.mark.parametrize("name", ["handlebar", "handlebars", "hbs", "mustache"])
def test_a_renderer_has_many_names_and_keeps_the_callers(caller: Caller, name: str):
    content = rendered(caller, renderer=name).json()["content"]

    assert content["renderer"] == name
    assert content["body"] == "Dear O'Brien & <b>sons</b>"


@pytest.mark.parametrize("name", ["handlebarz", "outside", "{{x}}", " "])
def test_an_unknown_renderer_is_refused(caller: Caller, name: str):
    answer = rendered(caller, renderer=name)

    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert (error["field"], error["code"]) == ("content.renderer", "unknown_renderer")


def test_a_list_gives_several_recipients_and_a_comma_none(caller: Caller):
    body = {
        "params": {
            "all": ["a@example.org", "b@example.org"],
            "two": "c@x.org, d@x.org",
        },
        "recipients": {"to": ["{{all}}"]},
        "content": {"subject": "S", "body": "B"},
    }
    several = caller.post("/notifysimple/email/preview", body)
    body["recipients"] = {"to": ["{{two}}"]}
    smuggled = caller.post("/notifysimple/email/preview", body)

    assert several.json()["recipients"] == {"to": ["a@example.org", "b@example.org"]}
    assert smuggled.status_code == 422
    assert smuggled.json()["errors"][0]["field"] == "recipients.to[0]"


def test_a_line_break_from_a_parameter_cannot_leave_the_subject(caller: Caller):
    body = body_of("2.1")
    body["params"]["subject"] = "Hi\r\nBcc: thief@example.org"

    answer = caller.post("/notifysimple/email", body)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "content.subject"


def test_channel_params_go_before_those_of_the_request(caller: Caller):
    body = {
        "params": {"who": "everybody", "what": "news"},
        "email": {
            "params": {"who": "Ann"},
            "recipients": {"to": ["ann@example.org"]},
            "content": {"subject": "{{what}}", "body": "For {{who}}"},
        },
    }

    preview = caller.post("/notifysimple/preview", body).json()

    assert preview["email"]["content"] == {"subject": "news", "body": "For Ann"}


def test_a_list_that_is_empty_is_a_list(caller: Caller):
    body = {
        "params": {"rows": []},
        "recipients": {"to": ["ann@example.org"]},
        "content": {"subject": "S", "body": "Rows:{{#each rows}} {{this}}{{/each}}."},
    }

    preview = caller.post("/notifysimple/email/preview", body)

    assert preview.json()["content"]["body"] == "Rows:."
