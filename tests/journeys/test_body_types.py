"""Markdown, MJML and HTML by API: what the preview shows is what comes by mail."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys.conftest import Caller, MailServer, work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]

MARKDOWN = """# Dear {{name}}

Your permit costs **{{price}}**. [Pay here]({{link}}).

{{#each steps}}
- {{this}}
{{/each}}
"""
MJML = """<mjml><mj-head><mj-style>.price {color: red}</mj-style></mj-head>
<mj-body><mj-section><mj-column>
<mj-text>Dear {{name}}, pay <b class="price">{{price}}</b></mj-text>
<mj-button href="{{link}}">Pay here</mj-button>
</mj-column></mj-section></mj-body></mjml>"""
HTML = """<html><head><style>h1 {color: navy} @media print {h1 {color: black}}</style>
</head><body><h1>Dear {{name}}</h1>
<p>Pay <a href="{{link}}">here</a> {{price}}</p></body></html>"""
PARAMS = {
    "name": "Jane *the* <first>",
    "price": "$1_000_0",
    "link": "https://pay.example/?case=1&by=card",
    "steps": ["Open", "Pay & go"],
}


def mail(body: str, body_type: str) -> dict[str, Any]:
    return {
        "recipients": {"to": ["jane@example.org"]},
        "content": {"subject": "Hi", "body": body, "bodyType": body_type},
        "params": PARAMS,
    }


@pytest.mark.parametrize(
    ("body", "body_type"), [(MARKDOWN, "markdown"), (MJML, "mjml"), (HTML, "html")]
)
def test_what_is_shown_is_sent_as_html_with_a_text_part(
    caller: Caller, mail_server: MailServer, body: str, body_type: str
):
    shown = caller.post("/notifysimple/email/preview", mail(body, body_type)).json()
    sent = caller.post("/notifysimple/email", mail(body, body_type))
    work()

    assert sent.status_code == 202, sent.content
    [received] = mail_server.mails
    assert received.message.get_content_type() == "multipart/alternative"
    content = dict(shown["content"])
    assert content.pop("bodyType") == received.body_type() == "html"
    assert received.parts()["content"] == content
    assert "Jane *the* &lt;first&gt;" in content["body"]
    assert "Jane *the* <first>" in content["text"]
    assert "https://pay.example/?case=1&by=card" in content["text"]
    assert "$1_000_0" in content["text"]


def test_style_rules_are_at_their_elements(caller: Caller):
    shown = caller.post("/notifysimple/email/preview", mail(HTML, "html")).json()

    body = shown["content"]["body"]
    assert '<h1 style="color: navy;">' in body
    assert "@media print" in body


def test_html_of_the_callers_own_is_sent_as_it_is(
    caller: Caller, mail_server: MailServer
):
    request = mail("<p>{{not a param</p>", "html")
    del request["params"]

    caller.post("/notifysimple/email", request)
    work()

    [received] = mail_server.mails
    assert received.parts()["content"] == {
        "subject": "Hi",
        "body": "<p>{{not a param</p>",
        "text": "{{not a param",
    }


@pytest.mark.parametrize("channel", ["sms", "msgApp"])
def test_only_mail_is_made_of_mjml(caller: Caller, channel: str):
    content = {"body": MJML, "bodyType": "mjml"}
    request = {"recipients": {"to": ["+16045550123"]}, "content": content}

    answer = caller.post(f"/notifysimple/{channel}/preview", request)

    assert answer.status_code == 422
    assert "content.bodyType" in [one["field"] for one in answer.json()["errors"]]


def test_mjml_that_cannot_be_read_is_told(caller: Caller):
    request = mail("<mjml><mj-body>{{name}}", "mjml")

    answer = caller.post("/notifysimple/email", request)

    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert (error["field"], error["code"]) == ("content.body", "template_syntax")
