"""accept(): all of it is stored, or nothing; whatever breaks, wherever."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connection

from delivery.models import (
    Attachment,
    Content,
    LedgerEntry,
    Message,
    Notification,
    NotificationTag,
    Recipient,
    Repeat,
)
from events import keys
from events.accepting import accept
from events.errors import KeyReused
from events.keys import Answer
from events.models import Fingerprint, IdempotencyKey
from notify_project.db import clock
from notify_project.queue import bell
from templates_app import editing
from templates_app.drafts import Draft
from tenants.models import Tenant
from tests.events.scene import caller_of, email, tenant_with_mail

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]

TABLES: tuple[Any, ...] = (
    Attachment,
    Content,
    Fingerprint,
    IdempotencyKey,
    LedgerEntry,
    Message,
    Notification,
    NotificationTag,
    Recipient,
)


@pytest.fixture
def tenant() -> Tenant:
    made = tenant_with_mail()
    draft = Draft("{{subject}}", "Body", "", "")
    editing.create(made, name="Letter", channel_code="email", draft=draft)
    return made


@pytest.fixture(autouse=True)
def _nothing_is_asked_again(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine: what a send costs is counted, not how long it takes."""
    settings.CACHE_SECONDS = 3600.0
    monkeypatch.setattr(clock, "_PROMPT_SECONDS", 3600.0)
    monkeypatch.setattr(clock, "_COUNTED_SECONDS", 3600.0)


def request_() -> Any:
    return email(
        content={"template": "Letter"},
        params={"subject": "S"},
        tags=["a", "b"],
        attachments=[{"filename": "a", "content": b"a"}],
    )


def send(tenant: Tenant, **more: Any) -> Answer:
    caller = caller_of(tenant)
    key = keys.key_of(caller, "email", "k", {"a": 1})
    return accept(caller, request_(), **{"key": key, **more})


def stored() -> dict[str, int]:
    return {one.__name__: one.across_tenants().count() for one in TABLES}


@contextmanager
def watched(before: Callable[[int], None]) -> Iterator[list[str]]:
    """Calls `before` with the number of each statement; keeps those that ran."""
    ran: list[str] = []

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        ran.append(sql)
        before(len(ran))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield ran


def statements_of_a_send(tenant: Tenant) -> list[str]:
    """With all memories warm, as they are in a process that runs."""
    for _ in range(2):
        with watched(lambda _: None) as ran:
            send(tenant)
        for one in TABLES:
            one.across_tenants().all().delete()
    return ran


def test_one_row_in_each_table_that_it_needs(tenant: Tenant):
    send(tenant)

    assert stored() == {
        **{one.__name__: 1 for one in TABLES},
        "NotificationTag": 2,
    }


def test_whichever_statement_fails_nothing_is_stored_and_the_next_try_is_well(
    tenant: Tenant,
):
    statements = statements_of_a_send(tenant)
    count = len(statements)
    assert count >= 5

    for failing in range(1, count + 1):

        def fail(number: int, failing: int = failing) -> None:
            if number == failing:
                raise OperationalError("the connection was cut")

        with watched(fail), pytest.raises(OperationalError):
            send(tenant)
        assert set(stored().values()) == {0}, (failing, statements[failing - 1])

    answer = send(tenant)
    assert "duplicate" not in answer.body
    assert not answer.replayed
    assert stored()["Message"] == 1


@pytest.mark.only_on("postgresql")
def test_what_is_cut_before_its_commit_was_never_there(tenant: Tenant):
    count = len(statements_of_a_send(tenant))

    def cut(number: int) -> None:
        if number == count:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            connection.connection.close()

    with watched(cut), pytest.raises(Exception, match=r"(?i)clos"):
        send(tenant)
    connection.close()

    assert set(stored().values()) == {0}
    assert send(tenant).status == 202


def test_the_bell_rings_after_the_commit_and_for_what_is_due(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
):
    rung: list[tuple[str, int]] = []
    monkeypatch.setattr(
        bell.bell, "touch", lambda lane: rung.append((lane, stored()["Message"]))
    )

    send(tenant)
    accept(caller_of(tenant), email(delayedSend="2026-12-01T00:00:00Z"))
    send(tenant)

    assert rung[0] == ("email-bulk", 1)
    assert len(rung) == 1


def test_a_reused_key_stores_nothing_of_the_second_request(tenant: Tenant):
    send(tenant)
    before = stored()
    caller = caller_of(tenant)
    other = keys.key_of(caller, "email", "k", {"a": 2})

    with pytest.raises(KeyReused):
        accept(caller, email(), key=other)

    assert stored() == before


def test_a_duplicate_stores_its_key_and_that_it_came(tenant: Tenant):
    first = send(tenant, key=None)
    again = send(tenant)

    assert again.body["duplicate"] is True
    assert again.body["notifyId"] == first.body["notifyId"]
    assert stored() == {
        **{one.__name__: 1 for one in TABLES},
        "NotificationTag": 2,
    }
    assert Repeat.for_tenant(tenant).count() == 1


def test_a_duplicate_of_a_scheduled_one_says_that_it_is_scheduled(tenant: Tenant):
    tenant.max_delay_days = 366
    for _ in range(2):
        answer = accept(
            caller_of(tenant), email(delayedSend="2027-01-01T00:00:00Z")
        ).body
        assert answer["status"] == "scheduled"
    assert answer["duplicate"] is True


def test_what_an_accept_costs(tenant: Tenant, django_assert_max_num_queries: Any):
    """Template, clock, nine inserts, and the transaction around them."""
    send(tenant)
    accept(
        caller_of(tenant),
        email(content={"template": "Letter"}, params={"subject": "1"}),
    )

    with django_assert_max_num_queries(10):
        accept(
            caller_of(tenant),
            email(content={"template": "Letter"}, params={"subject": "2"}),
        )
