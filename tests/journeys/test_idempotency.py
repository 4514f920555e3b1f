"""Equal requests: by the caller's key, by what would be sent, and fifty at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier, Event, Timer
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from delivery.models import Notification
from delivery.states import Overall
from events.models import Fingerprint, IdempotencyKey
from notify_project.db.ids import uuid7
from providers.models import Sender
from tenants.models import Tenant
from tests.journeys.conftest import Caller, MailServer, work
from tests.journeys.examples import body_of
from tests.tenants.factories import TenantFactory, api_key

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]

EMAIL = "/notifysimple/email"


def mail(**changes: Any) -> dict[str, Any]:
    return {**body_of("1.1a"), **changes}


def accepted(tenant: Tenant) -> int:
    return Notification.for_tenant(tenant).count()


def test_a_key_replays_the_first_answer(
    caller: Caller, tenant: Tenant, mail_server: MailServer
):
    first = caller.post(EMAIL, mail(), idempotency_key="order-17")
    again = caller.post(EMAIL, mail(), idempotency_key="order-17")

    assert (first.status_code, again.status_code) == (202, 202)
    assert again.json() == first.json()
    assert again["Idempotent-Replayed"] == "true"
    assert again["Location"] == first["Location"]
    assert "Idempotent-Replayed" not in first
    assert accepted(tenant) == 1
    work()
    assert len(mail_server.mails) == 1


def test_a_key_is_replayed_whatever_the_spelling_of_the_json(caller: Caller):
    text = '{"content":{"body":"B","subject":"S"},"recipients":{"to":["a@x.org"]}}'
    other = text.replace(",", ",\n  ").replace(":", " : ")
    headers = {"X-API-KEY": caller.key, "Idempotency-Key": "k"}

    answers = [
        caller.client.post(EMAIL, one, content_type="application/json", headers=headers)
        for one in (text, other)
    ]

    assert answers[1]["Idempotent-Replayed"] == "true"


def test_another_body_under_the_key_is_refused(caller: Caller, tenant: Tenant):
    caller.post(EMAIL, mail(), idempotency_key="order-17")

    answer = caller.post(EMAIL, mail(priority="high"), idempotency_key="order-17")

    assert answer.status_code == 422
    problem = answer.json()
    assert problem["type"].endswith("#idempotency_key_reused")
    assert problem["errors"][0]["field"] == "Idempotency-Key"
    assert accepted(tenant) == 1


def test_a_key_that_has_run_out_may_be_used_again(caller: Caller, tenant: Tenant):
    caller.post(EMAIL, mail(), idempotency_key="order-17")
    past = timezone.now() - timedelta(seconds=1)
    IdempotencyKey.for_tenant(tenant).update(expires_at=past)

    answer = caller.post(EMAIL, body_of("2.1"), idempotency_key="order-17")

    assert answer.status_code == 202
    assert "Idempotent-Replayed" not in answer
    assert accepted(tenant) == 2


def test_a_key_does_not_switch_off_the_comparison_of_content(
    caller: Caller, tenant: Tenant
):
    first = caller.post(EMAIL, mail(), idempotency_key="a").json()
    second = caller.post(EMAIL, mail(), idempotency_key="b").json()

    assert second["notifyId"] == first["notifyId"]
    assert second["duplicate"] is True
    assert accepted(tenant) == 1


def test_a_refused_request_leaves_its_key_free(caller: Caller):
    wrong = mail(recipients={"to": ["nobody"]})

    assert caller.post(EMAIL, wrong, idempotency_key="k").status_code == 422
    assert caller.post(EMAIL, mail(), idempotency_key="k").status_code == 202


def test_a_preview_uses_no_key_up(caller: Caller, tenant: Tenant):
    answer = caller.post(f"{EMAIL}?preview=true", mail(), idempotency_key="k")

    assert answer.status_code == 200
    assert IdempotencyKey.for_tenant(tenant).count() == 0
    assert caller.post(EMAIL, body_of("2.1"), idempotency_key="k").status_code == 202


@pytest.mark.parametrize("key", ["", "a" * 256, "ü", "\x7f"])
def test_a_key_that_is_none_is_refused(caller: Caller, key: str):
    answer = caller.post(EMAIL, mail(), idempotency_key=key)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"


def test_the_same_key_of_another_tenant_test_key_or_address_is_another(
    caller: Caller, tenant: Tenant
):
    test_caller = Caller(api_key(tenant, key_type="test"))
    caller.post(EMAIL, mail(), idempotency_key="k")

    answers = [
        test_caller.post(EMAIL, mail(), idempotency_key="k"),
        caller.post("/notifysimple", body_of("1.2"), idempotency_key="k"),
    ]

    assert [one.status_code for one in answers] == [202, 202]
    assert accepted(tenant) == 3


@pytest.mark.parametrize(
    "other",
    [
        mail(correlationId="another"),
        mail(tags=["a"]),
        mail(
            recipients={
                **body_of("1.1a")["recipients"],
                "to": ["YOU@example.com", "me@example.com"],
            }
        ),
        mail(delayedSend="2020-01-01T00:00:00Z"),
        mail(params={"unused": "x"}),
        mail(**{"from": "notify@example.org"}),
    ],
    ids=["correlation", "tags", "order and case", "a past time", "params", "sender"],
)
def test_the_same_notification_in_other_words_is_a_duplicate(
    caller: Caller, tenant: Tenant, other: dict[str, Any]
):
    first = caller.post(EMAIL, mail()).json()

    again = caller.post(EMAIL, other)

    assert again.status_code == 202, again.content
    assert again.json()["duplicate"] is True
    assert again.json()["notifyId"] == first["notifyId"]
    assert again.json()["statusUrl"] == first["statusUrl"]
    assert accepted(tenant) == 1


@pytest.mark.parametrize(
    "other",
    [
        mail(content={**body_of("1.1a")["content"], "bodyType": "html"}),
        mail(content={**body_of("1.1a")["content"], "body": "Other"}),
        mail(recipients={"to": ["me@example.com", "you@example.com"]}),
        mail(replyTo=["me@example.com"]),
        mail(headers={"X-A": "1"}),
        mail(delayedSend=(timezone.now() + timedelta(hours=1)).isoformat()),
        mail(attachments=[{"filename": "a", "content": "YQ=="}]),
        mail(**{"from": "Somebody <notify@example.org>"}),
    ],
    ids=["html", "body", "cc", "reply", "header", "time", "file", "name"],
)
def test_another_notification_is_none(
    caller: Caller, tenant: Tenant, other: dict[str, Any]
):
    first = caller.post(EMAIL, mail()).json()

    again = caller.post(EMAIL, other)

    assert again.status_code == 202, again.content
    assert "duplicate" not in again.json()
    assert again.json()["notifyId"] != first["notifyId"]


def test_phones_are_compared_in_their_one_form(caller: Caller, tenant: Tenant):
    def text(number: str) -> Any:
        body = {"recipients": {"to": [number]}, "content": {"message": "Hi"}}
        return caller.post("/notifysimple/sms", body).json()

    text("7787001234")

    assert text("+1 (778) 700-1234")["duplicate"] is True


def test_allow_duplicate_sends_again(caller: Caller, mail_server: MailServer):
    first = caller.post(EMAIL, mail()).json()
    second = caller.post(EMAIL, mail(allowDuplicate=True)).json()

    assert second["notifyId"] != first["notifyId"]
    assert "duplicate" not in second
    work()
    assert len(mail_server.mails) == 2


def test_a_window_of_zero_compares_nothing(caller: Caller, tenant: Tenant):
    tenant.idempotency_window_seconds = 0
    tenant.save()

    for _ in range(2):
        assert "duplicate" not in caller.post(EMAIL, mail()).json()

    assert accepted(tenant) == 2


def test_after_the_window_it_is_a_new_one(caller: Caller, tenant: Tenant):
    caller.post(EMAIL, mail())
    past = timezone.now() - timedelta(seconds=1)
    Fingerprint.for_tenant(tenant).update(expires_at=past)

    assert "duplicate" not in caller.post(EMAIL, mail()).json()
    assert caller.post(EMAIL, mail()).json()["duplicate"] is True


@pytest.mark.parametrize("status", [Overall.FAILED, Overall.CANCELLED])
def test_an_original_that_came_to_nothing_does_not_count(
    caller: Caller, tenant: Tenant, status: str
):
    caller.post(EMAIL, mail())
    Notification.for_tenant(tenant).update(status=status)

    second = caller.post(EMAIL, mail()).json()
    third = caller.post(EMAIL, mail()).json()

    assert "duplicate" not in second
    assert third["duplicate"] is True
    assert third["notifyId"] == second["notifyId"]


def test_test_and_live_keys_are_apart(caller: Caller, tenant: Tenant):
    test_caller = Caller(api_key(tenant, key_type="test"))
    caller.post(EMAIL, mail())

    assert "duplicate" not in test_caller.post(EMAIL, mail()).json()
    assert test_caller.post(EMAIL, mail()).json()["duplicate"] is True


def test_tenants_are_apart(caller: Caller, tenant: Tenant):
    caller.post(EMAIL, mail())
    other: Tenant = TenantFactory()
    sender = Sender.for_tenant(tenant).get()
    sender.pk, sender.tenant = uuid7(), other
    sender.save(force_insert=True)

    answer = Caller(api_key(other)).post(EMAIL, mail())

    assert "duplicate" not in answer.json()


def at_once(caller: Caller, count: int, **headers: str) -> list[Any]:
    """Equal posts, each with a thread and a database connection of its own."""
    start = Barrier(count)

    def post(_number: int) -> Any:
        one = Caller(caller.key, Client())
        start.wait(30)
        try:
            return one.post(EMAIL, mail(), **headers)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(post, range(count)))


def test_fifty_equal_posts_at_once_are_one_notification(
    caller: Caller, tenant: Tenant, mail_server: MailServer
):
    answers = at_once(caller, 50)

    assert {one.status_code for one in answers} == {202}
    assert len({one.json()["notifyId"] for one in answers}) == 1
    assert sum("duplicate" not in one.json() for one in answers) == 1
    assert accepted(tenant) == 1
    work()
    assert len(mail_server.mails) == 1


def test_fifty_equal_posts_with_one_key_get_one_answer(caller: Caller, tenant: Tenant):
    answers = at_once(caller, 50, idempotency_key="order-17")

    assert {one.status_code for one in answers} == {202}
    assert len({one.content for one in answers}) == 1
    assert sum("Idempotent-Replayed" not in one for one in answers) == 1
    assert accepted(tenant) == 1


def test_fifty_after_a_failed_original_are_one_notification(
    caller: Caller, tenant: Tenant
):
    caller.post(EMAIL, mail())
    Notification.for_tenant(tenant).update(status=Overall.FAILED)

    answers = at_once(caller, 50)

    assert {one.status_code for one in answers} == {202}
    assert accepted(tenant) == 2


@contextmanager
def held(table: str) -> Iterator[Event]:
    """Somebody in the middle of a transaction with all rows of `table`, until set."""
    ready, done = Barrier(2), Event()

    def hold() -> None:
        with connections["default"].cursor() as cursor:
            cursor.execute(f"BEGIN; SELECT * FROM {table} FOR UPDATE")
            ready.wait(30)
            done.wait(30)
            cursor.execute("ROLLBACK")
        connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        holding = pool.submit(hold)
        ready.wait(30)
        yield done
        done.set()
        holding.result(30)


# SQLite has one writer: nobody can be seen in the middle of a transaction.
@pytest.mark.only_on("postgresql")
def test_a_key_whose_first_request_takes_too_long_is_in_use(
    caller: Caller, tenant: Tenant
):
    caller.post(EMAIL, mail(), idempotency_key="order-17")
    past = timezone.now() - timedelta(seconds=1)
    IdempotencyKey.for_tenant(tenant).update(expires_at=past)
    Fingerprint.for_tenant(tenant).delete()

    with held("events_idempotencykey"):
        answer = caller.post(EMAIL, mail(), idempotency_key="order-17")

    assert answer.status_code == 409
    assert answer.json()["type"].endswith("#idempotency_key_in_use")
    assert int(answer["Retry-After"]) >= 1
    assert accepted(tenant) == 1


@pytest.mark.only_on("postgresql")
def test_an_equal_request_waits_for_nobody_who_looks_at_the_same(caller: Caller):
    first = caller.post(EMAIL, mail()).json()

    with held("events_fingerprint"):
        again = caller.post(EMAIL, mail())

    assert again.status_code == 202, again.content
    assert again.json()["notifyId"] == first["notifyId"]


@pytest.mark.only_on("postgresql")
def test_a_wait_that_runs_out_is_not_the_callers_trouble(
    caller: Caller, tenant: Tenant
):
    caller.post(EMAIL, mail())
    Notification.for_tenant(tenant).update(status=Overall.FAILED)

    with held("events_fingerprint") as done:
        letting_go = Timer(2.5, done.set)  # lock_timeout is 2 s
        letting_go.start()
        answer = caller.post(EMAIL, mail())

    assert answer.status_code == 202, answer.content
    assert "duplicate" not in answer.json()
    assert accepted(tenant) == 2
