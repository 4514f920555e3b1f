"""Document 003, 3.1 to 3.5: the caller names an event type and gives its params."""

from __future__ import annotations

from typing import Any

import pytest

from templates_app.models import Template
from tenants.models import Tenant
from tests.events.designed import furnish_examples
from tests.journeys.conftest import Caller, MailServer, PhoneNetwork, work
from tests.journeys.examples import body_of, example, fixtures

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]

BODY = "Dear Lucky Applicant \nYour funding to the amount of $1000 for program "
BODY += "Small Business Development Fund has been approved"
TEXT = "Hey Lucky Applicant You just got awarded $1000 for Small Business "
TEXT += "Development Fund"


@pytest.fixture
def event(tenant: Tenant) -> None:
    furnish_examples(tenant, fixtures())


@pytest.fixture
def override(tenant: Tenant, event: None) -> str:
    return str(Template.for_tenant(tenant).get(name="override").id)


def sent(caller: Caller, name: str, **templates: str) -> Any:
    answer = caller.post("/notifyevent", body_of(name, **templates))
    assert answer.status_code == example(name)["expect"]["status"], answer.content
    assert answer.json()["channels"] == example(name)["expect"]["channels"]
    work()
    return answer.json()


def test_3_1_one_call_sends_mail_and_text(
    caller: Caller, event: None, mail_server: MailServer, phones: PhoneNetwork
):
    answer = sent(caller, "3.1")

    [mail] = mail_server.mails
    assert mail.parts() == {
        "recipients": {
            "to": ["lucky@me.com"],
            "cc": ["fred@gov.bc.ca", "joan@gov.bc.ca"],
        },
        "content": {
            "subject": "Notification of funding approval for Small Business "
            "Development Fund",
            "body": BODY,
        },
    }
    [text] = phones.texts
    assert (text["To"], text["Body"]) == ("+17787001234", TEXT)
    status = caller.status(answer["notifyId"])
    assert status["eventType"] == "funding-approved"
    assert status["status"] == "completed"


def test_3_2_the_preview_is_as_document_003_prints_it(
    caller: Caller, event: None, mail_server: MailServer, phones: PhoneNetwork
):
    answer = caller.post("/notifyevent/preview", body_of("3.2"))

    assert answer.status_code == 200, answer.content
    assert answer.json() == example("3.2")["expect"]["json"]
    work()
    assert (mail_server.mails, phones.texts) == ([], [])


def test_3_3_an_override_leaves_the_text_out(
    caller: Caller, event: None, mail_server: MailServer, phones: PhoneNetwork
):
    sent(caller, "3.3")

    assert len(mail_server.mails) == 1
    assert phones.texts == []


def test_3_4_an_override_takes_another_template(
    caller: Caller, override: str, mail_server: MailServer, phones: PhoneNetwork
):
    sent(caller, "3.4", override=override)

    [mail] = mail_server.mails
    assert mail.parts() == {
        "recipients": {
            "to": ["lucky@me.com"],
            "cc": ["fred@gov.bc.ca", "joan@gov.bc.ca"],
        },
        "content": {
            "subject": "Funding for Small Business Development Fund",
            "body": "Other text for Lucky",
        },
    }
    assert phones.texts == []


def test_3_5_an_augment_adds_a_copy(
    caller: Caller, override: str, mail_server: MailServer
):
    sent(caller, "3.5", override=override)

    [mail] = mail_server.mails
    assert mail.parts()["recipients"]["cc"] == example("3.5")["expect"]["cc"]


def test_the_preview_explains_who_decided_what(caller: Caller, override: str):
    body = body_of("3.5", override=override)

    shown = caller.post("/notifyevent/preview?explain=true", body).json()

    assert shown["decidedBy"] == {
        "email.content.template": "overrides",
        "email.recipients.cc": "event+augments",
        "email.recipients.to": "event",
    }
    assert "decidedBy" not in caller.post("/notifyevent/preview", body).json()


def test_the_short_name_and_an_alias_are_one_event(caller: Caller, event: None):
    body = body_of("3.1")
    first = caller.post("/notifyevent", body).json()

    again = caller.post(
        "/notifyevent", body | {"notificationEventType": "FUNDING-approved"}
    ).json()

    assert again["duplicate"] is True
    assert again["notifyId"] == first["notifyId"]


def refused(caller: Caller, **changes: Any) -> Any:
    body = body_of("3.1") | changes
    send, preview = (
        caller.post(path, body) for path in ("/notifyevent", "/notifyevent/preview")
    )
    assert send.status_code == preview.status_code == 422, send.content
    assert send.json()["errors"] == preview.json()["errors"]
    return send.json()


def test_an_unknown_event_type_names_what_was_probably_meant(
    caller: Caller, event: None
):
    problem = refused(caller, notificationEventType="funding-aproved")

    assert problem["type"].endswith("#unknown_event_type")
    assert "Did you mean funding-approved?" in problem["detail"]


def test_all_channels_switched_off_is_said(caller: Caller, event: None):
    problem = refused(caller, overrides={"email": {}, "sms": None})

    assert problem["type"].endswith("#no_channels")


def test_nobody_left_is_said(caller: Caller, event: None):
    problem = refused(caller, overrides={"email": {"recipients": {"to": []}}})

    assert [one["code"] for one in problem["errors"]] == ["no_recipient"]


def test_an_unknown_group_is_said(caller: Caller, event: None):
    cc = {"recipients": {"cc": [{"group": "Nobody"}]}}

    problem = refused(caller, augments={"email": cc})

    [error] = problem["errors"]
    assert error["code"] == "unknown_group"


def test_augmenting_a_channel_that_is_off_warns(caller: Caller, event: None):
    body = body_of("3.3") | {"augments": {"sms": {"recipients": {"to": ["1"]}}}}

    answer = caller.post("/notifyevent", body).json()

    assert answer["channels"] == ["email"]
    assert "augments.sms" in answer["warnings"][0]


def test_types_are_listed_with_the_params_that_they_need(caller: Caller, event: None):
    [found] = caller.get("/notifyevent/types").json()["data"]

    assert found["name"] == "funding-approved"
    assert found["aliases"] == ["funding-approval"]
    assert found["channels"] == ["email", "sms"]
    assert found["params"] == [
        *("amount", "emailaddress", "firstname"),
        *("lastname", "phonenumber", "program"),
    ]
