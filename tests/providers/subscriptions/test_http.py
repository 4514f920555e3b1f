"""Any program that keeps subscriptions, on loopback."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from providers.errors import Permanent
from providers.services import Asked, Subscriber, SubscriptionPage
from providers.subscriptions.http import HttpSubscriptions

ASKED = Asked("parks", "a&b", "email")


def service(http: HTTPServer, **changes: Any) -> HttpSubscriptions:
    values = {"url": http.url_for("/subs"), "credential": "Bearer s3cret", **changes}
    return HttpSubscriptions.configured(values)


def answering(http: HTTPServer, body: Any, status: int = 200) -> list[Request]:
    asked: list[Request] = []

    def answer(request: Request) -> Response:
        asked.append(request)
        text = body if isinstance(body, str) else json.dumps(body)
        return Response(text, status, content_type="application/json")

    http.expect_request("/subs").respond_with_handler(answer)
    return asked


def test_it_is_asked_for_a_page_of_a_list(httpserver: HTTPServer):
    people = [
        {"address": " ann@example.org ", "locale": "fr", "params": {"name": "Ann"}},
        {"address": "bob@example.org", "locale": 7, "params": "x"},
        {"name": "Nobody"},
        "nonsense",
    ]
    asked = answering(httpserver, {"subscribers": people, "nextCursor": "2"})

    found = service(httpserver).page(ASKED, "1")

    assert found == SubscriptionPage(
        (
            Subscriber("ann@example.org", "fr", {"name": "Ann"}),
            Subscriber("bob@example.org"),
        ),
        "2",
    )
    [request] = asked
    assert dict(request.args) == {
        "tenant": "parks",
        "list": "a&b",
        "channel": "email",
        "limit": "1000",
        "cursor": "1",
    }
    assert request.headers["Authorization"] == "Bearer s3cret"


@pytest.mark.parametrize("cursor", [None, "", [], {}, True])
def test_without_a_cursor_it_was_the_last_page(httpserver: HTTPServer, cursor: Any):
    asked = answering(httpserver, {"subscribers": [], "nextCursor": cursor})

    assert service(httpserver).page(ASKED).cursor == ""
    assert "cursor" not in asked[0].args


def test_its_answer_is_read_as_configured(httpserver: HTTPServer):
    answering(httpserver, {"data": [{"to": {"mail": "a@example.org"}}], "p": {"n": 3}})

    found = service(httpserver, subscribers="data", address="to.mail", cursor="p.n")

    assert found.page(ASKED) == SubscriptionPage((Subscriber("a@example.org"),), "3")


@pytest.mark.parametrize("body", ["", "[", "{}", '{"subscribers": {}}', '"x"'])
def test_an_answer_without_a_list_is_told(httpserver: HTTPServer, body: str):
    answering(httpserver, body)

    with pytest.raises(Permanent, match="no list at subscribers"):
        service(httpserver).page(ASKED)


def test_a_check_reaches_the_program(httpserver: HTTPServer):
    answering(httpserver, {"subscribers": []})

    assert "200" in service(httpserver).check()
