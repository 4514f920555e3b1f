"""The edge of senders; whole stories are in tests/journeys/test_senders.py."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tenants.models import ApiKey, AuditEntry, Tenant
from tests.tenants.factories import TenantFactory, api_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask() -> Any:
    tenant: Tenant = TenantFactory(phone_region="CA")
    headers = {"X-API-KEY": api_key(tenant)}

    def ask(method: str, path: str, body: Any = None) -> Any:
        return Client().generic(
            method, path, body or "", content_type="application/json", headers=headers
        )

    return ask


def test_a_new_one_is_told_where_it_is(ask: Any):
    made = ask("POST", "/senders", '{"address": "7787001234", "channel": "sms"}')

    assert made.status_code == 201
    assert made.json()["address"] == "+17787001234"
    assert made.json()["replyTo"] is None
    assert "operator" in made.json()["verification"]
    path = made["Location"].removeprefix("http://testserver")
    assert ask("GET", path).json() == made.json()


def test_the_list_has_its_one_shape(ask: Any):
    ask("POST", "/senders", '{"address": "a@example.org"}')

    found = ask("GET", "/senders").json()

    assert set(found) == {"data", "nextCursor", "limit"}
    assert [one["address"] for one in found["data"]] == ["a@example.org"]


def test_only_what_is_given_is_changed(ask: Any):
    body = '{"address": "a@example.org", "name": "A", "replyTo": "r@example.org"}'
    made = ask("POST", "/senders", body).json()

    changed = ask("PATCH", f"/senders/{made['id']}", '{"name": "B"}').json()

    assert changed == {**made, "name": "B"}
    assert ask("PATCH", f"/senders/{made['id']}", "{}").json() == changed


def test_what_was_answered_can_be_sent_back(ask: Any):
    made = ask("POST", "/senders", '{"address": "a@example.org", "replyTo": null}')
    place = f"/senders/{made.json()['id']}"
    ask("PATCH", place, '{"replyTo": "r@example.org"}')

    cleared = ask("PATCH", place, '{"replyTo": null}')

    assert made.status_code == 201, made.content
    assert cleared.json() == made.json()


def test_a_deleted_one_is_gone(ask: Any):
    made = ask("POST", "/senders", '{"address": "a@example.org"}').json()

    assert ask("DELETE", f"/senders/{made['id']}").status_code == 204
    assert ask("GET", f"/senders/{made['id']}").status_code == 404


def test_who_changed_a_sender_is_written_down(ask: Any):
    made = ask("POST", "/senders", '{"address": "a@example.org"}').json()
    ask("PATCH", f"/senders/{made['id']}", '{"name": "B"}')
    ask("PATCH", f"/senders/{made['id']}", '{"name": "B"}')
    ask("PATCH", f"/senders/{made['id']}", '{"replyTo": "x"}')
    ask("DELETE", f"/senders/{made['id']}")

    key = ApiKey.across_tenants().get()
    entries = AuditEntry.for_tenant(key.tenant).order_by("id")
    assert [one.action for one in entries] == ["created", "changed", "deleted"]
    assert {one.object_id for one in entries} == {made["id"]}
    assert {(one.actor_kind, one.actor_id) for one in entries} == {("key", key.pk)}
    created, changed, deleted = (one.changes for one in entries)
    assert created["address"] == {"before": None, "after": "a@example.org"}
    assert changed == {"name": {"before": "", "after": "B"}}
    assert deleted["address"] == {"before": "a@example.org", "after": None}


def test_a_sender_that_was_refused_leaves_no_entry(ask: Any):
    for _turn in range(2):
        ask("POST", "/senders", '{"address": "a@example.org"}')

    key = ApiKey.across_tenants().get()
    assert AuditEntry.for_tenant(key.tenant).count() == 1
