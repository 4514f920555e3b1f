"""The edge of the suppression list."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from recipients.models import Suppression
from tenants.models import AuditEntry, Tenant
from tests.tenants.factories import TenantFactory, api_key

pytestmark = pytest.mark.django_db
JANE = {"channel": "email", "address": "jane@example.org", "reason": "opted_out"}


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


def test_an_address_is_put_on_the_list_and_found_by_it(ask: Any):
    made = ask("POST", "/suppressions", {**JANE, "note": "by phone"})

    assert made.status_code == 201
    assert made.json()["address"] == "jane@example.org"
    path = made["Location"].removeprefix("http://testserver")
    assert ask("GET", path).json() == made.json()
    found = ask("GET", "/suppressions?address=JANE@example.org").json()
    assert [one["id"] for one in found["data"]] == [made.json()["id"]]
    assert ask("GET", "/suppressions?address=ann@example.org").json()["data"] == []
    assert ask("GET", "/suppressions?reason=bounced").json()["data"] == []
    assert len(ask("GET", "/suppressions?channel=email").json()["data"]) == 1


def test_twice_is_once(ask: Any, tenant: Tenant):
    first = ask("POST", "/suppressions", JANE).json()

    assert ask("POST", "/suppressions", JANE).json() == first
    assert AuditEntry.for_tenant(tenant).filter(action="created").count() == 1


def test_a_release_is_audited_without_the_address(ask: Any, tenant: Tenant):
    made = ask("POST", "/suppressions", JANE).json()

    assert ask("DELETE", f"/suppressions/{made['id']}").status_code == 204
    assert ask("GET", f"/suppressions/{made['id']}").status_code == 404
    assert not Suppression.for_tenant(tenant).exists()
    entry = AuditEntry.for_tenant(tenant).get(action="released")
    assert "jane" not in f"{entry.object_label} {entry.changes}"
    assert entry.object_id == made["id"]


def test_what_is_wrong_is_told_with_its_field(ask: Any):
    for body, field in (
        ({**JANE, "address": "jane"}, "address"),
        ({**JANE, "reason": "bored"}, "reason"),
        ({**JANE, "channel": "msgApp"}, "channel"),
        ({**JANE, "addres": "x"}, "addres"),
    ):
        answer = ask("POST", "/suppressions", body)

        assert answer.status_code == 422, body
        assert [one["field"] for one in answer.json()["errors"]] == [field]


def test_who_may_only_read_changes_nothing(tenant: Tenant):
    headers = {"X-API-KEY": api_key(tenant, scopes=("read",))}

    answer = Client().post(
        "/suppressions", JANE, content_type="application/json", headers=headers
    )

    assert answer.status_code == 403
    assert Client().get("/suppressions", headers=headers).status_code == 200
