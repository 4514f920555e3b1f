"""Document 003, 2.3: a stored template, found by its name, sent by its GUID."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys.conftest import Caller, MailServer, work
from tests.journeys.examples import body_of, example

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]


def test_the_name_in_quotes_finds_the_guid(caller: Caller, sample_template: str):
    answer = caller.get(example("2.3a")["path"])

    assert answer.status_code == 200
    [found] = answer.json()["data"]
    assert found["templateId"] == found["id"] == sample_template


@pytest.mark.parametrize("name", ["SAMPLE template", '"sample TEMPLATE"'])
def test_names_match_whatever_their_case(
    caller: Caller, sample_template: str, name: str
):
    [found] = caller.get("/templates", name=name).json()["data"]

    assert found["templateId"] == sample_template


def test_an_unknown_name_finds_nothing(caller: Caller, sample_template: str):
    answer = caller.get("/templates", name="Sample")

    assert answer.status_code == 200
    assert answer.json() == {"data": [], "nextCursor": None, "limit": 50}


def test_the_preview_is_the_same_as_in_2_2(caller: Caller, sample_template: str):
    body = body_of("2.3c", sample=sample_template)

    answer = caller.post("/notifysimple/email/preview", body)

    assert answer.json() == example("2.3c")["expect"]["json"]


def test_what_is_sent_is_what_the_preview_showed(
    caller: Caller, mail_server: MailServer, sample_template: str
):
    body = body_of("2.3b", sample=sample_template)

    answer = caller.post("/notifysimple/email", body)

    assert answer.status_code == 202, answer.content
    work()
    [mail] = mail_server.mails
    expected = example("2.3c")["expect"]["json"]
    del expected["content"]["renderer"]
    assert mail.parts() == expected


def test_a_template_and_the_same_words_inline_are_one_notification(
    caller: Caller, sample_template: str
):
    inline = caller.post("/notifysimple/email", body_of("2.1")).json()
    stored = caller.post(
        "/notifysimple/email", body_of("2.3b", sample=sample_template)
    ).json()

    assert stored["duplicate"] is True
    assert stored["notifyId"] == inline["notifyId"]


def content(caller: Caller, given: dict[str, Any]) -> Any:
    body = body_of("2.2") | {"content": given}
    return caller.post("/notifysimple/email/preview", body)


def test_every_way_to_name_a_template_finds_it(caller: Caller, sample_template: str):
    ways: list[dict[str, Any]] = [
        {"templateId": sample_template},
        {"template": sample_template},
        {"template": {"templateId": sample_template}},
        {"template": "Sample template"},
        {"template": "sample TEMPLATE"},
        {"templateId": sample_template, "template": {"templateId": sample_template}},
    ]

    for way in ways:
        assert content(caller, way).json()["content"]["subject"] == "Sample subject", (
            way
        )


def test_a_text_beside_the_template_wins_for_its_field(
    caller: Caller, sample_template: str
):
    shown = content(caller, {"templateId": sample_template, "subject": "Own"}).json()

    assert shown["content"]["subject"] == "Own"
    assert shown["content"]["body"].startswith("This is an example of templating")


def test_a_template_given_in_place_is_rendered(caller: Caller):
    shown = content(caller, {"template": {"subject": "{{subject}}", "body": "Plain"}})
    body = {
        "recipients": {"to": ["me@example.com"]},
        "content": {"template": {"subject": "S", "body": "Dear {{name}}"}},
    }
    unfilled = caller.post("/notifysimple/email/preview", body)

    assert shown.json()["content"] == {"subject": "Sample subject", "body": "Plain"}
    assert unfilled.status_code == 422
    assert unfilled.json()["type"].endswith("#missing_params")


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"templateId": "Nobody's"}, "content.templateId", "unknown_template"),
        ({"template": "Nobody's"}, "content.template", "unknown_template"),
        (
            {"templateId": "019a0000-0000-7000-8000-000000000000"},
            "content.templateId",
            "unknown_template",
        ),
        (
            {"templateId": "A", "template": "B"},
            "content.templateId",
            "conflicting_content",
        ),
        ({"template": {"subject": "S", "title": "T"}}, "content.template", "invalid"),
        ({"template": {"body": "B", "message": "M"}}, "content.template.message", ""),
        ({"template": 7}, "content.template", "invalid"),
    ],
)
def test_a_template_that_cannot_be_is_refused_by_its_name(
    caller: Caller, given: dict[str, Any], field: str, code: str
):
    answer = content(caller, given)

    assert answer.status_code == 422, answer.content
    [error] = answer.json()["errors"]
    assert error["field"] == field
    assert error["code"] == (code or "conflicting_content")


def test_a_template_for_another_channel_is_refused(caller: Caller):
    sms = caller.post(
        "/templates", {"name": "Code", "channel": "sms", "message": "{{code}}"}
    ).json()

    answer = content(caller, {"templateId": sms["templateId"]})

    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["code"] == "template_wrong_channel"


def test_a_text_from_a_template_is_shown_as_message(caller: Caller):
    caller.post("/templates", {"name": "Code", "channel": "sms", "body": "{{code}}"})
    body = {
        "params": {"code": "4711"},
        "recipients": {"to": ["7787001234"]},
        "content": {"template": "Code"},
    }

    preview = caller.post("/notifysimple/sms/preview", body)

    assert preview.json() == {
        "recipients": {"to": ["7787001234"]},
        "content": {"message": "4711"},
    }
