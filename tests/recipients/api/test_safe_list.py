"""GET and PUT /safe-list."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.tenants.factories import TenantFactory, api_key

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


def put(key: str, body: Any) -> Any:
    return Client().put(
        "/safe-list", body, content_type="application/json", headers={"X-API-KEY": key}
    )


def get(key: str) -> Any:
    return Client().get("/safe-list", headers={"X-API-KEY": key})


def test_it_is_replaced_and_read():
    key = api_key(TenantFactory(phone_region="CA"))

    given = {"addresses": ["ann@example.org", "778 700 1234"]}
    kept = {"addresses": ["ann@example.org", "+17787001234"]}

    assert get(key).json() == {"addresses": []}
    assert put(key, given).json() == get(key).json() == kept
    assert get(api_key(TenantFactory())).json() == {"addresses": []}


@pytest.mark.parametrize(
    "body", [{}, {"addresses": "ann@example.org"}, {"addresses": ["x"]}, {"more": []}]
)
def test_what_is_no_list_of_addresses_is_refused(body):
    assert put(api_key(TenantFactory()), body).status_code == 422


def test_changing_it_needs_the_scope_manage():
    key = api_key(TenantFactory(), scopes=("send", "read"))

    assert get(key).status_code == 200
    assert put(key, {"addresses": []}).status_code == 403
