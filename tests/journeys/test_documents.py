"""Documents: a template filled with the params, attached to the mail as a PDF."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from django.db.models import ProtectedError
from pytest_httpserver import HTTPServer

from delivery.models import Attachment, Message
from events.designs import ChannelDesign, Design
from providers.models import Service
from templates_app.models import Template
from tenants.models import Tenant
from tests.events.designed import published
from tests.journeys.conftest import Caller, MailServer, work
from tests.templates_app.printed import text_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]

PARAMS = {"name": "Zoë <Applicant>", "number": 7, "rows": [{"fee": 20}, {"fee": 22}]}
PAGE = (
    "<html lang=en><h1>Permit {{number}}</h1><p>Dear {{name}}</p>"
    "<table>{{#each rows}}<tr><td>{{fee}} dollars</td></tr>{{/each}}</table>"
)
ONE_MORE = {"filename": "b", "content": "YQ=="}
READ = "Permit 7 Dear Zoë <Applicant> 20 dollars 22 dollars"


@pytest.fixture
def letter(caller: Caller) -> str:
    """The id of a document, made as its author would."""
    given = {"name": "Permit letter", "channel": "document", "body": PAGE}
    made = caller.post("/templates", given)
    assert made.status_code == 201, made.content
    assert made.json()["params"] == ["name", "number", "rows", "rows[].fee"]
    return str(made.json()["templateId"])


def mail(*attachments: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "params": PARAMS,
        "recipients": {"to": ["zoe@example.org"]},
        "content": {"subject": "Your permit", "body": "It is attached."},
        "attachments": list(attachments),
        **changes,
    }


def attached(mail_server: MailServer) -> dict[Any, bytes]:
    [one] = mail_server.mails
    return {
        file.get_filename(): file.get_content()
        for file in one.message.iter_attachments()
    }


@pytest.mark.parametrize(
    "said",
    [
        {"template": "permit letter"},
        {"templateId": "<id>"},
        {"template": {"templateId": "<id>"}, "convertTo": "pdf"},
    ],
)
def test_the_pdf_that_arrives_has_the_params_in_it(
    caller: Caller, letter: str, mail_server: MailServer, said: dict[str, Any]
):
    said = {name: filled(value, letter) for name, value in said.items()}
    body = mail({**said, "filename": "Permit {{number}}"})

    answer = caller.post("/notifysimple/email", body)

    assert answer.status_code == 202, answer.content
    work()
    [(name, pdf)] = attached(mail_server).items()
    assert (name, text_of(pdf)) == ("Permit 7.pdf", READ)
    [one] = mail_server.mails
    [file] = one.message.iter_attachments()
    assert file.get_content_type() == "application/pdf"
    status = caller.status(answer.json()["notifyId"])
    assert status["status"] == "completed"
    causes = [one["cause"] for one in status["history"]]
    assert causes == ["accepted", "documents_made", "begin", "accepted"]


def filled(value: Any, letter: str) -> Any:
    if isinstance(value, dict):
        return {name: filled(one, letter) for name, one in value.items()}
    return letter if value == "<id>" else value


def test_the_preview_has_the_file_that_is_sent(
    caller: Caller, letter: str, mail_server: MailServer
):
    given = {"filename": "a.txt", "content": "YQ==", "contentType": "text/plain"}
    made = {"template": letter, "filename": "Permit.pdf"}

    preview = caller.post("/notifysimple/email/preview", mail(given, made)).json()
    caller.post("/notifysimple/email", mail(given, made))
    work()

    plain, pdf = preview["attachments"]
    assert plain == {"filename": "a.txt", "contentType": "text/plain"}
    shown = base64.b64decode(pdf.pop("content"))
    assert pdf == {
        "filename": "Permit.pdf",
        "contentType": "application/pdf",
        "sizeBytes": len(shown),
    }
    sent = attached(mail_server)["Permit.pdf"]
    assert text_of(shown) == text_of(sent) == READ


def test_params_of_the_file_win_over_those_of_the_request(
    caller: Caller, letter: str, mail_server: MailServer
):
    own = {"template": letter, "filename": "{{number}}.pdf", "params": {"number": 8}}

    caller.post("/notifysimple/email", mail(own, {**own, "params": {}}))

    work()
    found = {name: text_of(pdf) for name, pdf in attached(mail_server).items()}
    assert found == {"8.pdf": READ.replace("7", "8"), "7.pdf": READ}


def test_a_page_can_go_along_as_it_is(
    caller: Caller, letter: str, mail_server: MailServer
):
    one = {"template": letter, "filename": "permit", "convertTo": "html"}

    caller.post("/notifysimple/email", mail(one))

    work()
    [page] = mail_server.mails[0].message.iter_attachments()
    assert page.get_content_type() == "text/html"
    data: Any = page.get_payload(decode=True)
    assert "Dear Zoë &lt;Applicant&gt;" in data.decode("utf-8-sig")


@pytest.mark.parametrize(
    ("said", "field", "code"),
    [
        ({"template": "none"}, "attachments[0].template", "unknown_template"),
        ({"filename": "{{none}}.pdf"}, "attachments[0].filename", "missing_params"),
        ({"filename": "a/{{number}}"}, "attachments[0].filename", "invalid_attachment"),
        ({"filename": None}, "attachments[0].filename", ""),
        ({"convertTo": "docx"}, "attachments[0].convertTo", "invalid_field"),
        ({"content": "YQ=="}, "attachments[0].template", "conflicting_content"),
        ({"colour": "red"}, "attachments[0].colour", "unknown_field"),
    ],
)
def test_what_cannot_be_is_told_by_preview_and_send_alike(
    caller: Caller, letter: str, said: dict[str, Any], field: str, code: str
):
    body = mail({"template": letter, "filename": "a.pdf", **said})

    send = caller.post("/notifysimple/email", body)
    preview = caller.post("/notifysimple/email/preview", body)

    assert (send.status_code, preview.status_code) == (422, 422), send.content
    errors = send.json()["errors"]
    assert errors == preview.json()["errors"]
    assert field in {one["field"] for one in errors}
    assert code in {"", *(one["code"] for one in errors)}


def test_params_that_the_page_needs_are_asked_for(caller: Caller, letter: str):
    one = {"template": letter, "filename": "a.pdf"}

    answer = caller.post("/notifysimple/email", mail(one, params={"name": "Zoë"}))

    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert (error["field"], error["code"]) == (
        "attachments[0].template",
        "missing_params",
    )
    assert "number" in error["message"]


def test_an_attachment_without_anything_in_it_is_refused(caller: Caller):
    answer = caller.post("/notifysimple/email", mail({"filename": "a.pdf"}))

    [error] = answer.json()["errors"]
    assert (error["field"], error["code"]) == ("attachments[0].content", "required")


def test_a_mails_template_is_no_document_and_the_other_way_round(
    caller: Caller, letter: str
):
    as_content = mail(content={"template": letter})
    as_file = mail({"template": "Mail", "filename": "a"})
    made = {"name": "Mail", "channel": "email", "subject": "S", "body": "B"}
    caller.post("/templates", made)

    for body, field in (
        (as_content, "content.template"),
        (as_file, "attachments[0].template"),
    ):
        answer = caller.post("/notifysimple/email", body)
        [error] = answer.json()["errors"]
        assert (error["field"], error["code"]) == (field, "template_wrong_channel")


def test_pages_that_ask_for_other_servers_are_refused_in_words(
    caller: Caller, mail_server: MailServer
):
    page = '<img src="https://example.org/logo.png"><p>{{name}}'
    given = {"name": "Pictured", "channel": "document", "body": page}
    caller.post("/templates", given)
    body = mail({"template": "Pictured", "filename": "a.pdf"})

    preview = caller.post("/notifysimple/email/preview", body)
    sent = caller.post("/notifysimple/email", body).json()
    work()

    assert preview.status_code == 422
    [error] = preview.json()["errors"]
    assert (error["field"], error["code"]) == (
        "attachments[0].template",
        "document_refused",
    )
    assert "https://example.org/logo.png" in error["message"]
    assert mail_server.mails == []
    told = caller.status(sent["notifyId"])["channels"]["email"]["error"]
    assert told["code"] == "document_failed"
    assert "https://example.org/logo.png" in told["message"]


def test_what_is_equal_is_one_without_making_anything(caller: Caller, letter: str):
    body = mail({"template": letter, "filename": "a.pdf"})
    other = mail({"template": letter, "filename": "a.pdf", "params": {"number": 9}})

    first = caller.post("/notifysimple/email", body).json()
    again = caller.post("/notifysimple/email", body).json()
    different = caller.post("/notifysimple/email", other).json()

    assert again["notifyId"] == first["notifyId"]
    assert again["duplicate"] is True
    assert "duplicate" not in different


def test_a_changed_template_changes_nothing_that_was_accepted(
    caller: Caller, letter: str, mail_server: MailServer
):
    body = mail({"template": letter, "filename": "a.pdf"})
    caller.post("/notifysimple/email", body)

    changed = caller.patch(f"/templates/{letter}", {"body": "<p>Other words"})

    assert changed.status_code == 200
    work()
    assert text_of(attached(mail_server)["a.pdf"]) == READ


def test_a_document_speaks_the_language_of_the_request(
    caller: Caller, mail_server: MailServer
):
    given = {
        "name": "Spoken",
        "channel": "document",
        "body": "<p>Dear {{name}}",
        "variants": {"fr": {"body": "<p>Bonjour {{name}}"}},
    }
    made = caller.post("/templates", given)
    assert made.status_code == 201, made.content
    one = {"template": "Spoken", "filename": "a.pdf"}

    answer = caller.post("/notifysimple/email", mail(one, locale="fr-CA"))

    assert answer.status_code == 202, answer.content
    work()
    assert text_of(attached(mail_server)["a.pdf"]).startswith("Bonjour Zoë")


def test_an_event_type_attaches_it_and_the_caller_names_the_event(
    caller: Caller, tenant: Tenant, letter: str, mail_server: MailServer
):
    event_with(tenant, letter)
    body = {"notificationEventType": "PermitIssued", "params": PARAMS}

    preview = caller.post("/notifyevent/preview?explain=true", body).json()
    answer = caller.post("/notifyevent", body)

    assert answer.status_code == 202, answer.content
    assert preview["decidedBy"]["email.attachments"] == "event"
    work()
    assert text_of(attached(mail_server)["Permit 7.pdf"]) == READ


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ({"overrides": {"email": {"attachments": []}}}, []),
        ({"overrides": {"email": {"attachments": None}}}, []),
        ({"email": {"attachments": [ONE_MORE]}}, ["b"]),
        (
            {"augments": {"email": {"attachments": [ONE_MORE]}}},
            ["Permit 7.pdf", "b"],
        ),
    ],
)
def test_a_request_replaces_or_adds_to_an_events_files(
    caller: Caller,
    tenant: Tenant,
    letter: str,
    mail_server: MailServer,
    said: dict[str, Any],
    names: list[str],
):
    event_with(tenant, letter)
    body = {"notificationEventType": "PermitIssued", "params": PARAMS, **said}

    answer = caller.post("/notifyevent", body)

    assert answer.status_code == 202, answer.content
    work()
    assert list(attached(mail_server)) == names


def event_with(tenant: Tenant, letter: str) -> None:
    values = {
        "recipients": {"to": ["zoe@example.org"]},
        "content": {"subject": "Permit {{number}}", "body": "See the file."},
        "attachments": [
            {
                "template": letter,
                "filename": "Permit {{number}}.pdf",
                "convertTo": "pdf",
            }
        ],
    }
    channels = {"email": ChannelDesign(values=values)}
    published(tenant, "PermitIssued", Design(channels=channels, sample_params=PARAMS))


def test_what_was_sent_can_be_seen_without_its_bytes(caller: Caller, letter: str):
    body = mail({"template": letter, "filename": "a.pdf"})
    sent = caller.post("/notifysimple/email", body).json()

    waiting = caller.status(sent["notifyId"], include="content")
    work()
    done = caller.status(sent["notifyId"], include="content")

    named = {"filename": "a.pdf", "contentType": "application/pdf"}
    assert waiting["content"]["email"]["attachments"] == [named]
    [file] = done["content"]["email"]["attachments"]
    assert file.pop("sizeBytes") > 1000
    assert file == named


def test_nothing_of_a_page_is_left_once_it_is_made(caller: Caller, letter: str):
    caller.post("/notifysimple/email", mail({"template": letter, "filename": "a"}))

    work()

    assert Attachment.across_tenants().get().recipe is None
    assert Template.across_tenants().count() == 1


CDOGS = "742d642a4704eb1babd8122ce0f03f209354279ae8292bb3961d13e21578b855"
MADE = b"%PDF-1.7 made elsewhere"


@pytest.fixture
def service(tenant: Tenant, httpserver: HTTPServer) -> Service:
    """A document service as a tenant's administrator would set it up."""
    httpserver.expect_request("/token").respond_with_json(
        {"access_token": "abc", "expires_in": 300}
    )
    made = Service(
        tenant=tenant,
        provider="documents.cdogs",
        name="Letters",
        config={
            "base_url": httpserver.url_for("/api/v2"),
            "token_url": httpserver.url_for("/token"),
            "client_id": "notify",
            "client_secret": "hidden",
            "template": CDOGS,
        },
        required=["number", "name"],
        taken={"citizen": "name", "fees": "rows"},
        fixed={"office": "Victoria"},
    )
    made.save()
    return made


