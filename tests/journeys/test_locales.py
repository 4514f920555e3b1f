"""A template in several languages: the request's comes first, then the tenant's."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys.conftest import Caller, MailServer, work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]


@pytest.fixture
def letter(caller: Caller) -> str:
    made = caller.post(
        "/templates",
        {
            "name": "Letter",
            "channel": "email",
            "locale": "en",
            "subject": "For {{name}}",
            "body": "Hello {{name}}",
            "variants": {
                "fr": {"subject": "Pour {{name}}", "body": "Bonjour {{name}}"},
                "pt_br": {"subject": "Para {{name}}", "body": "Oi {{name}}"},
            },
        },
    )
    assert made.status_code == 201, made.content
    assert sorted(made.json()["variants"]) == ["fr", "pt-BR"]
    return str(made.json()["id"])


def mail(letter: str, **more: Any) -> dict[str, Any]:
    return {
        "recipients": {"to": ["jane@example.org"]},
        "content": {"templateId": letter},
        "params": {"name": "Jane"},
        **more,
    }


@pytest.mark.parametrize(
    ("said", "locale", "subject"),
    [
        ({}, "en", "For Jane"),
        ({"locale": "fr"}, "fr", "Pour Jane"),
        ({"locale": "FR_ca"}, "fr", "Pour Jane"),
        ({"locale": "pt-BR"}, "pt-BR", "Para Jane"),
        ({"locale": "pt"}, "en", "For Jane"),
        ({"locale": "de"}, "en", "For Jane"),
        ({"params": {"name": "Jane", "locale": "fr"}}, "fr", "Pour Jane"),
        (
            {"params": {"name": "Jane", "locale": "fr"}, "locale": "en"},
            "en",
            "For Jane",
        ),
        ({"params": {"name": "Jane", "locale": ["x"]}}, "en", "For Jane"),
    ],
)
def test_the_best_language_is_shown_and_sent(
    caller: Caller,
    mail_server: MailServer,
    letter: str,
    said: Any,
    locale: str,
    subject: str,
):
    shown = caller.post("/notifysimple/email/preview", mail(letter, **said)).json()
    sent = caller.post("/notifysimple/email", mail(letter, **said))
    work()

    assert sent.status_code == 202, sent.content
    assert (shown["content"]["locale"], shown["content"]["subject"]) == (
        locale,
        subject,
    )
    [received] = mail_server.mails
    assert received.parts()["content"]["body"] == shown["content"]["body"]
    told = caller.status(sent.json()["notifyId"], include="content")
    assert told["content"]["email"]["locale"] == locale


@pytest.mark.parametrize("locale", ["../../x", "english", "e", "fr CA"])
def test_what_is_no_language_is_told(caller: Caller, letter: str, locale: str):
    answer = caller.post("/notifysimple/email", mail(letter, locale=locale))

    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == ["locale"]


def test_a_language_is_changed_with_all_of_them(caller: Caller, letter: str):
    german = {"de": {"subject": "An {{name}}", "body": "Hallo {{name}} {{place}}"}}

    changed = caller.patch(f"/templates/{letter}", {"variants": german}).json()

    assert (changed["version"], list(changed["variants"])) == (2, ["de"])
    assert changed["params"] == ["name", "place"]
    broken = {"de": {"subject": "An", "body": "{{#if x}}"}}
    refused = caller.patch(f"/templates/{letter}", {"variants": broken})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "variants.de.body"
