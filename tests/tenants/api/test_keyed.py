"""Things that are made by POST are made once under an Idempotency-Key (R76)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from providers.models import Sender
from templates_app.models import Template
from tenants.models import Notice, Tenant
from tests.tenants.factories import TenantFactory, api_key

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]

TEMPLATE = {"name": "Code", "channel": "sms", "message": "{{code}}"}
SENDER = {"address": "team@example.org", "name": "Team"}
MADE = [("/templates", TEMPLATE), ("/senders", SENDER)]


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory()
    return made


@pytest.fixture
def post(tenant: Tenant) -> Any:
    key = api_key(tenant)

    def post(path: str, body: Any, **headers: str) -> Any:
        return Client().post(
            path,
            body,
            content_type="application/json",
            headers={"X-API-KEY": key, **headers},
        )

    return post


def count(tenant: Tenant) -> int:
    own = (Template, Sender, Notice)
    return sum(one.for_tenant(tenant).count() for one in own)


@pytest.mark.parametrize(("path", "body"), MADE)
def test_the_first_answer_is_given_again(
    tenant: Tenant, post: Any, path: str, body: Any
):
    first = post(path, body, **{"Idempotency-Key": "one"})
    made = count(tenant)
    again = post(f"/api/v1{path}", body, **{"Idempotency-Key": "one"})

    assert (first.status_code, again.status_code) == (201, 201), again.content
    assert again.json() == first.json()
    assert again["Location"] == first["Location"]
    assert (first.get("Idempotent-Replayed"), again["Idempotent-Replayed"]) == (
        None,
        "true",
    )
    assert count(tenant) == made


@pytest.mark.parametrize(("path", "body"), MADE)
def test_another_body_under_the_key_is_refused(post: Any, path: str, body: Any):
    post(path, body, **{"Idempotency-Key": "one"})

    answer = post(path, {**body, "name": "Other"}, **{"Idempotency-Key": "one"})

    assert answer.status_code == 422
    assert answer.json()["type"].endswith("#idempotency_key_reused")


@pytest.mark.parametrize(("path", "body"), MADE)
def test_what_was_refused_leaves_its_key_free(post: Any, path: str, body: Any):
    wrong = post(path, {**body, "name": "a\nb"}, **{"Idempotency-Key": "one"})
    right = post(path, body, **{"Idempotency-Key": "one"})

    assert (wrong.status_code, right.status_code) == (422, 201), right.content


@pytest.mark.parametrize(("path", "body"), MADE)
def test_without_a_key_the_second_is_told_of_the_first(post: Any, path: str, body: Any):
    assert [post(path, body).status_code for _ in range(2)] == [201, 409]


@pytest.mark.parametrize(("path", "body"), MADE)
def test_equals_at_once_get_one_answer(tenant: Tenant, post: Any, path: str, body: Any):
    start = Barrier(20)

    def at_once(_number: int) -> Any:
        start.wait(30)
        try:
            return post(path, body, **{"Idempotency-Key": "one"})
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(at_once, range(20)))

    assert {one.status_code for one in answers} == {201}
    assert len({one.content for one in answers}) == 1
    assert sum("Idempotent-Replayed" not in one for one in answers) == 1
