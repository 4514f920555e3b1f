"""The edge of templates; whole stories are in tests/journeys/test_templates.py."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from templates_app import editing
from templates_app.drafts import Draft
from tenants.models import ApiKey, AuditEntry, Tenant
from tests.tenants.factories import TenantFactory, api_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory()
    return made


def make(tenant: Tenant, name: str) -> None:
    draft = Draft("S {{a.b}}", "B {{#each rows}}{{price}}{{/each}}")
    editing.create(tenant, name=name, channel_code="email", draft=draft)


def listed(tenant: Tenant, **query: str) -> Any:
    headers = {"X-API-KEY": api_key(tenant)}
    return Client().get("/templates", query, headers=headers)


@pytest.mark.parametrize(
    "asked", ["My letter", '"My letter"', "'My letter'", ' "my LETTER" ']
)
def test_quotes_around_a_name_are_not_part_of_it(tenant: Tenant, asked: str):
    make(tenant, "My letter")

    assert len(listed(tenant, name=asked).json()["data"]) == 1


@pytest.mark.parametrize("asked", ["My", '"My letter', "My letter%", "_y letter"])
def test_only_the_whole_name_is_found(tenant: Tenant, asked: str):
    make(tenant, "My letter")

    assert listed(tenant, name=asked).json()["data"] == []


def test_the_params_that_it_reads_are_listed(tenant: Tenant):
    make(tenant, "My letter")

    [found] = listed(tenant).json()["data"]
    assert found["params"] == ["a.b", "rows", "rows[].price"]


def test_the_newest_comes_first_and_pages_go_on(tenant: Tenant):
    for number in range(3):
        make(tenant, f"Letter {number}")

    first = listed(tenant, limit="2").json()
    rest = listed(tenant, limit="2", cursor=first["nextCursor"]).json()

    names = [one["name"] for one in first["data"] + rest["data"]]
    assert names == ["Letter 2", "Letter 1", "Letter 0"]
    assert rest["nextCursor"] is None


def test_a_list_costs_the_same_queries_however_long(
    tenant: Tenant, django_assert_max_num_queries: Any
):
    for number in range(5):
        make(tenant, f"Letter {number}")
    headers = {"X-API-KEY": api_key(tenant)}
    Client().get("/templates", headers=headers)

    with django_assert_max_num_queries(1):
        Client().get("/templates", headers=headers)


def test_who_changed_a_template_is_written_down(tenant: Tenant):
    headers = {"X-API-KEY": api_key(tenant)}

    def ask(method: str, path: str, body: str = "") -> Any:
        return Client().generic(
            method, path, body, content_type="application/json", headers=headers
        )

    body = '{"name": "T", "channel": "sms", "body": "one"}'
    made = ask("POST", "/templates", body).json()
    ask("PATCH", f"/templates/{made['id']}", '{"body": "two"}')
    ask("PATCH", f"/templates/{made['id']}", '{"body": "two"}')
    ask("PATCH", f"/templates/{made['id']}", '{"body": "{{"}')
    ask("DELETE", f"/templates/{made['id']}")

    entries = AuditEntry.for_tenant(tenant).order_by("id")
    assert [one.action for one in entries] == ["created", "changed", "deleted"]
    assert {one.object_id for one in entries} == {made["id"]}
    key = ApiKey.for_tenant(tenant).get()
    assert {(one.actor_kind, one.actor_id) for one in entries} == {("key", key.pk)}
    assert entries[1].changes["version"] == {"before": 1, "after": 2}
