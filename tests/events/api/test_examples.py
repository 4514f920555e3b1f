"""Each example of the OpenAPI description is sent, as its reader would paste it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tenants.models import Tenant
from tests.events.designed import furnish_examples
from tests.events.scene import account_of, tenant_with_mail
from tests.journeys.examples import fixtures
from tests.tenants.factories import api_key

pytestmark = pytest.mark.django_db


def shown() -> list[tuple[str, str, Any]]:
    """Path, name and body of every request example that the description has."""
    paths = Client().get("/openapi.json").json()["paths"]
    return [
        (path, name, example["value"])
        for path, item in paths.items()
        for operation in item.values()
        for media in operation.get("requestBody", {}).get("content", {}).values()
        for name, example in media.get("examples", {}).items()
    ]


@pytest.fixture
def key() -> str:
    tenant: Tenant = tenant_with_mail()
    account_of(tenant, "sms", "Phone")
    account_of(tenant, "msgApp", "Operations")
    furnish_examples(tenant, fixtures())
    return api_key(tenant)


def test_every_send_and_preview_has_one():
    paths = {path for path, _, _ in shown()}

    assert len(paths) == 10
    assert all(path.startswith("/api/v1/notify") for path in paths)


def test_each_is_taken(key: str):
    for path, name, body in shown():
        answer = Client().post(
            path, body, content_type="application/json", headers={"X-API-KEY": key}
        )

        assert answer.status_code in (200, 202), (path, name, answer.content)
