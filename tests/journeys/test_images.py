"""A logo: uploaded, shown by templates, sent along within the mail."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from delivery.models import Attachment
from tests.journeys.conftest import Caller, MailServer, work
from tests.templates_app.drawn import gif, png

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]


def upload(caller: Caller, name: str, data: bytes) -> str:
    content = base64.b64encode(data).decode()
    made = caller.post("/images", {"name": name, "content": content})
    assert made.status_code == 201, made.content
    return str(made.json()["id"])


@pytest.fixture
def logo(caller: Caller) -> str:
    """A logo, a layout that shows it, and a template within it."""
    made = upload(caller, "logo", png())
    upload(caller, "unused", gif())
    for one in (
        {
            "purpose": "layout",
            "name": "Frame",
            "bodyType": "html",
            "body": '<img src="cid:logo" alt="BC">{{> content}}',
        },
        {
            "name": "Letter",
            "subject": "For {{name}}",
            "bodyType": "html",
            "body": "<p>{{name}}</p>",
            "layout": "Frame",
        },
    ):
        answer = caller.post("/templates", {"channel": "email", **one})
        assert answer.status_code == 201, answer.content
    return made


def letter(**more: Any) -> dict[str, Any]:
    return {
        "recipients": {"to": ["jane@example.org"]},
        "content": {"template": "Letter"},
        "params": {"name": "Jane"},
        **more,
    }


def test_the_mail_carries_the_image_beside_its_page(
    caller: Caller, mail_server: MailServer, logo: str
):
    caller.post("/notifysimple/email", letter())
    work()

    [mail] = mail_server.mails
    related = next(
        one
        for one in mail.message.walk()
        if one.get_content_type() == "multipart/related"
    )
    parts: Any = related.get_payload()
    page, image = parts
    assert 'src="cid:logo"' in page.get_content()
    assert image["Content-ID"] == "<logo>"
    assert image.get_content_type() == "image/png"
    assert image.get_content_disposition() == "inline"
    assert image.get_payload(decode=True) == png()
    assert "BC" in mail.parts()["content"]["text"]


def test_the_preview_says_what_goes_along(caller: Caller, logo: str):
    shown = caller.post("/notifysimple/email/preview", letter()).json()

    assert shown["attachments"] == [
        {
            "filename": "logo.png",
            "contentType": "image/png",
            "contentId": "logo",
            "sizeBytes": len(png()),
        }
    ]


def test_what_was_accepted_goes_out_with_the_logo_of_then(
    caller: Caller, mail_server: MailServer, logo: str
):
    caller.post("/notifysimple/email", letter())
    content = base64.b64encode(png(80, 80)).decode()
    assert caller.patch(f"/images/{logo}", {"content": content}).status_code == 200
    caller.post("/notifysimple/email", letter(params={"name": "June"}))

    work()

    sent = {
        str(mail.message["subject"]): part.get_payload(decode=True)
        for mail in mail_server.mails
        for part in mail.message.walk()
        if part.get_content_maintype() == "image"
    }
    assert sent == {"For Jane": png(), "For June": png(80, 80)}


def test_words_in_the_request_show_images_too(
    caller: Caller, mail_server: MailServer, logo: str
):
    body = {"subject": "S", "body": '<img src="cid:logo">', "bodyType": "html"}
    caller.post("/notifysimple/email", letter(content=body, params={}))
    work()

    [mail] = mail_server.mails
    kinds = [one.get_content_type() for one in mail.message.walk()]
    assert "image/png" in kinds


def test_an_image_that_is_not_there_is_told(caller: Caller, logo: str):
    body = {"subject": "S", "body": '<img src="cid:nobody">', "bodyType": "html"}

    answer = caller.post("/notifysimple/email", letter(content=body))

    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert (error["field"], error["code"]) == ("content.body", "unknown_image")


def test_a_text_body_shows_nothing(caller: Caller, mail_server: MailServer, logo: str):
    body = {"subject": "S", "body": 'src="cid:logo" src="cid:nobody"'}

    assert caller.post("/notifysimple/email", letter(content=body)).status_code == 202
    work()

    [mail] = mail_server.mails
    assert not mail.message.is_multipart()


def test_history_tells_which_images_went_along(caller: Caller, logo: str):
    made = caller.post("/notifysimple/email", letter()).json()

    kept = caller.status(made["notifyId"], include="content")["content"]["email"]

    assert [one["contentId"] for one in kept["attachments"]] == ["logo"]


def test_an_html_document_holds_its_images(caller: Caller, logo: str):
    page = {"channel": "document", "name": "Permit", "body": '<img src="cid:logo">'}
    assert caller.post("/templates", page).status_code == 201
    made = {"template": "Permit", "filename": "permit", "convertTo": "html"}
    body = {"subject": "S", "body": "B"}

    accepted = caller.post(
        "/notifysimple/email", letter(content=body, attachments=[made])
    )

    assert accepted.status_code == 202, accepted.content
    assert _stored() == f'<img src="data:image/png;base64,{_packed()}">'


def _packed() -> str:
    return base64.b64encode(png()).decode()


def _stored() -> str:
    [one] = Attachment.across_tenants()
    return str(one.data.decode("utf-8-sig"))