SERVED: dict[str, Any] = {"service": "letters", "filename": "Letter {{number}}"}


def test_a_service_makes_the_file_of_mapped_params(
    caller: Caller, service: Service, httpserver: HTTPServer, mail_server: MailServer
):
    path = f"/api/v2/template/{CDOGS}/render"
    httpserver.expect_request(path, method="POST").respond_with_data(MADE)

    answer = caller.post("/notifysimple/email", mail(SERVED))

    assert answer.status_code == 202, answer.content
    assert httpserver.log == [], "nobody waits for it"
    work()
    assert attached(mail_server) == {"Letter 7.pdf": MADE}
    assert httpserver.log[-1][0].get_json() == {
        "data": {
            "citizen": PARAMS["name"],
            "fees": PARAMS["rows"],
            "office": "Victoria",
        },
        "options": {"convertTo": "pdf"},
    }


def test_params_that_a_service_requires_are_asked_for(caller: Caller, service: Service):
    body = mail(SERVED, params={"number": 7, "name": ""})

    send = caller.post("/notifysimple/email", body)
    preview = caller.post("/notifysimple/email/preview", body)

    assert (send.status_code, preview.status_code) == (422, 422)
    [error] = send.json()["errors"]
    assert (error["field"], error["code"]) == (
        "attachments[0].service",
        "missing_params",
    )
    assert "name" in error["message"]
    assert preview.json()["errors"] == [error]


