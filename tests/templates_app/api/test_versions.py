"""Versions of a template by API: drafts, publishing, going back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tenants.models import AuditEntry, Tenant
from tests.tenants.factories import TenantFactory, api_key

pytestmark = pytest.mark.django_db


class Program:
    """A caller with a key that may manage."""

    def __init__(self, tenant: Tenant, **key: Any) -> None:
        self.headers = {"X-API-KEY": api_key(tenant, **key)}

    def ask(self, method: str, path: str, **body: Any) -> Any:
        return Client().generic(
            method,
            path,
            json.dumps(body),
            content_type="application/json",
            headers=self.headers,
        )


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory()
    return made


@pytest.fixture
def program(tenant: Tenant) -> Program:
    return Program(tenant)


@pytest.fixture
def letter(program: Program) -> str:
    made = program.ask("POST", "/templates", name="T", channel="sms", body="one")
    return f"/templates/{made.json()['id']}"


def told(program: Program, letter: str) -> list[tuple[int, str, str]]:
    rows = program.ask("GET", f"{letter}/versions").json()["data"]
    return [(one["version"], one["status"], one["body"]) for one in rows]


def test_a_draft_is_kept_apart_until_it_is_published(program: Program, letter: str):
    changed = program.ask("PATCH", letter, body="two", publish=False).json()
    before = told(program, letter)

    published = program.ask("PUT", f"{letter}/published")

    assert (changed["version"], changed["body"]) == (1, "one")
    assert before == [(2, "draft", "two"), (1, "published", "one")]
    assert published.status_code == 200
    assert (published.json()["version"], published.json()["body"]) == (2, "two")
    assert program.ask("GET", f"{letter}/published").json()["version"] == 2
    assert told(program, letter) == [(2, "published", "two"), (1, "earlier", "one")]
    assert program.ask("PUT", f"{letter}/published").status_code == 422


def test_an_older_version_is_published_again(
    program: Program, letter: str, tenant: Tenant
):
    program.ask("PATCH", letter, body="two")

    again = program.ask("PUT", f"{letter}/published", version=1)

    assert (again.json()["version"], again.json()["body"]) == (1, "one")
    entry = AuditEntry.for_tenant(tenant).order_by("-id").first()
    assert entry
    assert entry.changes["version"] == {"before": 2, "after": 1}
    assert program.ask("PUT", f"{letter}/published", version=9).status_code == 404
    assert program.ask("PUT", f"{letter}/published", version="1.5").status_code == 422


def test_a_template_may_begin_as_a_draft(program: Program):
    made = program.ask(
        "POST", "/templates", name="New", channel="sms", body="b", publish=False
    )

    assert made.status_code == 201
    assert made.json()["version"] == 0
    [(number, status, body)] = told(program, f"/templates/{made.json()['id']}")
    assert (number, status, body) == (1, "draft", "b")
    nothing = program.ask("GET", f"/templates/{made.json()['id']}/published")
    assert nothing.status_code == 404


def test_publishing_takes_a_key_that_may_manage(tenant: Tenant, letter: str):
    reader = Program(tenant, scopes=("read",))

    assert reader.ask("GET", f"{letter}/versions").status_code == 200
    assert reader.ask("PUT", f"{letter}/published").status_code == 403
