"""What designers read where the API names a path."""

from __future__ import annotations

import pytest
from django.utils import translation

from events.admin import places


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "email.recipients.cc[1]: there is no group G.",
            "E-mail, Copies (cc), 2nd: there is no group G.",
        ),
        (
            "email.recipients.to is empty. Give at least one recipient.",
            "E-mail, To is empty. Give at least one recipient.",
        ),
        ("email.recipients has 60 recipients", "E-mail, Recipients has 60 recipients"),
        ("sms.content.message is empty.", "SMS, Text is empty."),
        ("msgApp.content.title: x", "Chat, Title: x"),
        ("email.replyTo[0]: x", "E-mail, Replies go to, 1st: x"),
        ("email.headers.X-Case: x", "E-mail, Headers, X-Case: x"),
        ("email.attachments[1].template: x", "E-mail, Attached document 2: x"),
        ("email.attachments[0].filename: x", "E-mail, Its file's name 1: x"),
        ("email.attachments[9]: x", "E-mail, Attachments, 10th: x"),
        ("msgApp.account is none", "Chat, Account is none"),
        ("email.from: x", "E-mail, Sender: x"),
        ("params.applicant.name is missing.", "Param applicant.name is missing."),
        ("params.rows[2].n is missing.", "Param rows (3rd).n is missing."),
    ],
)
def test_a_path_is_told_by_its_label(text, told):
    assert places.in_words(text) == told


@pytest.mark.parametrize(
    "text",
    [
        "Write to jane@email.example or bob@sms.content.example.",
        "https://params.example.org/email.html",
        "email is switched off.",
        "email.com is no address.",
        "eventTypes[0].channels.email.content is not known.",
    ],
)
def test_what_is_no_path_stays(text):
    assert places.in_words(text) == text


def test_the_labels_speak_the_readers_language():
    with translation.override("fr"):
        told = places.in_words("email.recipients.cc[1]: non")

    assert told == "Courriel, Copies (cc), 2e\xa0: non"


def test_the_language_of_one_reader_stays_with_that_reader():
    places._labels.cache_clear()
    with translation.override("fr"):
        theirs = places.in_words("email.content.subject")
    with translation.override("en"):
        ours = places.in_words("email.content.subject")

    assert (theirs, ours) == ("Courriel, Objet", "E-mail, Subject")


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("email", "email_mode"),
        ("email.recipients.bcc[3]", "email_bcc"),
        ("sms.content.message", "sms_body"),
        ("email.content.bodyType", "email_body_type"),
        ("email.identityId", "email_sender"),
        ("email.attachments[2].service", "email_document3"),
        ("email.attachments[2].filename", "email_document3_filename"),
        ("email.headers.X-Case", "email_headers"),
        ("email.unheard", ""),
        ("params.name", ""),
        ("urgency", ""),
    ],
)
def test_a_path_has_its_field(path, field):
    assert places.field(path) == field
