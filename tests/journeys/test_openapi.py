"""The description of the API is valid and whole, and what it describes holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tenants.models import Tenant
from tests.journeys.conftest import Caller
from tests.walks.test_routes import tenants_own

API = schemathesis.openapi.from_wsgi("/openapi.json", get_wsgi_application())
pytestmark = pytest.mark.django_db

METHODS = ("get", "post", "put", "patch", "delete")
# Other spellings of a path that is described.
ALIASES = {"/api/v1/notifysimple/msgapp", "/api/v1/notifysimple/msgapp/preview"}
ALIASES |= {"/api/v1/notify/status/{notify_id}"}
ALIASES |= {
    f"/api/v1/registerCallback{rest}"
    for rest in ("", "/{endpoint_id}", "/{endpoint_id}/secret")
}


@cache  # it takes seconds to make
def described() -> dict[str, Any]:
    found: dict[str, Any] = Client().get("/openapi.json").json()
    return found


def operations() -> list[tuple[str, str, Any]]:
    return [
        (path, method, item[method])
        for path, item in described()["paths"].items()
        for method in METHODS
        if method in item
    ]


def test_the_description_is_valid_and_made_without_a_warning(tmp_path: Any):
    assert described()["openapi"].startswith("3.1")

    call_command(
        "spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "o.yaml")
    )


def test_every_operation_says_what_it_does():
    found = operations()

    assert len(found) > 20
    assert len({one["operationId"] for _, _, one in found}) == len(found)
    for path, method, one in found:
        assert one["summary"], (method, path)
        assert one["description"], (method, path)
        assert one["tags"], (method, path)
        assert "401" in one["responses"], (method, path)


def test_every_route_is_described_once():
    routes = {
        (re.sub(r"<\w+:(\w+)>", r"{\1}", f"/{one.path}"), method)
        for one in tenants_own()
        if one.path.startswith("api/v1/")
        for method in METHODS
        if hasattr(one.view_class, method)
    }

    wanted = {(path, method) for path, method in routes if path not in ALIASES}
    assert {(path, method) for path, method, _ in operations()} == wanted


def test_what_makes_or_sends_something_takes_an_idempotency_key():
    keyed = {
        one["operationId"]
        for _, _, one in operations()
        if "Idempotency-Key" in {each["name"] for each in one.get("parameters", ())}
    }

    assert keyed == {
        *(f"send{name}" for name in ("Simple", "Email", "Sms", "Chat", "Event")),
        "createTemplate",
        "createImage",
        "addSender",
        "addSuppression",
        "addSubscription",
        "createList",
        "registerCallback",
    }


def test_each_parameter_of_a_list_has_its_type():
    [found] = [
        one
        for path, m, one in operations()
        if one["operationId"] == "searchNotifications"
    ]

    types = {one["name"]: one["schema"] for one in found["parameters"]}
    assert types["limit"]["type"] == "integer"
    assert types["limit"]["maximum"] == 200
    assert "completed" in types["status"]["enum"]
    assert types["channel"]["enum"] == ["email", "msgApp", "sms"]


@pytest.fixture
def free_caller(caller: Caller, tenant: Tenant) -> Iterator[Caller]:
    """Without a limit, and with the test's connection kept from one call to the next,
    as Django's own client does."""
    tenant.requests_per_minute_live = 1_000_000
    tenant.save()
    signals = (request_started, request_finished)
    for one in signals:
        one.disconnect(close_old_connections)
    yield caller
    for one in signals:
        one.connect(close_old_connections)


@API.parametrize()
@settings(
    max_examples=15,
    deadline=None,
    # Not the description's examples, ten thousand with all their combinations:
    # tests/events/api/test_examples.py sends each as it stands.
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_whatever_fits_the_description_is_answered_as_described(
    case: Any, free_caller: Caller
):
    case.call_and_validate(
        headers={"X-API-KEY": free_caller.key},
        checks=[
            not_a_server_error,
            status_code_conformance,
            content_type_conformance,
            response_schema_conformance,
        ],
    )


def test_the_description_of_a_preview_has_all_that_a_preview_shows():
    schemas = described()["components"]["schemas"]

    channel = set(schemas["ChannelPreview"]["properties"])
    assert channel == {
        "recipients",
        "subscribers",
        "content",
        "from",
        "replyTo",
        "headers",
        "attachments",
    }
    assert set(schemas["Preview"]["properties"]) == channel | {
        "email",
        "sms",
        "msgApp",
        "warnings",
        "decidedBy",
    }
