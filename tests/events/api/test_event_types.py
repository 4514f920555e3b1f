"""GET /notifyevent/types."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tenants.models import Tenant
from tests.events.designed import mail_design, published
from tests.events.scene import tenant_with_mail
from tests.tenants.factories import api_key

pytestmark = pytest.mark.django_db


def get(tenant: Tenant, query: str = "") -> Any:
    key = api_key(tenant)
    return Client().get(f"/notifyevent/types{query}", headers={"X-API-KEY": key})


def test_each_is_told_with_what_a_caller_needs():
    tenant = tenant_with_mail()
    schema = {"required": ["name"], "properties": {"name": {"type": "string"}}}
    made = published(tenant, "AppRec", mail_design(params_schema=schema))

    [shown] = get(tenant).json()["data"]

    assert shown == {
        "eventTypeId": str(made.id),
        "name": "AppRec",
        "aliases": [],
        "displayName": "",
        "description": "",
        "category": "",
        "urgency": "normal",
        "mandatory": False,
        "version": 1,
        "channels": ["email"],
        "params": ["name", "email"],
        "paramsSchema": schema,
        "sampleParams": {},
    }


def test_nobody_sees_anothers():
    published(tenant_with_mail(), "Theirs", mail_design())

    assert get(tenant_with_mail()).json()["data"] == []


def test_it_is_paged_and_found_by_name():
    tenant = tenant_with_mail()
    for name in ("One", "Two", "Three"):
        published(tenant, name, mail_design())

    first = get(tenant, "?limit=2").json()
    rest = get(tenant, f"?limit=2&cursor={first['nextCursor']}").json()

    assert [one["name"] for one in first["data"] + rest["data"]] == [
        *("Three", "Two", "One")
    ]
    assert [one["name"] for one in get(tenant, "?name=two").json()["data"]] == ["Two"]
    assert get(tenant, "?nam=two").status_code == 422
