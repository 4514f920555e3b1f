"""Document 001: the service callback API, its codes and texts."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from callbacks.models import Endpoint
from tenants.models import AuditEntry, Tenant
from tests.callbacks.api.test_endpoints import asking
from tests.tenants.factories import TenantFactory

pytestmark = pytest.mark.django_db
ID = "6ce466d0-fd6a-11e5-82f5-e0accb9d11a6"
GIVEN = {
    "url": "https://127.0.0.1:9/receipts",
    "bearer_token": "canary-unique-string",
    "updated_by_id": ID,
}


@pytest.fixture
def path(tenant: Tenant) -> str:
    return f"/service/{tenant.id}/callback-api"


def test_it_is_registered_and_shown_without_its_token(
    ask: Any, path: str, tenant: Tenant
):
    made = ask("POST", path, GIVEN)

    assert made.status_code == 201
    data = made.json()["data"]
    assert data == {
        "id": data["id"],
        "service_id": str(tenant.id),
        "url": GIVEN["url"],
        "updated_by_id": ID,
        "created_at": data["created_at"],
        "updated_at": None,
    }
    assert data["created_at"].endswith("Z")
    assert ask("GET", f"{path}/{data['id']}").json() == {"data": data}
    stored = Endpoint.for_tenant(tenant).get()
    assert stored.kind == "delivery_status"
    assert stored.bearer_token == GIVEN["bearer_token"]


def test_the_token_is_encrypted(ask: Any, path: str):
    ask("POST", path, GIVEN)

    with connection.cursor() as cursor:
        cursor.execute("SELECT bearer_token FROM callbacks_endpoint")
        [(stored,)] = cursor.fetchall()
    assert b"canary" not in bytes(stored)


def test_each_type_has_one_url(ask: Any, path: str):
    for kind in ("delivery_status", "inbound_sms", "returned_letter", "complaint"):
        body = {**GIVEN, "callback_type": kind}
        assert ask("POST", path, body).status_code == 201

        again = ask("POST", path, body)

        assert again.status_code == 400
        text = "You can only have one URL and bearer token for your service."
        assert again.json() == {"result": "error", "message": {"name": [text]}}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"url": "http://127.0.0.1/"}, "url is not a valid https url"),
        ({"url": "https://10.0.0.1/"}, "url is not a valid https url"),
        ({"bearer_token": "canary"}, "bearer_token is too short"),
    ],
)
def test_what_is_wrong_is_400_in_its_own_shape(
    ask: Any, path: str, changes: dict[str, str], message: str
):
    answer = ask("POST", path, {**GIVEN, **changes})

    assert answer.status_code == 400
    assert answer.json() == {
        "status_code": 400,
        "errors": [{"error": "ValidationError", "message": message}],
    }
    assert "canary" not in answer.content.decode()


def test_a_host_that_has_no_name_yet_may_be_registered(ask: Any, path: str):
    body = {**GIVEN, "url": "https://not-there-yet.invalid/receipts"}

    assert ask("POST", path, body).status_code == 201


def test_it_is_changed(ask: Any, path: str, tenant: Tenant):
    data = ask("POST", path, GIVEN).json()["data"]
    change = {
        "updated_by_id": str(uuid4()),
        "callback_type": "delivery_status",
        "bearer_token": "another-canary",
    }

    changed = ask("POST", f"{path}/{data['id']}", change)

    assert changed.status_code == 200
    now = changed.json()["data"]
    assert now["url"] == GIVEN["url"]
    assert now["updated_by_id"] == change["updated_by_id"]
    assert now["updated_at"].endswith("Z")
    assert Endpoint.for_tenant(tenant).get().bearer_token == "another-canary"
    entry = AuditEntry.for_tenant(tenant).get(action="changed")
    assert entry.changes["bearer_token"] == "changed"


def test_a_change_without_its_type_is_400(ask: Any, path: str):
    data = ask("POST", path, GIVEN).json()["data"]

    answer = ask("POST", f"{path}/{data['id']}", {"updated_by_id": ID})

    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    assert error["message"] == "callback_type is a required property"


def test_it_is_removed_by_its_id_and_type(ask: Any, path: str, tenant: Tenant):
    data = ask("POST", path, GIVEN).json()["data"]
    one = f"{path}/{data['id']}"

    assert ask("DELETE", f"{one}?callback_type=complaint").status_code == 404
    gone = ask("DELETE", f"{one}?callback_type=delivery_status")

    assert gone.status_code == 204
    assert gone.content == b""
    assert Endpoint.kept_by(tenant).count() == 0


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("?callback_type=delivery_status", "Service delivery receipt API not found"),
        ("?callback_type=inbound_sms", "Service inbound API not found"),
        ("?callback_type=returned_letter", "Service returned letter API not found"),
        ("?callback_type=complaint", "Service complaint API not found"),
        ("", "Service delivery receipt API not found"),
    ],
)
def test_what_is_not_there_is_404_with_its_text(
    ask: Any, path: str, query: str, text: str
):
    for method in ("GET", "DELETE"):
        answer = ask(method, f"{path}/{uuid4()}{query}")

        assert answer.status_code == 404
        assert answer.json() == {"result": "error", "message": text}


def test_an_unknown_type_is_400(ask: Any, path: str):
    assert ask("GET", f"{path}/{uuid4()}?callback_type=x").status_code == 400


def test_another_service_is_not_found(ask: Any, path: str):
    theirs: Tenant = TenantFactory()
    data = asking(theirs)("POST", f"/service/{theirs.id}/callback-api", GIVEN).json()

    foreign = ask("POST", f"/service/{theirs.id}/callback-api", GIVEN)
    by_own_path = ask("GET", f"{path}/{data['data']['id']}")

    assert foreign.status_code == 404
    assert foreign.json() == {"result": "error", "message": "No result found"}
    assert by_own_path.status_code == 404


def test_it_needs_the_scope_manage(tenant: Tenant, path: str):
    assert asking(tenant, scopes=["read"])("POST", path, GIVEN).status_code == 403


def test_endpoints_for_events_are_not_seen_here(ask: Any, path: str):
    url = {"url": "http://127.0.0.1:9/"}
    other = ask("POST", "/notify/registerCallback", url).json()

    assert ask("GET", f"{path}/{other['callbackId']}").status_code == 404
