"""The edge of sending: how a body, a query and headers become one step."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.events.scene import MAIL, account_of, tenant_with_mail
from tests.tenants.factories import api_key

pytestmark = pytest.mark.django_db

PATHS = ("/notifysimple/email", "/notifysimple")


@pytest.fixture
def post() -> Any:
    tenant = tenant_with_mail()
    account_of(tenant, "sms", "Phone")
    key = api_key(tenant)

    def post(path: str, body: Any, **headers: str) -> Any:
        return Client().post(
            path,
            body,
            content_type="application/json",
            headers={"X-API-KEY": key, **headers},
        )

    return post


def test_the_wrapped_form_is_taken_on_the_bare_path(post: Any):
    bare = post("/notifysimple/email", MAIL)
    wrapped = post("/notifysimple/email", {"email": MAIL})

    assert (bare.status_code, wrapped.status_code) == (202, 202)
    assert wrapped.json()["notifyId"] == bare.json()["notifyId"]


def test_a_channels_preview_is_bare_whatever_the_form_of_the_request(post: Any):
    bare = post("/notifysimple/email/preview", MAIL).json()
    wrapped = post("/notifysimple/email/preview", {"email": MAIL}).json()
    general = post("/notifysimple/preview", {"email": MAIL}).json()

    assert bare == wrapped == general["email"]


def test_an_error_is_told_in_the_form_of_the_request(post: Any):
    wrong = {"recipients": {"to": ["x"]}, "content": MAIL["content"]}

    fields = [
        post("/notifysimple/email", body).json()["errors"][0]["field"]
        for body in (wrong, {"email": wrong})
    ]

    assert fields == ["recipients.to[0]", "email.recipients.to[0]"]


def test_another_channel_on_a_channels_path_is_refused(post: Any):
    answer = post("/notifysimple/email", {"sms": {"recipients": {"to": ["1"]}}})

    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert (error["field"], error["code"]) == ("sms", "wrong_channel")


@pytest.mark.parametrize(
    "query", ["?preview=true", "/preview", "/preview?preview=false"]
)
@pytest.mark.parametrize("path", PATHS)
def test_all_ways_to_preview_are_one(post: Any, path: str, query: str):
    body = MAIL if path.endswith("email") else {"email": MAIL}

    answer = post(path + query, body)

    assert answer.status_code == 200
    assert "notifyId" not in answer.json()


def test_a_key_holds_for_all_spellings_of_a_path(post: Any):
    header = {"Idempotency-Key": "k"}

    answers = [
        post(f"{prefix}/notifysimple/email", MAIL, **header)
        for prefix in ("", "/api/v1")
    ]

    assert "Idempotent-Replayed" not in answers[0]
    assert answers[1]["Idempotent-Replayed"] == "true"


def test_what_is_replayed_has_the_correlation_id_of_the_first(post: Any):
    first = post(PATHS[0], MAIL, **{"Idempotency-Key": "k", "X-Correlation-Id": "one"})
    again = post(PATHS[0], MAIL, **{"Idempotency-Key": "k", "X-Correlation-Id": "two"})

    assert first.json()["correlationId"] == again.json()["correlationId"] == "one"
    assert again["X-Correlation-Id"] == "two"
