"""The documents' lane: files are made, and their messages go on."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest
from django.db.models import F

from delivery import documents, making, sweeping
from delivery.models import Attachment, LedgerEntry, Message
from delivery.plan import DocumentPlan
from notify_project.db.ids import uuid7
from notify_project.errors import Unavailable
from notify_project.queue import claiming
from notify_project.queue.pumps import Wake
from providers.files import File
from templates_app.errors import DocumentRefused
from tenants.models import Tenant
from tests.delivery.accepted import accepted, email_plan
from tests.delivery.scene import (
    account_of,
    again,
    assert_books_balance,
    due_now,
    lease_over,
    story,
    work,
)
from tests.templates_app.printed import text_of
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]

GIVEN = File("a.txt", "text/plain", b"given")


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory()
    account_of(made, "email.sandbox")
    return made


def letter(name: str = "Zoë", **changes: Any) -> DocumentPlan:
    values: dict[str, Any] = {
        "filename": "letter.pdf",
        "content_type": "application/pdf",
        "ending": ".pdf",
        "source": "<p>Dear {{name}}",
        "engine": "handlebars",
        "params": {"name": name},
    }
    return DocumentPlan(**{**values, **changes})


def lettered(tenant: Tenant, *files: File | DocumentPlan, **changes: Any) -> Message:
    files = files or (letter(),)
    accepted(tenant, email_plan(files=files, **changes))
    return Message.across_tenants().latest("id")


def make(stopping: threading.Event | None = None) -> None:
    making.pump("documents", Wake(), stopping or threading.Event())


def files_of(message: Message) -> dict[str, bytes]:
    rows = Attachment.across_tenants().filter(content=message.content_id)
    return {one.filename: one.data for one in rows}


def failing(error: Exception) -> Any:
    def make_one(*_asked: Any) -> bytes:
        raise error

    return make_one


def test_files_are_made_and_the_message_is_sent(tenant: Tenant):
    message = lettered(tenant, GIVEN, letter())
    assert again(message).lane == "documents"

    make()

    assert again(message).lane == "email-bulk"
    made = files_of(message)
    assert made["a.txt"] == b"given"
    assert text_of(made["letter.pdf"]) == "Dear Zoë"
    assert not Attachment.across_tenants().filter(recipe__isnull=False).exists()
    work("email-bulk")
    assert again(message).state == "delivered"
    assert story(message) == [
        *("accepted", "documents_made"),
        *("begin", "accepted", "receipt"),
    ]
    assert_books_balance()


def test_a_message_without_documents_waits_for_nobody(tenant: Tenant):
    message = lettered(tenant, GIVEN)

    assert again(message).lane == "email-bulk"


def test_high_priority_goes_on_in_its_own_lane(tenant: Tenant):
    message = lettered(tenant, priority=0)

    make()

    assert again(message).lane == "email-hi"


def test_nothing_is_sent_before_its_files_are_there(tenant: Tenant):
    message = lettered(tenant)

    work("email-bulk")

    assert again(message).state == "queued"


def test_a_file_that_cannot_be_made_ends_the_message_with_the_reason(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
):
    message = lettered(tenant)
    monkeypatch.setattr(documents, "make", failing(DocumentRefused("Too long.")))

    make()

    ended = again(message)
    assert (ended.state, ended.error_code) == ("dead", "document_failed")
    assert ended.error_detail == "Too long."
    ended.notification.refresh_from_db()
    assert ended.notification.status == "failed"
    assert_books_balance()


def test_a_service_that_is_down_makes_it_wait_and_nobody_else(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
):
    waiting, other = lettered(tenant), lettered(tenant, letter("Ann"))
    real = documents.make

    def down_for_zoe(recipe: Mapping[str, Any], services: Any) -> bytes:
        if "Zoë" in recipe["html"]:
            raise Unavailable("The service is down.", retry_after_seconds=300)
        return real(recipe, services)

    monkeypatch.setattr(documents, "make", down_for_zoe)
    make()

    assert again(other).lane == "email-bulk"
    held = again(waiting)
    assert (held.state, held.lane, held.hold_reason) == (
        *("queued", "documents"),
        "document_waits",
    )
    assert held.error_detail == "The service is down."
    monkeypatch.undo()
    due_now(waiting)
    make()
    gone_on = again(waiting)
    assert (gone_on.lane, gone_on.hold_reason, gone_on.error_code) == (
        *("email-bulk", "", ""),
    )
    assert_books_balance()


def test_waiting_has_an_end(tenant: Tenant, monkeypatch: pytest.MonkeyPatch):
    message = lettered(tenant)
    Message.across_tenants().update(first_due_at="2020-01-01T00:00:00Z")
    monkeypatch.setattr(documents, "make", failing(Unavailable("Down.")))

    make()

    assert (again(message).state, story(message)[-1]) == ("dead", "document_waits")


def test_a_defect_of_ours_is_told_without_what_was_written(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
):
    message = lettered(tenant)
    monkeypatch.setattr(documents, "make", failing(ValueError("Dear Zoë")))

    make()

    assert again(message).error_detail == "ValueError"


def test_what_a_dead_worker_had_claimed_is_made_by_another(tenant: Tenant):
    message = lettered(tenant)
    assert claiming.claim(Message, "documents", 1, token=uuid4())
    make()
    assert again(message).state == "claimed"

    lease_over(message)
    sweeping.requeue_claimed()
    make()

    assert again(message).lane == "email-bulk"
    assert_books_balance()


def test_one_whose_workers_died_twice_is_made_by_itself(tenant: Tenant):
    message = lettered(tenant)
    Message.across_tenants().filter(id=message.id).update(claims=2)

    make()

    assert (again(message).lane, again(message).claims) == ("email-bulk", 0)


def test_files_that_were_made_before_a_crash_are_not_made_again(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
):
    message = lettered(tenant)
    Attachment.across_tenants().update(recipe=None, data=b"made", size=4)
    monkeypatch.setattr(documents, "make", failing(AssertionError("made again")))

    make()

    assert again(message).lane == "email-bulk"
    assert files_of(message) == {"letter.pdf": b"made"}


def test_messages_of_one_content_share_what_is_made(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
):
    first = lettered(tenant)
    more = [copied(first) for _ in range(60)]
    calls: list[Any] = []
    real = documents.make

    def counted(*asked: Any) -> bytes:
        calls.append(asked)
        return real(*asked)

    monkeypatch.setattr(documents, "make", counted)

    make()

    assert len(calls) == 1
    assert {again(one).lane for one in (first, *more)} == {"email-bulk"}


def copied(message: Message) -> Message:
    """Another message of the same content, as a fan-out has."""
    made = again(message)
    made.pk = uuid7()
    made.save(force_insert=True)
    LedgerEntry(tenant=made.tenant, message=made, became="queued", cause="a").save()
    return made


def test_a_cancelled_message_is_not_made(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
):
    lettered(tenant)
    Message.across_tenants().update(state="cancelled")
    monkeypatch.setattr(documents, "make", failing(AssertionError("made")))

    make()


def test_whoever_is_to_stop_gives_back_what_it_holds(tenant: Tenant):
    message = lettered(tenant)
    stopping = threading.Event()
    stopping.set()

    make(stopping)

    assert (again(message).state, again(message).claims) == ("queued", 0)


def test_a_recipe_that_does_not_open_ends_its_message_alone(tenant: Tenant):
    broken, well = lettered(tenant), lettered(tenant)
    rows = Attachment.across_tenants().filter(content=broken.content_id)
    rows.update(recipe=F("filename"))  # sealed for another column

    make()

    assert (again(broken).state, again(broken).error_code) == ("dead", "unreadable")
    assert again(well).lane == "email-bulk"


@pytest.mark.parametrize(
    ("size", "state"), [(10_000_001, "dead"), (9_999_999, "queued")]
)
def test_files_beyond_the_channels_limits_are_not_sent(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch, size: int, state: str
):
    message = lettered(tenant)
    monkeypatch.setattr(documents, "make", lambda *_asked: bytes(size))

    make()

    assert again(message).state == state


def test_files_that_are_too_large_together_are_not_sent(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
):
    message = lettered(tenant, *[letter()] * 3)
    monkeypatch.setattr(documents, "make", lambda *_asked: bytes(9_000_000))

    make()

    assert again(message).error_code == "document_failed"
    assert "25 MB" in again(message).error_detail
