"""The edge of images; that they go along is told in tests/journeys/test_images.py."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from django.test import Client

from tenants.models import AuditEntry, Tenant
from tests.templates_app.drawn import gif, png
from tests.templates_app.parts import template
from tests.tenants.factories import TenantFactory, api_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory()
    return made


def call(tenant: Tenant, method: str, path: str, body: Any = None) -> Any:
    return getattr(Client(), method)(
        path,
        body,
        content_type="application/json",
        headers={"X-API-KEY": api_key(tenant)},
    )


def upload(tenant: Tenant, data: bytes, name: str = "logo") -> Any:
    body = {"name": name, "content": base64.b64encode(data).decode()}
    return call(tenant, "post", "/images", body)


def test_an_image_is_uploaded_and_found_by_its_name(tenant: Tenant):
    made = upload(tenant, png())

    assert made.status_code == 201, made.content
    assert made["Location"].endswith(f"/images/{made.json()['id']}")
    found = Client().get(
        "/images", {"name": "LOGO"}, headers={"X-API-KEY": api_key(tenant)}
    )
    [shown] = found.json()["data"]
    assert shown == made.json()
    assert (shown["contentType"], shown["width"]) == ("image/png", 40)
    assert AuditEntry.for_tenant(tenant).filter(action="created").count() == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "logo", "content": "PHN2Zy8+"}, "content"),
        ({"name": "logo", "content": "no base64"}, "content"),
        ({"name": "my logo", "content": "R0lGODlhKAAUAA=="}, "name"),
        ({"name": "logo"}, "content"),
    ],
)
def test_a_refusal_names_the_field(tenant: Tenant, body: Any, field: str):
    answer = call(tenant, "post", "/images", body)

    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == [field]


def test_a_new_picture_comes_under_the_same_name(tenant: Tenant):
    made = upload(tenant, png()).json()
    path = f"/images/{made['id']}"

    changed = call(
        tenant, "patch", path, {"content": base64.b64encode(gif(9, 9)).decode()}
    )

    assert changed.json()["contentType"] == "image/gif"
    assert call(tenant, "get", path).json() == changed.json()
    assert call(tenant, "patch", path, {"name": "x"}).status_code == 422


def test_what_is_shown_is_not_deleted(tenant: Tenant):
    made = upload(tenant, png()).json()
    template(tenant, "Welcome", '<img src="cid:logo">', body_type="html")

    refused = call(tenant, "delete", f"/images/{made['id']}")

    assert refused.status_code == 409
    assert "Welcome v1" in refused.json()["detail"]


def test_an_unused_image_is_deleted(tenant: Tenant):
    path = f"/images/{upload(tenant, png()).json()['id']}"

    assert call(tenant, "delete", path).status_code == 204
    assert call(tenant, "get", path).status_code == 404
