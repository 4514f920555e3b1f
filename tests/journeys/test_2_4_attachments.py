"""Document 003, 2.4: attachments, and a delayedSend that has passed."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.journeys.conftest import Caller, MailServer, work
from tests.journeys.examples import body_of, example

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]


def test_files_arrive_byte_for_byte_and_a_past_time_means_now(
    caller: Caller, mail_server: MailServer, sample_template: str
):
    body = body_of("2.4", sample=sample_template)

    answer = caller.post("/notifysimple/email", body)

    assert answer.status_code == 202, answer.content
    assert answer.json()["status"] == "accepted"
    work()
    [mail] = mail_server.mails
    files = list(mail.message.iter_attachments())
    assert [
        (one.get_filename(), one.get_content_type(), one.get_content()) for one in files
    ] == [
        (
            given["filename"],
            given["contentType"],
            base64.b64decode(given["content"]),
        )
        for given in body["attachments"]
    ]


def test_words_and_recipients_are_those_of_the_preview(
    caller: Caller, mail_server: MailServer, sample_template: str
):
    body = body_of("2.4", sample=sample_template)

    preview = caller.post("/notifysimple/email/preview", body).json()
    caller.post("/notifysimple/email", body)

    work()
    [mail] = mail_server.mails
    files = preview.pop("attachments")
    assert [
        {"filename": one.get_filename(), "contentType": one.get_content_type()}
        for one in mail.message.iter_attachments()
    ] == files
    assert preview == example("2.3c")["expect"]["json"]
    del preview["content"]["renderer"]
    assert mail.parts() == preview


def test_the_preview_names_the_files(caller: Caller, sample_template: str):
    body = body_of("2.4", sample=sample_template)

    preview = caller.post("/notifysimple/email/preview", body).json()

    assert preview["attachments"] == [
        {"filename": "myimage.png", "contentType": "image/png"},
        {"filename": "mypdf.pdf", "contentType": "application/pdf"},
    ]


def with_files(*files: dict[str, Any]) -> dict[str, Any]:
    return {**body_of("1.1a"), "attachments": list(files)}


GOOD = {"content": "aGVsbG8=", "filename": "a.txt", "mimeType": "text/plain"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"content": "not base64!"}, "attachments[0].content"),
        ({"content": "aGVsbG8"}, "attachments[0].content"),
        ({"content": "aGVs\nbG8="}, "attachments[0].content"),
        ({"content": "aGVsbG8_"}, "attachments[0].content"),
        ({"content": "aGVsbÖ8="}, "attachments[0].content"),
        ({"content": 5}, "attachments[0].content"),
        ({"content": None}, "attachments[0].content"),
        ({"filename": "../../etc/passwd"}, "attachments[0].filename"),
        ({"filename": "a\\b.txt"}, "attachments[0].filename"),
        ({"filename": "a\r\nX-Evil: 1.txt"}, "attachments[0].filename"),
        ({"filename": "a\u202egpj.exe"}, "attachments[0].filename"),
        ({"filename": ""}, "attachments[0].filename"),
        ({"filename": ".."}, "attachments[0].filename"),
        ({"filename": "a" * 201}, "attachments[0].filename"),
        ({"mimeType": "text/plain\r\nX: 1"}, "attachments[0].contentType"),
        ({"mimeType": "text"}, "attachments[0].contentType"),
        ({"mimeType": "text/plain", "contentType": "x/y"}, "attachments[0].mimeType"),
        ({"path": "/etc/passwd"}, "attachments[0].path"),
    ],
)
def test_a_file_that_cannot_go_along_is_refused_by_its_field(
    caller: Caller, change: dict[str, Any], field: str
):
    answer = caller.post("/notifysimple/email", with_files(GOOD | change))

    assert answer.status_code == 422, answer.content
    [error] = answer.json()["errors"]
    assert error["field"] == field


def test_eleven_files_are_too_many(caller: Caller):
    answer = caller.post("/notifysimple/email", with_files(*[GOOD] * 11))

    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert (error["field"], error["code"]) == ("attachments", "invalid_attachment")


@pytest.mark.parametrize(
    ("sizes", "field"),
    [([10_000_001], "attachments[0]"), ([9_000_000] * 2 + [7_000_001], "attachments")],
)
def test_files_that_are_too_large_are_refused(
    caller: Caller, sizes: list[int], field: str
):
    files = [
        GOOD | {"content": base64.b64encode(bytes(size)).decode()} for size in sizes
    ]

    answer = caller.post("/notifysimple/email", with_files(*files))

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


def test_a_body_beyond_all_limits_is_answered_413(caller: Caller):
    files = [GOOD | {"content": "A" * 9_600_000}] * 4 + [
        GOOD | {"content": "A" * 10**6}
    ]

    answer = caller.post("/notifysimple/email", with_files(*files))

    assert answer.status_code == 413
    assert answer["Content-Type"] == "application/problem+json"


def test_a_text_message_has_no_attachments(caller: Caller):
    body = {
        "recipients": {"to": ["7787001234"]},
        "content": {"body": "x"},
        "attachments": [GOOD],
    }

    answer = caller.post("/notifysimple/sms", body)

    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["field"] == "attachments"
    assert "text message has none" in error["message"]