def test_an_unknown_service_is_told(caller: Caller, service: Service):
    answer = caller.post("/notifysimple/email", mail({**SERVED, "service": "None"}))

    [error] = answer.json()["errors"]
    assert (error["field"], error["code"]) == (
        "attachments[0].service",
        "unknown_service",
    )


def test_while_a_service_is_down_calls_are_taken_and_the_mail_waits(
    caller: Caller, service: Service, httpserver: HTTPServer, mail_server: MailServer
):
    path = f"/api/v2/template/{CDOGS}/render"
    httpserver.expect_request(path).respond_with_data("", status=503)

    preview = caller.post("/notifysimple/email/preview", mail(SERVED))
    answer = caller.post("/notifysimple/email", mail(SERVED))
    work()

    assert (preview.status_code, answer.status_code) == (503, 202)
    assert preview.json()["type"].endswith("#service_unavailable")
    status = caller.status(answer.json()["notifyId"])
    assert status["status"] == "queued"
    channel = status["channels"]["email"]
    assert (channel["holdReason"], channel["error"]["code"]) == (
        "document_waits",
        "document_waits",
    )
    httpserver.clear()
    httpserver.expect_request("/token").respond_with_json({"access_token": "x"})
    httpserver.expect_request(path).respond_with_data(MADE)
    Message.across_tenants().update(due_at="2020-01-01T00:00:00Z")
    work()
    assert attached(mail_server) == {"Letter 7.pdf": MADE}


