"""The edge of sending by event type: a body and headers become one step."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from delivery.models import Notification
from tenants.models import Tenant
from tests.events.designed import mail_design, published
from tests.events.scene import tenant_with_mail
from tests.tenants.factories import api_key

pytestmark = pytest.mark.django_db
BODY = {
    "notificationEventType": "AppRec",
    "params": {"name": "Jane", "email": "jane@example.org"},
}


@pytest.fixture
def tenant() -> Tenant:
    made = tenant_with_mail()
    published(made, "AppRec", mail_design(tags=("apps",), window_seconds=0))
    return made


@pytest.fixture
def post(tenant: Tenant) -> Any:
    key = api_key(tenant)

    def post(body: Any, path: str = "/notifyevent", **headers: str) -> Any:
        return Client().post(
            path,
            body,
            content_type="application/json",
            headers={"X-API-KEY": key, **headers},
        )

    return post


def test_what_is_stored_names_the_event_type_and_its_version(tenant: Any, post: Any):
    answer = post(BODY | {"tags": ["own", "apps"]})

    assert answer.status_code == 202, answer.content
    stored = Notification.for_tenant(tenant).get(id=answer.json()["notifyId"])
    assert (stored.event_type, stored.event_version) == ("AppRec", 1)
    assert {one.tag for one in stored.tags.all()} == {"apps", "own"}
    assert stored.decided_by["email.recipients.to"] == "event"


def test_its_own_window_goes_before_the_tenants(post: Any):
    first, second = post(BODY).json(), post(BODY).json()

    assert first["notifyId"] != second["notifyId"]
    assert "duplicate" not in second


def test_a_key_is_answered_once(post: Any):
    headers = {"Idempotency-Key": "k"}

    first, again = post(BODY, **headers), post(BODY, **headers)

    assert again["Idempotent-Replayed"] == "true"
    assert again.json() == first.json()


@pytest.mark.parametrize("path", ["/notifyevent/preview", "/notifyevent?preview=true"])
def test_a_preview_stores_nothing(tenant: Any, post: Any, path: str):
    answer = post(BODY, path)

    assert answer.json() == {
        "email": {
            "recipients": {"to": ["jane@example.org"]},
            "content": {"subject": "Hello Jane", "body": "Dear Jane"},
        }
    }
    assert not Notification.for_tenant(tenant).exists()


@pytest.mark.parametrize("query", ["?explain=yes", "?explian=true"])
def test_a_mistyped_query_is_refused(post: Any, query: str):
    assert post(BODY, f"/notifyevent/preview{query}").status_code == 422


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"notificationEventType": None}, "notificationEventType", "null"),
        ({"notificationEventType": 7}, "notificationEventType", "invalid"),
        ({"overides": {}}, "overides", "unknown_field"),
        ({"overrides": {"emial": {}}}, "overrides.emial", "unknown_field"),
        ({"augments": []}, "augments", "invalid"),
        ({"params": {"name": "x"}}, "email.recipients.to[0]", "missing_params"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(
    post: Any, change: Any, field: str, code: str
):
    answer = post({**BODY, **change})

    assert answer.status_code == 422
    errors = {one["field"]: one["code"] for one in answer.json()["errors"]}
    assert errors[field] == code


def test_without_an_event_type_only_that_is_said(post: Any):
    answer = post({"params": {}})

    [error] = answer.json()["errors"]
    assert (error["field"], error["code"]) == ("notificationEventType", "required")
