"""Words that CDOGS fills in: written in its language, given with params, sent by us."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from delivery.models import Content, Message
from events.designs import ChannelDesign, Design
from providers.models import Service
from recipients import lists, subscribing
from tenants.models import Tenant
from tests.events.designed import published
from tests.journeys.conftest import Caller, MailServer, work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]

PARAMS = {"first-name": "Zoë", "firm": "Fish & <Chips>"}
WORDS = {
    "subject": "For {d.first_name}",
    "body": "<p>Dear {d.first_name} of {d.firm}</p>",
    "bodyType": "html",
    "renderer": "cdogs",
}
SENT = "<p>Dear Zoë of Fish &amp; &lt;Chips&gt;</p>"


class Cdogs:
    """Fills in as CDOGS does: values are escaped, in plain text too."""

    def __init__(self, http: HTTPServer) -> None:
        self.asked: list[Any] = []
        self.status = 200
        token = {"access_token": "abc", "expires_in": 300}
        http.expect_request("/token").respond_with_json(token)
        http.expect_request("/api/v2/template/render").respond_with_handler(self._fill)

    def _fill(self, request: Request) -> Response:
        asked = request.get_json()
        self.asked.append(asked)
        text = base64.b64decode(asked["template"]["content"]).decode()
        for name, value in asked["data"].items():
            safe = str(value).replace("&", "&amp;")
            safe = safe.replace("<", "&lt;").replace(">", "&gt;")
            text = text.replace(f"{{d.{name}}}", safe)
        return Response(text.encode() if self.status == 200 else b"", self.status)


@pytest.fixture
def cdogs(httpserver: HTTPServer) -> Cdogs:
    return Cdogs(httpserver)


@pytest.fixture
def service(tenant: Tenant, cdogs: Cdogs, httpserver: HTTPServer) -> Service:
    made = Service(
        tenant=tenant,
        provider="documents.cdogs",
        name="CDOGS",
        config={
            "base_url": httpserver.url_for("/api/v2"),
            "token_url": httpserver.url_for("/token"),
            "client_id": "notify",
            "client_secret": "hidden",
        },
    )
    made.save()
    return made


def mail(**changes: Any) -> dict[str, Any]:
    return {
        "params": PARAMS,
        "recipients": {"to": ["zoe@example.org"]},
        "content": WORDS,
        **changes,
    }


def html_of(mail_server: MailServer) -> list[str]:
    found = [one.message.get_body(("html",)) for one in mail_server.mails]
    return [one.get_content().rstrip("\r\n") for one in found if one is not None]


def test_the_preview_is_what_is_sent(
    caller: Caller, service: Service, cdogs: Cdogs, mail_server: MailServer
):
    preview = caller.post("/notifysimple/email/preview", mail())
    called = len(cdogs.asked)
    answer = caller.post("/notifysimple/email", mail())

    assert preview.status_code == 200, preview.content
    assert preview.json()["content"]["subject"] == "For Zoë"
    assert preview.json()["content"]["body"] == SENT
    assert preview.json()["content"]["renderer"] == "cdogs"
    assert answer.status_code == 202, answer.content
    assert len(cdogs.asked) == called, "nobody waits for it"
    work()
    assert html_of(mail_server) == [SENT]
    assert mail_server.mails[0].message["Subject"] == "For Zoë"
    assert cdogs.asked[-1]["data"] == {"first_name": "Zoë", "firm": "Fish & <Chips>"}
    assert cdogs.asked[-1]["options"] == {"convertTo": "html"}
    status = caller.status(answer.json()["notifyId"], include="content")
    assert status["content"]["email"]["body"] == SENT
    assert "outside" not in Content.across_tenants().get().body


def test_a_text_is_no_html(caller: Caller, service: Service, tenant: Tenant):
    content = {"body": "{d.firm}: come, {d.first_name}", "renderer": "CDOGS"}
    sms = {"recipients": {"to": ["+16045550123"]}, "content": content}

    shown = caller.post("/notifysimple/sms/preview", {"params": PARAMS, **sms})

    assert shown.status_code == 200, shown.content
    assert shown.json()["content"]["body"] == "Fish & <Chips>: come, Zoë"


def test_a_template_and_its_layout_are_filled_by_whom_each_is_written_for(
    caller: Caller, service: Service, mail_server: MailServer
):
    layout = {"name": "Frame", "channel": "email", "purpose": "layout"}
    around = {"body": "<h1>{{firm}}</h1>{{> content}}", "bodyType": "html"}
    assert caller.post("/templates", {**layout, **around}).status_code == 201
    made = caller.post(
        "/templates", {"name": "T", "channel": "email", "layout": "Frame", **WORDS}
    )
    assert made.status_code == 201, made.content
    assert made.json()["params"] == ["firm", "first_name"]
    body = mail(content={"template": "T"})

    lacking = caller.post("/notifysimple/email", {**body, "params": {"firm": "F"}})
    answer = caller.post("/notifysimple/email", body)
    work()

    assert lacking.status_code == 422
    assert "first_name" in lacking.json()["detail"]
    assert answer.status_code == 202, answer.content
    assert html_of(mail_server) == ["<h1>Fish &amp; &lt;Chips&gt;</h1>" + SENT]


def test_without_a_service_preview_and_send_say_so(caller: Caller):
    send = caller.post("/notifysimple/email", mail())
    preview = caller.post("/notifysimple/email/preview", mail())

    assert (send.status_code, preview.status_code) == (422, 422)
    [error] = send.json()["errors"]
    assert (error["field"], error["code"]) == ("content.renderer", "unknown_service")
    assert preview.json()["errors"] == [error]


@pytest.mark.parametrize("field", ["subject", "body"])
def test_params_that_a_text_prints_are_asked_for_at_once(
    caller: Caller, service: Service, cdogs: Cdogs, field: str
):
    content = {**WORDS, "subject": "S", "body": "B", field: "{d.name:upperCase}"}

    answer = caller.post("/notifysimple/email", mail(content=content))

    [error] = answer.json()["errors"]
    assert (error["field"], error["code"]) == (f"content.{field}", "missing_params")
    assert cdogs.asked == []


def test_while_it_is_down_calls_are_taken_and_the_mail_waits(
    caller: Caller, service: Service, cdogs: Cdogs, mail_server: MailServer
):
    cdogs.status = 503

    preview = caller.post("/notifysimple/email/preview", mail())
    answer = caller.post("/notifysimple/email", mail())
    work()

    assert (preview.status_code, answer.status_code) == (503, 202)
    held = caller.status(answer.json()["notifyId"])["channels"]["email"]
    assert held["holdReason"] == "document_waits"
    cdogs.status = 200
    Message.across_tenants().update(due_at="2020-01-01T00:00:00Z")
    work()
    assert html_of(mail_server) == [SENT]


def test_what_it_refuses_ends_with_its_reason(
    caller: Caller, service: Service, cdogs: Cdogs, mail_server: MailServer
):
    cdogs.status = 422

    preview = caller.post("/notifysimple/email/preview", mail())
    sent = caller.post("/notifysimple/email", mail()).json()
    work()

    assert preview.status_code == 422
    assert preview.json()["type"].endswith("#text_refused")
    ended = caller.status(sent["notifyId"])
    assert ended["status"] == "failed"
    error = ended["channels"]["email"]["error"]
    assert error["code"] == "words_failed"
    assert "cannot fill" in error["message"]
    assert mail_server.mails == []


def test_equal_calls_are_one_and_nobody_is_asked_to_see_it(
    caller: Caller, service: Service, cdogs: Cdogs
):
    first = caller.post("/notifysimple/email", mail()).json()
    again = caller.post("/notifysimple", {"params": PARAMS, "email": mail()}).json()
    other = caller.post("/notifysimple/email", mail(params={**PARAMS, "firm": "F"}))

    assert again["notifyId"] == first["notifyId"]
    assert other.json()["notifyId"] != first["notifyId"]
    assert cdogs.asked == []


def test_all_subscribers_read_the_same_each_with_their_own_link(
    caller: Caller,
    tenant: Tenant,
    service: Service,
    cdogs: Cdogs,
    mail_server: MailServer,
):
    news = lists.create(tenant, name="news")
    for name in ("ann", "bob"):
        subscribing.subscribe(
            news,
            channel_code="email",
            address=f"{name}@example.org",
            params={"firm": name},
            confirmed=True,
        )
    content = {**WORDS, "body": "<p>{d.firm} <a href='{d.unsubscribeUrl}'>x</a></p>"}
    body = mail(recipients={"to": [{"list": "news"}]}, content=content)

    answer = caller.post("/notifysimple/email", body)
    work()
    work()

    assert answer.status_code == 202, answer.content
    pages = html_of(mail_server)
    assert len({*pages}) == 2, "a link each"
    assert all("Fish &amp; &lt;Chips&gt;" in one for one in pages)
    assert len(cdogs.asked) == 2, "its subject and its body, once for all"


def test_an_event_types_words_may_be_written_for_it(
    caller: Caller, tenant: Tenant, service: Service, mail_server: MailServer
):
    values = {"recipients": {"to": ["zoe@example.org"]}, "content": WORDS}
    channels = {"email": ChannelDesign(values=values)}
    published(tenant, "PermitIssued", Design(channels=channels, sample_params=PARAMS))

    answer = caller.post(
        "/notifyevent", {"notificationEventType": "PermitIssued", "params": PARAMS}
    )
    work()

    assert answer.status_code == 202, answer.content
    assert html_of(mail_server) == [SENT]
