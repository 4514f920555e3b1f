"""Ids in addresses are found however they are written."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import Resolver404, resolve
from django.urls.converters import get_converters

from notify_project.api.paths import IdConverter
from tests.delivery.accepted import accepted
from tests.tenants.factories import TenantFactory, api_key
from tests.walks.test_routes import routes

ID = "0199c1f0-3c55-7d80-9b1e-0242ac120002"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/notify/", "/api/v1/notify/", "/notify/status/"])
def test_an_id_in_capitals_is_found(path: str):
    tenant = TenantFactory()
    notify_id = str(accepted(tenant).id)
    headers = {"X-API-KEY": api_key(tenant)}

    answer = Client().get(path + notify_id.upper(), headers=headers)

    assert answer.status_code == 200
    assert answer.json()["notifyId"] == notify_id


@pytest.mark.parametrize(
    "wrong", [ID[:-1], ID.replace("-", ""), f"{ID}0", f"g{ID[1:]}"]
)
def test_what_is_no_id_matches_no_route(wrong: str):
    with pytest.raises(Resolver404):
        resolve(f"/notify/{wrong}")


def test_no_route_takes_small_letters_alone():
    assert [one.path for one in routes() if "<uuid:" in one.path] == []
    assert isinstance(get_converters()["id"], IdConverter)