@pytest.mark.parametrize(
    ("status", "answer", "told"),
    [(404, b"", "no template"), (422, b"", "cannot fill"), (200, b"<html>", "no PDF")],
)
def test_what_a_service_refuses_ends_with_its_reason(
    caller: Caller,
    service: Service,
    httpserver: HTTPServer,
    mail_server: MailServer,
    status: int,
    answer: bytes,
    told: str,
):
    path = f"/api/v2/template/{CDOGS}/render"
    httpserver.expect_request(path).respond_with_data(answer, status=status)

    preview = caller.post("/notifysimple/email/preview", mail(SERVED))
    sent = caller.post("/notifysimple/email", mail(SERVED)).json()
    work()

    [error] = preview.json()["errors"]
    assert (error["field"], error["code"]) == (
        "attachments[0].service",
        "document_refused",
    )
    ended = caller.status(sent["notifyId"])
    assert ended["status"] == "failed"
    assert told in ended["channels"]["email"]["error"]["message"]
    assert mail_server.mails == []


def test_a_service_that_was_switched_off_makes_it_wait(
    caller: Caller, service: Service, mail_server: MailServer
):
    sent = caller.post("/notifysimple/email", mail(SERVED)).json()
    service.active = False
    service.save()

    work()

    held = caller.status(sent["notifyId"])["channels"]["email"]
    assert held["holdReason"] == "document_waits"


def test_an_event_type_may_attach_what_a_service_makes(
    caller: Caller,
    tenant: Tenant,
    service: Service,
    httpserver: HTTPServer,
    mail_server: MailServer,
):
    path = f"/api/v2/template/{CDOGS}/render"
    httpserver.expect_request(path).respond_with_data(MADE)
    file = {"service": str(service.id), "filename": "a.docx", "convertTo": "docx"}
    values = {
        "recipients": {"to": ["zoe@example.org"]},
        "content": {"subject": "S", "body": "B"},
        "attachments": [file],
    }
    channels = {"email": ChannelDesign(values=values)}
    published(tenant, "PermitIssued", Design(channels=channels, sample_params=PARAMS))

    body = {"notificationEventType": "PermitIssued", "params": PARAMS}
    answer = caller.post("/notifyevent", body)

    assert answer.status_code == 202, answer.content
    work()
    assert attached(mail_server) == {"a.docx": MADE}
    assert httpserver.log[-1][0].get_json()["options"] == {"convertTo": "docx"}
    with pytest.raises(ProtectedError):
        service.delete()
