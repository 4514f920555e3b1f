"""Programs over HTTP that answer with lists: whatever goes wrong is told."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from providers.errors import Permanent, ProviderError
from providers.programs import Program, ProgramConfig
from tests.providers.wire import MISBEHAVIOUR, server


def program(url: str, seconds: float = 5.0, **values: Any) -> Program:
    return Program(ProgramConfig.from_values({"url": url, **values}), seconds, 1)


def answering(http: HTTPServer, body: Any, status: int = 200) -> Program:
    text = body if isinstance(body, str) else json.dumps(body)
    http.expect_request("/list").respond_with_data(text, status)
    return program(http.url_for("/list?of=ours"))


def test_a_list_is_found_with_all_that_is_beside_it(httpserver: HTTPServer):
    answer = {"data": {"rows": [1, 2]}, "next": "x"}

    found = answering(httpserver, answer).list_at("data.rows", [("group", "a b")])

    assert (found.rows, found.answer) == ([1, 2], answer)
    [(request, _response)] = httpserver.log
    assert request.args.to_dict() == {"of": "ours", "group": "a b"}


def test_it_is_told_who_asks(httpserver: HTTPServer):
    answering(httpserver, {"rows": []})
    asked = program(
        httpserver.url_for("/list"), credential="k 1", header="X-Program-Key"
    )

    asked.list_at("rows", [])

    [(request, _response)] = httpserver.log
    assert request.headers["X-Program-Key"] == "k 1"


@pytest.mark.parametrize("body", ["", "[", "{}", '{"rows": {}}', '"rows"', "[" * 10**5])
def test_an_answer_without_a_list_is_told(httpserver: HTTPServer, body: str):
    with pytest.raises(Permanent, match="no list at rows"):
        answering(httpserver, body).list_at("rows", [])


def test_one_that_is_too_long_is_told(httpserver: HTTPServer):
    with pytest.raises(Permanent, match="more than 1 MB"):
        answering(httpserver, {"rows": ["x" * 1_000_000]}).list_at("rows", [])


@pytest.mark.parametrize("status", [302, 401, 404, 429, 500, 503])
def test_another_status_is_no_answer(httpserver: HTTPServer, status: int):
    with pytest.raises(ProviderError):
        answering(httpserver, {"rows": []}, status).list_at("rows", [])


@pytest.mark.parametrize("behaviour", MISBEHAVIOUR)
def test_whatever_the_other_side_does_it_ends_with_a_word(behaviour: str):
    with server(MISBEHAVIOUR[behaviour]) as url, pytest.raises(ProviderError):
        program(url, seconds=0.5).list_at("rows", [])


def test_reaching_it_is_an_answer_whatever_it_says(httpserver: HTTPServer):
    assert "500" in answering(httpserver, "", 500).reached()
