"""What the form of an event type is answered while somebody types in it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_httpserver import HTTPServer

from delivery.models import Notification
from events import designing, drafts
from events.models import EventType, EventVersion
from providers.models import Service
from recipients import groups
from templates_app import editing
from templates_app.drafts import Draft
from tenants import keys
from tenants.models import AuditEntry, Tenant
from tests.events.designed import mail_design, published, template_of
from tests.events.scene import account_of, sender_of, tenant_with_mail
from tests.events.test_admin_event_types import ADD, page, someone, typed

pytestmark = pytest.mark.django_db
SAMPLE = {"name": "Jane", "email": "jane@example.org"}
NEW = "admin:events_eventtype_live_new"


@pytest.fixture
def tenant() -> Tenant:
    return tenant_with_mail()


@pytest.fixture
def event(tenant: Tenant) -> EventType:
    return published(tenant, "AppRec", mail_design())


@pytest.fixture
def designer(tenant: Tenant) -> Client:
    return someone(tenant, "designer")


def form(**changes: str) -> dict[str, str]:
    return typed(**{"sample_params": json.dumps(SAMPLE), **changes})


def ask(client: Client, event: EventType, **changes: str) -> dict[str, Any]:
    answer = client.post(page(event, "live"), form(**changes))
    assert answer.status_code == 200, answer.content
    told: dict[str, Any] = answer.json()
    return told


def test_what_is_typed_is_shown_and_nothing_is_stored(designer, event, tenant):
    told = ask(designer, event, email_subject="Welcome {{name}}")

    assert "Welcome Jane" in told["shown"]
    assert "jane@example.org" in told["shown"]
    assert told["fields"] == {}
    assert told["problems"].strip() == ""
    assert drafts.draft_of(event) is None
    assert EventVersion.for_tenant(tenant).count() == 1
    assert not Notification.for_tenant(tenant).exists()
    assert not AuditEntry.across_tenants().filter(object_id=str(event.pk)).exists()


def test_it_is_what_the_api_answers_once_it_is_published(designer, event, tenant):
    groups.create(tenant, name="G", channel_code="email", addresses=["g@example.org"])
    _key, text = keys.issue(tenant, name="a program")
    changes = {"email_cc": "group: G", "email_body": "Dear {{name}}, welcome."}

    told = ask(designer, event, **changes)
    designer.post(page(event), form(**changes))
    designing.publish(event)
    answer = (
        Client()
        .post(
            "/api/v1/notifyevent/preview",
            {"notificationEventType": "AppRec", "params": SAMPLE},
            "application/json",
            headers={"X-API-KEY": text},
        )
        .json()
    )

    for addresses in answer["email"]["recipients"].values():
        assert all(one in told["shown"] for one in addresses)
    assert answer["email"]["recipients"].keys() == {"to", "cc"}
    for text in answer["email"]["content"].values():
        assert text in told["shown"]


def test_one_that_is_not_saved_yet_is_shown_before_it_has_a_name(designer, tenant):
    opened = designer.get(reverse(ADD)).content.decode()

    told = designer.post(reverse(NEW), form(name="")).json()

    assert reverse(NEW) in opened
    assert "Hello Jane" in told["shown"]
    assert not EventType.for_tenant(tenant).exists()


def test_a_mail_stands_in_a_frame_that_can_do_nothing(designer, event, tenant):
    draft = Draft("Hello", "<p>Dear {{name}}</p><script>alert(1)</script>", "html")
    template = editing.create(tenant, name="T", channel_code="email", draft=draft)

    told = ask(
        designer,
        event,
        email_template=str(template.id),
        email_subject="",
        email_body="",
    )

    assert '<iframe class="notify-frame" sandbox ' in told["shown"]
    assert "default-src &#x27;none&#x27;" in told["shown"]
    assert "&lt;p&gt;Dear Jane&lt;/p&gt;" in told["shown"]
    assert "<script>" not in told["shown"]
    assert "For readers without HTML" in told["shown"]


def test_a_text_message_tells_what_it_costs(designer, event, tenant):
    sender_of(tenant, "+17787001111", channel="sms")
    account_of(tenant, "sms", "Texts")

    told = ask(designer, event, sms_mode="on", sms_to="7787001234", sms_body="x" * 161)

    assert "Parts that are billed: 2 (GSM-7, 161 places)" in told["shown"]


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"sample_params": "{"}, "sample_params", "this is not JSON"),
        ({"sample_params": ""}, "email_subject", "Missing in params"),
        ({"sample_params": json.dumps({"x": "x" * 60_000})}, "sample_params", "larger"),
        ({"email_subject": "Hello {{name"}, "email_subject", "Line 1"),
        ({"email_to": "nobody"}, "email_to", "not an e-mail address"),
        ({"email_cc": "group: Nobodys"}, "email_cc", "there is no group"),
        ({"email_mode": ""}, "email_mode", "would be lost"),
        ({"expires_after_seconds": "x"}, "expires_after_seconds", "whole number"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(designer, event, changes, field, words):
    told = ask(designer, event, **changes)

    assert words in " ".join(told["fields"][field])
    assert f'data-goto="{field}"' in told["problems"]
    assert told["shown"] == ""


def test_what_no_value_can_be_is_told_once(designer, event):
    huge = json.dumps({**SAMPLE, "x": "x" * 60_000})

    told = ask(designer, event, sample_params=huge)

    assert list(told["fields"]) == ["sample_params"]
    assert told["problems"].count("params are larger") == 1


def test_what_no_field_has_is_told_above_all(designer, event):
    nothing = {"email_to": "", "email_subject": "", "email_body": "", "email_mode": ""}

    told = ask(designer, event, **nothing)

    assert "Switch at least one channel on." in told["problems"]


def test_files_are_made_when_somebody_asks_and_not_as_they_type(
    designer, event, tenant
):
    given = {"name": "Letter", "channel": "document", "body": "<p>Dear {{name}}</p>"}
    letter = template_of(tenant, given)
    typed_in = form(
        email_document1=str(letter.id), email_document1_filename="Letter {{name}}.pdf"
    )

    typing = designer.post(page(event, "live"), typed_in).json()
    asking = designer.post(
        page(event, "live"), typed_in, headers={"X-Make": "1"}
    ).json()

    assert "Letter Jane.pdf" in typing["shown"]
    assert "application/pdf, not made yet" in typing["shown"]
    assert "Make the files</button>" in typing["shown"]
    assert "data:application/pdf" not in typing["shown"]
    assert (
        'download="Letter Jane.pdf" href="data:application/pdf;base64,JVBE'
        in (asking["shown"])
    )
    assert re.search(r"application/pdf, [\d.]+.KB", asking["shown"])
    assert "Make the files" not in asking["shown"]


def test_a_service_is_called_when_somebody_asks_and_not_as_they_type(
    designer, event, tenant, httpserver: HTTPServer
):
    httpserver.expect_request("/make", method="POST").respond_with_data(b"%PDF-1.7 x")
    service = service_of(tenant, httpserver.url_for("/make"))
    typed_in = form(
        email_document1=f"service:{service.id}", email_document1_filename="Permit.pdf"
    )

    typing = designer.post(page(event, "live"), typed_in).json()

    assert httpserver.log == []
    assert "Permit.pdf" in typing["shown"]
    assert "may charge for it" in typing["shown"]

    asking = designer.post(
        page(event, "live"), typed_in, headers={"X-Make": "1"}
    ).json()

    assert len(httpserver.log) == 1
    assert "application/pdf, 10\xa0bytes" in asking["shown"]


def test_what_a_service_refuses_stands_at_its_file(
    designer, event, tenant, httpserver: HTTPServer
):
    httpserver.expect_request("/make").respond_with_data("no", status=422)
    service = service_of(tenant, httpserver.url_for("/make"))
    typed_in = form(
        email_document1=f"service:{service.id}", email_document1_filename="Permit.pdf"
    )

    told = designer.post(page(event, "live"), typed_in, headers={"X-Make": "1"}).json()

    assert list(told["fields"]) == ["email_document1"]


def service_of(tenant: Tenant, url: str) -> Service:
    """A program that makes files, as an administrator would set it up."""
    made = Service(
        tenant=tenant, provider="documents.http", name="Letters", config={"url": url}
    )
    made.save()
    return made


def test_what_somebody_saved_meanwhile_stands_in_no_way(designer, event, tenant):
    designing.save_draft(event, mail_design(urgency="high"))

    told = ask(designer, event, seen="0123456789abcdef")

    assert "Hello Jane" in told["shown"]


def test_it_is_for_those_who_may_change_it(tenant, event):
    supporter = someone(tenant, "support")
    stranger = someone(tenant_with_mail(), "admin")

    assert "data-live" not in supporter.get(page(event)).content.decode()
    assert supporter.post(page(event, "live"), form()).status_code == 403
    assert supporter.post(reverse(NEW), form()).status_code == 403
    assert stranger.post(page(event, "live"), form()).status_code == 404
    assert stranger.get(page(event, "live")).status_code == 404


def test_an_address_alone_shows_nothing(designer, event):
    assert designer.get(page(event, "live")).status_code == 405
    assert designer.get(reverse(NEW)).status_code == 405


@pytest.mark.parametrize("value", ["", "9e999", "a\x00b", "[" * 50_000, "\u202e\uffff"])
def test_nonsense_is_answered(designer, event, value):
    names = designer.get(page(event)).context["adminform"].form.fields

    for address in (page(event, "live"), reverse(NEW)):
        answer = designer.post(address, dict.fromkeys(names, value))

        assert answer.status_code < 500
