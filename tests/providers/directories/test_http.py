"""Any program that knows people, on loopback."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from providers.directories.http import HttpDirectory
from providers.errors import Permanent
from providers.services import Person


def directory(http: HTTPServer, **changes: Any) -> HttpDirectory:
    values = {"url": http.url_for("/people"), "credential": "Bearer s3cret", **changes}
    return HttpDirectory.configured(values)


def answering(http: HTTPServer, body: Any, status: int = 200) -> list[Request]:
    asked: list[Request] = []

    def answer(request: Request) -> Response:
        asked.append(request)
        text = body if isinstance(body, str) else json.dumps(body)
        return Response(text, status, content_type="application/json")

    http.expect_request("/people").respond_with_handler(answer)
    return asked


def test_it_is_asked_for_the_groups_of_a_tenant(httpserver: HTTPServer):
    people = [
        {"email": " Jane@example.org", "name": "Jane"},
        {"email": "jane@example.org", "name": "Jane"},
        {"name": "Nobody"},
        "nonsense",
    ]
    asked = answering(httpserver, {"people": people})

    found = directory(httpserver).people("parks", ["a b", "c&d"])

    assert found == [Person("jane@example.org", "Jane")]
    [request] = asked
    assert request.args["tenant"] == "parks"
    assert request.args.getlist("group") == ["a b", "c&d"]
    assert request.headers["Authorization"] == "Bearer s3cret"


def test_its_answer_is_read_as_configured(httpserver: HTTPServer):
    answering(httpserver, {"data": {"users": [{"mail": {"work": "a@example.org"}}]}})
    service = directory(httpserver, people="data.users", email="mail.work")

    assert service.people("t", ["g"]) == [Person("a@example.org")]


def test_without_a_group_nobody_is_asked(httpserver: HTTPServer):
    assert directory(httpserver).people("t", []) == []
    assert httpserver.log == []


@pytest.mark.parametrize("body", ["", "[", "{}", '{"people": {}}', '"people"'])
def test_an_answer_without_a_list_is_told(httpserver: HTTPServer, body: str):
    answering(httpserver, body)

    with pytest.raises(Permanent, match="no list at people"):
        directory(httpserver).people("t", ["g"])


def test_a_check_reaches_the_program(httpserver: HTTPServer):
    answering(httpserver, {"people": []})

    assert "200" in directory(httpserver).check()
