"""Received texts over the API: the tenant's own, newest first."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from delivery.models import ReceivedText
from tests.tenants.factories import TenantFactory, api_key

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


def received(tenant: Any, text: str, wish: str = "") -> ReceivedText:
    row = ReceivedText(
        tenant=tenant,
        provider="sms.sandbox",
        number="+16045550123",
        sender="+17787001234",
        sender_hash=bytes(32),
        text=text,
        wish=wish,
    )
    row.save()
    return row


def get(key: str, path: str) -> Any:
    return Client().get(path, headers={"X-API-KEY": key})


def test_they_are_listed_newest_first_in_pages():
    tenant = TenantFactory()
    for text in ("one", "two", "three"):
        received(tenant, text)
    received(TenantFactory(), "a stranger's")
    key = api_key(tenant)

    first = get(key, "/received-texts?limit=2").json()
    rest = get(key, f"/received-texts?limit=2&cursor={first['nextCursor']}").json()

    assert [one["text"] for one in first["data"]] == ["three", "two"]
    assert [one["text"] for one in rest["data"]] == ["one"]
    assert rest["nextCursor"] is None


def test_one_is_told_with_who_and_when():
    tenant = TenantFactory()
    row = received(tenant, "STOP", "stop")
    row.refresh_from_db()

    shown = get(api_key(tenant), f"/received-texts/{row.id}").json()

    assert shown.pop("receivedAt").endswith("Z")
    assert shown == {
        "id": str(row.id),
        "sender": "+17787001234",
        "number": "+16045550123",
        "text": "STOP",
        "wish": "stop",
    }


def test_wishes_can_be_asked_for():
    tenant = TenantFactory()
    received(tenant, "Hello")
    received(tenant, "STOP", "stop")
    key = api_key(tenant)

    [only] = get(key, "/received-texts?wish=stop").json()["data"]

    assert only["text"] == "STOP"
    assert get(key, "/received-texts?wish=maybe").status_code == 422
    assert get(key, "/received-texts?text=x").status_code == 422


def test_a_strangers_text_is_404():
    row = received(TenantFactory(), "Hello")

    answer = get(api_key(TenantFactory()), f"/received-texts/{row.id}")

    assert answer.status_code == 404
    assert answer.json()["type"].endswith("#received_text_not_found")


def test_a_key_needs_the_scope_read():
    tenant = TenantFactory()

    answer = get(api_key(tenant, scopes=("send",)), "/received-texts")

    assert answer.status_code == 403
