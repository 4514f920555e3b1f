"""Files that are made for a message: filled in at once, made when its turn comes."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from delivery import documents
from delivery.composed import Document
from delivery.filling import Filling
from delivery.plan import ChannelPlan, DocumentPlan, NotificationPlan
from notify_project.errors import Invalid
from providers.files import File
from tests.delivery.accepted import email_plan
from tests.templates_app.printed import text_of

GIVEN = File("a.txt", "text/plain", b"a")


def letter(**changes: Any) -> DocumentPlan:
    values: dict[str, Any] = {
        "filename": "Letter {{number}}",
        "content_type": "application/pdf",
        "ending": ".pdf",
        "source": "<p>Dear {{name}}</p>",
        "engine": "handlebars",
        "params": {"name": "<Zoë>", "number": 7},
    }
    return DocumentPlan(**{**values, **changes})


def composed(*files: File | DocumentPlan, **changes: Any) -> Any:
    one: ChannelPlan = email_plan(files=files, path="email.")
    values: dict[str, Any] = {
        "tenant_id": uuid4(),
        "phone_region": "CA",
        "missing_params": "error",
        "key_type": "live",
        "key_name": "test",
        "channels": (one,),
    }
    plan = NotificationPlan(**{**values, **changes})
    return documents.composed(plan, one, Filling())


def wrong(*files: File | DocumentPlan) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        composed(*files)
    return {one.field: one.code for one in caught.value.errors}


def test_a_page_is_filled_in_with_its_params_escaped():
    [found] = composed(letter())

    assert found == Document(
        "Letter 7.pdf",
        "application/pdf",
        {"make": "pdf", "html": "<p>Dear &lt;Zoë&gt;</p>"},
    )


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("letter", "letter.pdf"),
        ("letter.PDF", "letter.PDF"),
        (" letter.pdf ", "letter.pdf"),
        ("{{name}}.pdf", "<Zoë>.pdf"),
        ("letter.html", "letter.html.pdf"),
    ],
)
def test_its_name_ends_as_readers_expect(given: str, name: str):
    [found] = composed(letter(filename=given))

    assert found.filename == name


@pytest.mark.parametrize("name", ["", "  ", "{{empty}}"])
def test_a_file_needs_a_name(name: str):
    found = wrong(letter(filename=name, params={"empty": "", "name": "Z"}))

    assert found == {"email.attachments[0].filename": "invalid_attachment"}


def test_a_page_as_it_is_needs_no_making():
    [found] = composed(letter(content_type="text/html", ending=".html"))

    assert found == File(
        *("Letter 7.html", "text/html"),
        "<p>Dear &lt;Zoë&gt;</p>".encode("utf-8-sig"),
    )


def test_files_keep_their_order():
    first, second, third = composed(GIVEN, letter(), GIVEN)

    assert (first, third) == (GIVEN, GIVEN)
    assert isinstance(second, Document)


def test_all_that_is_missing_is_told_where_it_is_missing():
    found = wrong(GIVEN, letter(params={}), letter(source="{{#if a}}"))

    assert found == {
        "email.attachments[1].filename": "missing_params",
        "email.attachments[1].template": "missing_params",
        "email.attachments[2].template": "template_syntax",
    }


def test_a_tenant_may_let_a_page_have_gaps_but_no_name():
    one = letter(filename="a.pdf", params={})

    [found] = composed(one, missing_params="empty")

    assert found.recipe["html"] == "<p>Dear </p>"
    with pytest.raises(Invalid):
        composed(letter(params={}), missing_params="empty")


def test_a_document_is_made_and_a_file_stays_as_it_is():
    [given, page] = [documents.finished(one) for one in composed(GIVEN, letter())]

    assert given is GIVEN
    assert (page.filename, page.content_type) == ("Letter 7.pdf", "application/pdf")
    assert text_of(page.data) == "Dear <Zoë>"


def test_a_document_has_no_bytes_before_it_is_made():
    [found] = composed(letter())

    assert documents.as_file(found) == File("Letter 7.pdf", "application/pdf", b"")


def test_what_it_is_made_of_is_never_shown():
    [found] = composed(letter())

    assert "Zoë" not in repr(found)
