"""The edge of lists."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from recipients import lists, subscribing
from tenants.models import Tenant
from tests.tenants.factories import TenantFactory, api_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory(phone_region="CA")
    return made


@pytest.fixture
def ask(tenant: Tenant) -> Any:
    headers = {"X-API-KEY": api_key(tenant)}

    def ask(method: str, path: str, body: Any = None) -> Any:
        return Client().generic(
            method,
            path,
            "" if body is None else json.dumps(body),
            content_type="application/json",
            headers=headers,
        )

    return ask


def test_a_list_is_made_found_changed_and_deleted(ask: Any):
    made = ask("POST", "/lists", {"name": "news", "title": "What is new"})

    assert made.status_code == 201
    path = made["Location"].removeprefix("http://testserver")
    assert ask("GET", path).json() == made.json()
    assert [one["id"] for one in ask("GET", "/lists?name=NEWS").json()["data"]] == [
        made.json()["id"]
    ]
    changed = ask("PATCH", path, {"title": "News"}).json()
    assert changed == {**made.json(), "title": "News"}
    assert ask("DELETE", path).status_code == 204
    assert ask("GET", path).status_code == 404


def test_it_tells_how_many_are_subscribed(
    ask: Any, tenant: Tenant, django_assert_max_num_queries: Any
):
    for number in range(5):
        one = lists.create(tenant, name=f"list {number}")
        subscribing.subscribe(
            one, channel_code="email", address="a@example.org", confirmed=True
        )
    ask("GET", "/lists")

    with django_assert_max_num_queries(4):
        found = ask("GET", "/lists").json()["data"]

    assert [one["subscribers"] for one in found] == [{"email": 1}] * 5


def test_a_name_that_is_taken_is_a_conflict(ask: Any):
    ask("POST", "/lists", {"name": "news"})

    answer = ask("POST", "/lists", {"name": "News"})

    assert answer.status_code == 409
    assert answer.json()["type"].endswith("#list_name_taken")
