"""Layouts and partials by API: around templates, changed for all, true in history."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from delivery.models import Message
from tests.journeys.conftest import Caller, MailServer, work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]


@pytest.fixture
def furnished(caller: Caller) -> None:
    """A footer, a layout that calls it, and a template within it."""
    for one in (
        {"purpose": "partial", "name": "footer", "body": "Office of {{place}}"},
        {
            "purpose": "layout",
            "name": "Frame",
            "bodyType": "text",
            "body": "BC Permits\n{{> content}}\n-- {{> footer}}",
        },
        {
            "name": "Letter",
            "subject": "For {{name}}",
            "bodyType": "text",
            "body": "Dear {{name}}",
            "layout": "frame",
        },
    ):
        made = caller.post("/templates", {"channel": "email", **one})
        assert made.status_code == 201, made.content


def letter(**more: Any) -> dict[str, Any]:
    return {
        "recipients": {"to": ["jane@example.org"]},
        "content": {"template": "Letter"},
        "params": {"name": "Jane", "place": "Victoria"},
        **more,
    }


def identity(caller: Caller, name: str) -> str:
    [found] = caller.get("/templates", name=name).json()["data"]
    return str(found["id"])


def test_preview_and_mail_have_the_layout_around_the_text(
    caller: Caller, mail_server: MailServer, furnished: None
):
    text = "BC Permits\nDear Jane\n-- Office of Victoria"

    shown = caller.post("/notifysimple/email/preview", letter()).json()
    caller.post("/notifysimple/email", letter())
    work()

    assert shown["content"]["body"] == text
    [mail] = mail_server.mails
    assert mail.parts()["content"]["body"] == text


def test_a_template_tells_its_layout_and_all_params(caller: Caller, furnished: None):
    shown = caller.get(f"/templates/{identity(caller, 'Letter')}").json()

    assert (shown["purpose"], shown["layout"]) == ("template", "Frame")
    assert shown["params"] == ["name", "place"]
    listed = caller.get("/templates", purpose="partial").json()["data"]
    assert [one["name"] for one in listed] == ["footer"]
    assert caller.get("/templates", purpose="footer").status_code == 422


def test_what_was_accepted_stays_as_it_was_when_a_partial_changes(
    caller: Caller, mail_server: MailServer, furnished: None
):
    """A new footer is in all mails from then on; one that waits keeps the old one."""
    later = letter(delayedSend=_tomorrow())
    waiting = caller.post("/notifysimple/email", later)
    footer = identity(caller, "footer")

    changed = caller.patch(f"/templates/{footer}", {"body": "{{place}} Office"})
    after = caller.post("/notifysimple/email", letter()).json()

    assert changed.json()["version"] == 2
    told = [
        caller.get(f"/notify/{one}", include="content").json()["content"]["email"]
        for one in (waiting.json()["notifyId"], after["notifyId"])
    ]
    assert [one["body"].rpartition("\n")[2] for one in told] == [
        "-- Office of Victoria",
        "-- Victoria Office",
    ]
    assert [one["templates"] for one in told] == [
        {"Letter": 1, "Frame": 1, "footer": 1},
        {"Letter": 1, "Frame": 1, "footer": 2},
    ]
    assert Message.across_tenants().count() == 2


def _tomorrow() -> str:
    return (datetime.now(UTC) + timedelta(days=1)).isoformat()


def test_an_older_partial_is_published_again(caller: Caller, furnished: None):
    footer = identity(caller, "footer")
    caller.patch(f"/templates/{footer}", {"body": "New"})

    caller.put(f"/templates/{footer}/published", {"version": 1})

    shown = caller.post("/notifysimple/email/preview", letter()).json()
    assert shown["content"]["body"].endswith("-- Office of Victoria")


def test_what_is_used_is_not_deleted(caller: Caller, furnished: None):
    for name, user in (("footer", "Frame v1"), ("Frame", "Letter v1")):
        answer = caller.delete(f"/templates/{identity(caller, name)}")

        assert answer.status_code == 409
        assert user in answer.json()["detail"]


def test_missing_params_of_all_parts_are_told_at_once(caller: Caller, furnished: None):
    answer = caller.post("/notifysimple/email/preview", letter(params={"name": "Jane"}))

    assert answer.status_code == 422
    assert "place" in answer.json()["detail"]


def test_a_body_of_another_type_has_no_layout(caller: Caller, furnished: None):
    content = {"template": "Letter", "body": "<p>Hi</p>", "bodyType": "html"}

    shown = caller.post("/notifysimple/email/preview", letter(content=content)).json()

    assert shown["content"]["body"] == "<p>Hi</p>"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"layout": "Nobody's"}, "layout"),
        ({"layout": "footer"}, "layout"),
        ({"layout": "Frame", "bodyType": "html"}, "bodyType"),
        ({"body": "{{> nobody}}"}, "body"),
        ({"purpose": "poem"}, "purpose"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_field(
    caller: Caller, furnished: None, changes: dict[str, str], field: str
):
    body = {"name": "T", "channel": "email", "subject": "S", "body": "B", **changes}

    answer = caller.post("/templates", body)

    assert answer.status_code == 422, answer.content
    assert [one["field"] for one in answer.json()["errors"]] == [field]


def test_a_layout_is_taken_away_by_null(caller: Caller, furnished: None):
    letter_id = identity(caller, "Letter")

    changed = caller.patch(f"/templates/{letter_id}", {"layout": None})

    assert changed.json()["layout"] is None
    shown = caller.post("/notifysimple/email/preview", letter()).json()
    assert shown["content"]["body"] == "Dear Jane"
