"""The edge of endpoints: registering, changing, removing; whose they are."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from callbacks import endpoints
from callbacks.models import Endpoint
from tenants.models import AuditEntry, Tenant
from tests.tenants.factories import TenantFactory, api_key

pytestmark = pytest.mark.django_db
PATH = "/notify/registerCallback"
URL = "http://127.0.0.1:9/hook"


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory()
    return made


def asking(tenant: Tenant, **key: Any) -> Any:
    headers = {"X-API-KEY": api_key(tenant, **key)}

    def ask(method: str, path: str, body: Any = None, **more: str) -> Any:
        return Client().generic(
            method,
            path,
            "" if body is None else json.dumps(body),
            content_type="application/json",
            headers={**headers, **more},
        )

    return ask


@pytest.fixture
def ask(tenant: Tenant) -> Any:
    return asking(tenant)


def test_the_secret_is_shown_once(ask: Any):
    made = ask("POST", PATH, {"url": URL, "bearerToken": "0123456789"})

    assert made.status_code == 201
    body = made.json()
    assert body.pop("secret").startswith("whsec_")
    place = made["Location"].removeprefix("http://testserver")
    assert ask("GET", place).json() == body
    assert "0123456789" not in made.content.decode()
    assert body["hasBearerToken"] is True
    assert ask("GET", PATH).json()["data"] == [body]


@pytest.mark.parametrize("path", ["/registerCallback", "/api/v1/registerCallback"])
def test_the_shorter_spelling_is_the_same(ask: Any, path: str):
    made = ask("POST", path, {"url": URL}).json()

    assert ask("GET", f"{PATH}/{made['callbackId']}").status_code == 200


def test_one_key_makes_one(ask: Any, tenant: Tenant):
    first = ask("POST", PATH, {"url": URL}, **{"Idempotency-Key": "one"})
    second = ask("POST", PATH, {"url": URL}, **{"Idempotency-Key": "one"})

    assert first.json() == second.json()
    assert Endpoint.for_tenant(tenant).count() == 1


def test_success_and_failure_stand_for_events(ask: Any):
    made = ask("POST", PATH, {"url": URL, "on": ["success"]}).json()

    assert made["events"] == ["message.delivered", "message.sent"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "url"),
        ({"url": "http://10.1.2.3/"}, "url"),
        ({"url": URL, "events": ["lost"]}, "events[0]"),
        ({"url": URL, "on": ["never"]}, "on[0]"),
        ({"url": URL, "token": "0123456789"}, "token"),
        ({"url": URL, "perSecond": 0}, "perSecond"),
        ({"url": URL, "active": "yes"}, "active"),
    ],
)
def test_what_is_wrong_is_named(ask: Any, body: Any, field: str):
    answer = ask("POST", PATH, body)

    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == [field]


def test_a_change_is_audited_without_what_is_secret(ask: Any, tenant: Tenant):
    made = ask("POST", PATH, {"url": URL}).json()
    path = f"{PATH}/{made['callbackId']}"

    wish = {"active": False, "bearerToken": "canary-token", "perSecond": 9}
    changed = ask("PATCH", path, {**wish, "retryRefusals": True})

    assert changed.json()["active"] is False
    assert changed.json()["offBecause"] == "by_hand"
    assert changed.json()["retryRefusals"] is True
    entry = AuditEntry.for_tenant(tenant).get(action="changed")
    assert entry.changes["per_second"] == {"before": 50, "after": 9}
    assert entry.changes["bearer_token"] == "changed"
    assert "canary" not in json.dumps(entry.changes)


def test_those_that_requests_named_can_be_listed_apart(ask: Any, tenant: Tenant):
    mine = ask("POST", PATH, {"url": URL}).json()["callbackId"]
    by_name = str(endpoints.named(tenant.id, f"{URL}/case/7").id)

    def listed(query: str) -> list[str]:
        found = ask("GET", f"{PATH}{query}").json()["data"]
        return [one["callbackId"] for one in found]

    assert listed("") == [by_name, mine]
    assert listed("?origin=named") == [by_name]
    assert listed("?origin=registered") == [mine]
    assert ask("GET", f"{PATH}?origin=x").status_code == 422


def test_a_new_secret_is_another_and_is_audited(ask: Any, tenant: Tenant):
    made = ask("POST", PATH, {"url": URL}).json()

    new = ask("POST", f"{PATH}/{made['callbackId']}/secret", {"keepSeconds": 60})

    assert new.status_code == 200
    assert new.json()["secret"] != made["secret"]
    entry = AuditEntry.for_tenant(tenant).get(action="secret changed")
    assert made["secret"] not in json.dumps(entry.changes)


def test_one_that_is_removed_is_gone(ask: Any, tenant: Tenant):
    made = ask("POST", PATH, {"url": URL}).json()
    path = f"{PATH}/{made['callbackId']}"

    assert ask("DELETE", path).status_code == 204
    for method, body in (("GET", None), ("PATCH", {"active": True}), ("DELETE", None)):
        assert ask(method, path, body).status_code == 404
    assert AuditEntry.for_tenant(tenant).filter(action="deleted").exists()


@pytest.mark.parametrize(
    ("method", "ending"),
    [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/secret")],
)
def test_another_tenant_s_is_not_there(ask: Any, method: str, ending: str):
    theirs = asking(TenantFactory())("POST", PATH, {"url": URL}).json()

    answer = ask(method, f"{PATH}/{theirs['callbackId']}{ending}", {})

    assert answer.status_code == 404


def test_reading_needs_read_and_changing_manage(tenant: Tenant):
    reader = asking(tenant, scopes=["read"])

    assert reader("GET", PATH).status_code == 200
    assert reader("POST", PATH, {"url": URL}).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_no_name_is_looked_up_within_a_transaction(
    ask: Any, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
):
    looked_up: list[bool] = []
    real = socket.getaddrinfo

    def look_up(*args: Any, **kwargs: Any) -> Any:
        looked_up.append(connection.in_atomic_block)
        return real(*args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    service = f"/service/{tenant.id}/callback-api"
    of_service = {
        "url": "https://127.0.0.1:9/",
        "bearer_token": "0123456789",
        "updated_by_id": str(tenant.id),
    }

    made = ask("POST", PATH, {"url": URL}, **{"Idempotency-Key": "one"}).json()
    ask("PATCH", f"{PATH}/{made['callbackId']}", {"url": f"{URL}/2"})
    assert ask("POST", service, of_service).status_code == 201

    assert looked_up == [False, False, False]
