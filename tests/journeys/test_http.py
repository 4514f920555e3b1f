"""What every answer has: limits, correlation, problems, methods; who may ask at all."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tenants import keys
from tenants.models import Tenant
from tests.journeys.conftest import Caller
from tests.journeys.examples import body_of
from tests.tenants.factories import api_key

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]

EMAIL = "/notifysimple/email"


def test_a_call_tells_what_is_left_of_the_limit(caller: Caller):
    answer = caller.post(EMAIL, body_of("1.1a"))

    assert int(answer["RateLimit-Limit"]) > int(answer["RateLimit-Remaining"]) > 0
    assert int(answer["RateLimit-Reset"]) >= 0


def test_over_the_limit_is_429_with_the_time_to_wait(caller: Caller, tenant: Tenant):
    tenant.requests_per_minute_live = 2
    tenant.save()

    answers = [caller.post(EMAIL, body_of("1.1a")) for _ in range(8)]

    last = answers[-1]
    assert answers[0].status_code == 202
    assert last.status_code == 429
    assert int(last["Retry-After"]) >= 1
    assert last["RateLimit-Remaining"] == "0"
    assert last.json()["type"].endswith("#rate_limited")


def test_a_correlation_id_comes_back_and_is_kept(caller: Caller):
    by_header = caller.post(EMAIL, body_of("1.1a"), x_correlation_id="trace-1")
    by_body = caller.post(
        EMAIL,
        {**body_of("2.1"), "correlationId": "case-2"},
        x_correlation_id="trace-2",
    )

    assert (
        by_header["X-Correlation-Id"] == by_header.json()["correlationId"] == "trace-1"
    )
    assert by_body["X-Correlation-Id"] == by_body.json()["correlationId"] == "case-2"
    status = caller.status(by_body.json()["notifyId"])
    assert status["correlationId"] == "case-2"


def test_without_one_a_correlation_id_is_made(caller: Caller):
    answers = [caller.post(EMAIL, body_of(name)) for name in ("1.1a", "2.1")]

    ids = {one["X-Correlation-Id"] for one in answers}
    assert len(ids) == 2
    assert ids == {one.json()["correlationId"] for one in answers}


@pytest.mark.parametrize(
    "given", ["with space", "ümlaut", "a\r\nX-Evil: 1", "a" * 101, 17, {}, ["a"]]
)
def test_a_correlation_id_that_fits_no_header_is_refused(caller: Caller, given: Any):
    answer = caller.post(EMAIL, {**body_of("1.1a"), "correlationId": given})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "correlationId"


def test_a_problem_has_its_one_shape(caller: Caller):
    answer = caller.post(EMAIL, {"recipients": {"to": ["x"]}}, x_correlation_id="t")

    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert list(problem) == [
        "type",
        "title",
        "status",
        "detail",
        "errors",
        "correlationId",
    ]
    assert problem["status"] == 422
    assert problem["correlationId"] == answer["X-Correlation-Id"] == "t"
    assert {one["field"] for one in problem["errors"]} == {
        "recipients.to[0]",
        "content.subject",
        "content.body",
    }


def test_the_type_of_a_problem_leads_to_its_entry(caller: Caller):
    kind = caller.post(EMAIL, {"recipients": {"to": ["x"]}}).json()["type"]

    address, _, anchor = kind.partition("#")
    page = Client().get(address.removeprefix("http://testserver"))
    assert page.status_code == 200
    assert f'id="{anchor}"' in page.content.decode()


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        (EMAIL, {"POST", "OPTIONS"}),
        ("/notifysimple/preview", {"POST", "OPTIONS"}),
        ("/notify", {"GET", "HEAD", "DELETE", "OPTIONS"}),
        ("/templates", {"GET", "HEAD", "POST", "OPTIONS"}),
        ("/senders", {"GET", "HEAD", "POST", "OPTIONS"}),
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "TRACE", "FROB"])
def test_a_wrong_method_is_told_the_right_ones(
    caller: Caller, path: str, methods: set[str], method: str
):
    if method in methods:
        return
    answer = caller.client.generic(method, path, headers={"X-API-KEY": caller.key})

    assert answer.status_code == 405
    assert answer.json()["type"].endswith("#method_not_allowed")
    assert set(answer["Allow"].split(", ")) == methods


def test_a_method_cannot_be_overridden(caller: Caller):
    answer = caller.client.get(
        f"{EMAIL}?_method=POST",
        headers={"X-API-KEY": caller.key, "X-HTTP-Method-Override": "POST"},
    )

    assert answer.status_code == 405


def test_head_is_get_without_the_body(caller: Caller):
    answer = caller.client.head("/notify", headers={"X-API-KEY": caller.key})

    assert answer.status_code == 200
    assert answer.content == b""


def test_options_tells_the_methods(caller: Caller):
    answer = caller.client.options(EMAIL, headers={"X-API-KEY": caller.key})

    assert answer.status_code == 200
    assert "POST" in answer["Allow"]


@pytest.mark.parametrize(
    "path", [f"{EMAIL}/", "/notifysimple/emails", "/api/v2/notify"]
)
def test_an_address_that_leads_nowhere_is_a_problem_too(caller: Caller, path: str):
    answer = caller.post(path, body_of("1.1a"))

    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("preview=true", 200),
        ("preview=1", 200),
        ("preview=TRUE", 200),
        ("preview=false", 202),
        ("preview=yes", 422),
        ("preview=", 422),
        ("preveiw=true", 422),
        ("preview=true&dryRun=1", 422),
    ],
)
@pytest.mark.parametrize("path", ["/notifysimple", EMAIL])
def test_a_mistyped_preview_sends_nothing(
    caller: Caller, path: str, query: str, status: int
):
    body = body_of("1.1a" if path == EMAIL else "1.1b")

    answer = caller.post(f"{path}?{query}", body)

    assert answer.status_code == status, answer.content
    assert len(caller.get("/notify").json()["data"]) == (status == 202)


@pytest.mark.parametrize(
    ("scopes", "statuses"),
    [
        (("send",), {"send": 202, "preview": 200, "read": 403, "manage": 403}),
        (("read",), {"send": 403, "preview": 403, "read": 200, "manage": 403}),
        (("manage",), {"send": 403, "preview": 403, "read": 403, "manage": 422}),
    ],
)
def test_each_scope_opens_its_own_doors(
    tenant: Tenant, scopes: tuple[str, ...], statuses: dict[str, int]
):
    caller = Caller(api_key(tenant, scopes=scopes))

    answers = {
        "send": caller.post(EMAIL, body_of("1.1a")),
        "preview": caller.post(f"{EMAIL}/preview", body_of("1.1a")),
        "read": caller.get("/notify"),
        "manage": caller.post("/templates", {"name": "x"}),
    }

    assert {name: one.status_code for name, one in answers.items()} == statuses
    for one in answers.values():
        if one.status_code == 403:
            assert one.json()["type"].endswith("#missing_scope")


def test_a_key_bound_to_channels_sends_over_no_other(tenant: Tenant):
    _row, text = keys.issue(tenant, name="texts", channels=["sms"])
    caller = Caller(text)
    both = body_of("1.2")
    texts = {"recipients": {"to": ["7787001234"]}, "content": {"body": "x"}}

    answers = [
        caller.post("/notifysimple/sms", texts),
        caller.post(EMAIL, body_of("1.1a")),
        caller.post(f"{EMAIL}/preview", body_of("1.1a")),
        caller.post("/notifysimple", both),
    ]

    assert [one.status_code for one in answers] == [202, 403, 403, 403]
    problem = answers[1].json()
    assert problem["type"].endswith("#missing_scope")
    assert "email" in problem["detail"]
    assert len(caller.get("/notify").json()["data"]) == 1


def test_nobody_gets_anything_without_a_key():
    answer = Client().post(
        EMAIL, json.dumps(body_of("1.1a")), content_type="application/json"
    )

    assert answer.status_code == 401
    assert "WWW-Authenticate" in answer
    assert answer.json()["type"].endswith("#unauthenticated")
