"""The edge of status; whole stories are in tests/journeys."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from tenants.models import Tenant
from tests.delivery.accepted import accepted, email_plan
from tests.tenants.factories import TenantFactory, api_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory()
    return made


def get(tenant: Tenant, path: str, *scopes: str) -> Any:
    key = api_key(tenant, scopes=scopes or ("send", "read"))
    return Client().get(path, headers={"X-API-KEY": key})


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("startDate=2026-06-25&endDate=2026-06-25", 1),
        ("startDate=2026-06-25T12:00:00Z&endDate=2026-06-25T12:00:01Z", 1),
        ("startDate=2026-06-25T14:00:00%2B02:00", 1),
        ("startDate=2026-06-25T14:00:00+02:00", 1),
        ("startDate=2026-06-25T14:00:00+0200", 1),
        ("endDate=2026-06-25T12:00:00Z", 0),
        ("startDate=2026-06-26", 0),
        ("endDate=2026-06-24", 0),
        ("startDate=20260625T120000Z", 1),
    ],
)
def test_days_and_times_bound_the_search(tenant: Tenant, query: str, count: int):
    accepted(tenant, at=datetime(2026, 6, 25, 12, tzinfo=UTC))

    answer = get(tenant, f"/notify?{query}")

    assert answer.status_code == 200, answer.content
    assert len(answer.json()["data"]) == count


def test_content_needs_its_scope(tenant: Tenant):
    path = f"/notify/{accepted(tenant).id}?include=content"

    assert get(tenant, path, "read", "content").json()["content"]["email"]["subject"]
    assert get(tenant, path, "read").status_code == 403


def test_content_of_a_test_keys_call_needs_none(tenant: Tenant):
    path = f"/notify/{accepted(tenant, key_type='test').id}?include=content"

    assert get(tenant, path, "read").status_code == 200


def test_the_answer_holds_what_is_described(tenant: Tenant):
    notification = accepted(tenant, email_plan(cc=("cc@example.org",)), tags=("a",))

    shown = get(tenant, f"/notify/{notification.id}").json()

    assert shown["notifyId"] == str(notification.id)
    assert shown["tags"] == ["a"]
    assert shown["channels"]["email"]["status"] == "queued"
    assert [one["kind"] for one in shown["channels"]["email"]["recipients"]] == [
        "to",
        "cc",
    ]
    assert [one["cause"] for one in shown["history"]] == ["accepted"]
