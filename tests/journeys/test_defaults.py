"""Defaults that an administrator wrote in the admin reach what programs send."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from recipients import groups
from tenants.models import Tenant
from tests.events.designed import mail_design, published
from tests.journeys.conftest import Caller, MailServer, work
from tests.tenants.factories import MembershipFactory, UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]
PLAIN = {
    "recipients": {"to": ["jane@example.org"]},
    "content": {"subject": "Hello", "body": "Words"},
}
EVENT: dict[str, Any] = {
    "notificationEventType": "AppRec",
    "params": {"email": "jane@example.org", "name": "Jane"},
}


def logged_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def defaults(tenant: Tenant) -> None:
    """A group in copy, a header and a param, of the tenant; a blind copy that the
    system keeps for itself."""
    groups.create(
        tenant, name="Clerks", channel_code="email", addresses=["clerk@example.org"]
    )
    operator = logged_in(UserFactory(is_superuser=True))
    admin = logged_in(MembershipFactory(tenant=tenant, role="admin").user)
    said = {
        operator: (
            "systemdefaults",
            {
                "bcc": "archive@example.org",
                "headers": "X-Office: Victoria\nX-System: 1",
                "locked": "recipients.bcc",
            },
        ),
        admin: (
            "tenantdefaults",
            {
                "cc": "group: clerks\nboss@example.org",
                "headers": "X-OFFICE: Nanaimo",
                "params": '{"office": "Nanaimo"}',
            },
        ),
    }
    for client, (name, typed) in said.items():
        page = reverse(f"admin:events_{name}_add")
        answer = client.post(f"{page}?channel=email", typed)
        assert answer.status_code == 302, answer.context["adminform"].errors


def copies(caller: Caller, mail_server: MailServer, path: str, body: Any) -> Any:
    """Who is in copy in the preview, which has to be who gets one."""
    shown = caller.post(f"{path}/preview", body)
    assert shown.status_code == 200, shown.content
    sent = caller.post(path, body)
    assert sent.status_code == 202, sent.content
    work()
    told = shown.json().get("email", shown.json())["recipients"]
    mail = mail_server.mails[-1]
    assert mail.parts()["recipients"].get("cc") == told.get("cc")
    assert "archive@example.org" in mail.recipients
    assert told["bcc"] == ["archive@example.org"]
    return told.get("cc")


@pytest.mark.usefixtures("defaults")
def test_a_default_copy_reaches_a_simple_mail_with_the_headers_of_both_layers(
    caller: Caller, mail_server: MailServer
):
    told = copies(caller, mail_server, "/notifysimple/email", PLAIN)

    assert told == ["clerk@example.org", "boss@example.org"]
    message = mail_server.mails[-1].message
    assert message.get_all("X-Office") == ["Nanaimo"]
    assert message["X-System"] == "1"


@pytest.mark.usefixtures("defaults")
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, ["clerk@example.org", "boss@example.org"]),
        ({"overrides": {"email": {"recipients": {"cc": []}}}}, None),
        (
            {"overrides": {"email": {"recipients": {"cc": ["me@example.org"]}}}},
            ["me@example.org"],
        ),
        (
            {"augments": {"email": {"recipients": {"cc": ["me@example.org"]}}}},
            ["clerk@example.org", "boss@example.org", "me@example.org"],
        ),
    ],
)
def test_a_request_removes_replaces_or_augments_the_default_copy(
    caller: Caller, mail_server: MailServer, tenant: Tenant, change, expected
):
    published(tenant, "AppRec", mail_design())

    told = copies(caller, mail_server, "/notifyevent", EVENT | change)

    assert told == expected


@pytest.mark.usefixtures("defaults")
def test_an_event_type_that_says_its_own_wins(
    caller: Caller, mail_server: MailServer, tenant: Tenant
):
    own = {"to": ["{{email}}"], "cc": ["own@example.org"]}
    published(tenant, "AppRec", mail_design(values={"recipients": own}))

    told = copies(caller, mail_server, "/notifyevent", EVENT)

    assert told == ["own@example.org"]


@pytest.mark.usefixtures("defaults")
def test_default_params_fill_in_what_the_call_leaves_out(
    caller: Caller, mail_server: MailServer, tenant: Tenant
):
    content = {"subject": "From {{office}}", "body": "Dear {{name}}"}
    published(tenant, "AppRec", mail_design(values={"content": content}))
    params = {**EVENT["params"], "office": "Kelowna"}

    for body in (EVENT, EVENT | {"params": params}):
        assert caller.post("/notifyevent", body).status_code == 202
    work()

    subjects = {one.message["Subject"] for one in mail_server.mails}
    assert subjects == {"From Nanaimo", "From Kelowna"}


@pytest.mark.usefixtures("defaults")
def test_the_preview_explains_which_layer_said_what(caller: Caller, tenant: Tenant):
    published(tenant, "AppRec", mail_design())
    more = {"email": {"recipients": {"cc": ["me@example.org"]}}}

    shown = caller.post(
        "/notifyevent/preview?explain=true", EVENT | {"augments": more}
    ).json()

    decided = shown["decidedBy"]
    assert decided["email.recipients.bcc"] == "system"
    assert decided["email.recipients.cc"] == "tenant+augments"
    assert decided["email.headers.X-Office"] == "tenant"
    assert decided["email.headers.X-System"] == "system"
    assert decided["email.recipients.to"] == "event"


@pytest.mark.usefixtures("defaults")
@pytest.mark.parametrize("way", ["overrides", "augments"])
def test_what_the_system_keeps_for_itself_no_request_changes(
    caller: Caller, tenant: Tenant, way: str
):
    published(tenant, "AppRec", mail_design())
    change = {way: {"email": {"recipients": {"bcc": ["me@example.org"]}}}}

    answer = caller.post("/notifyevent", EVENT | change)

    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["field"] == f"{way}.email.recipients.bcc"
    assert error["code"] == "field_locked"


def test_a_default_template_is_the_words_of_who_brings_none(
    caller: Caller, mail_server: MailServer, tenant: Tenant, sample_template: str
):
    admin = logged_in(MembershipFactory(tenant=tenant, role="admin").user)
    page = reverse("admin:events_tenantdefaults_add")
    admin.post(f"{page}?channel=email", {"template": sample_template})
    body = {
        "recipients": {"to": ["jane@example.org"]},
        "params": {"subject": "Yours", "body-part": "defaults"},
    }

    answer = caller.post("/notifysimple/email", body)

    assert answer.status_code == 202, answer.content
    work()
    [mail] = mail_server.mails
    assert mail.parts()["content"]["subject"] == "Yours"
    deleted = caller.client.delete(
        f"/api/v1/templates/{sample_template}", headers={"X-API-KEY": caller.key}
    )
    assert deleted.status_code == 409
    assert "Defaults: email" in deleted.json()["detail"]
