"""Files that are made for a message: filled in at once, made when its turn comes."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from delivery import documents
from delivery.composed import Document
from delivery.filling import Filling
from delivery.plan import ChannelPlan, DocumentPlan, NotificationPlan, ServicePlan
from notify_project.errors import Invalid, NotifyError
from providers.downstream import ServiceUnavailable
from providers.errors import (
    Misconfigured,
    Permanent,
    ProviderError,
    Temporary,
    Unknown,
)
from providers.files import File
from providers.services import DocumentOrder, DocumentService
from templates_app.errors import DocumentRefused
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


def served(**changes: Any) -> DocumentPlan:
    values: dict[str, Any] = {
        "id": UUID(int=7),
        "required": ("name",),
        "fixed": {"office": "Victoria"},
        "taken": {},
    }
    return letter(service=ServicePlan(**{**values, **changes}))


def test_what_a_service_is_given_is_decided_at_once():
    [found] = composed(served(taken={"citizen": "name"}, template="t"))

    assert found.recipe == {
        "make": "service",
        "service": str(UUID(int=7)),
        "data": {"citizen": "<Zoë>", "office": "Victoria"},
        "template": "t",
        "form": "pdf",
        "name": "Letter 7",
    }


def test_what_a_service_requires_has_to_be_there():
    found = wrong(served(required=("name", "applicant.name")))

    assert found == {"email.attachments[0].service": "missing_params"}


class Failing(DocumentService):
    def __init__(self, error: Exception) -> None:
        self.error = error

    def make(self, order: DocumentOrder) -> bytes:
        raise self.error

    def check(self) -> str:
        return ""


@pytest.mark.parametrize(
    ("error", "meant", "wait"),
    [
        (Permanent("No."), DocumentRefused, None),
        (Temporary("Later.", retry_after_seconds=9), ServiceUnavailable, 9),
        (Unknown("Silence."), ServiceUnavailable, None),
        (Misconfigured("Wrong."), ServiceUnavailable, 300),
    ],
)
def test_what_a_service_answers_is_never_or_later(
    error: ProviderError, meant: type[NotifyError], wait: float | None
):
    [found] = composed(served())
    services = {str(UUID(int=7)): Failing(error)}

    with pytest.raises(meant, match=error.detail) as caught:
        documents.make(found.recipe, services)

    assert caught.value.retry_after_seconds == wait


def test_a_service_that_is_gone_may_come_back():
    [found] = composed(served())

    with pytest.raises(ServiceUnavailable, match="switched off"):
        documents.make(found.recipe)


def test_what_it_is_made_of_is_never_shown():
    [found] = composed(letter())

    assert "Zoë" not in repr(found)
