"""Tokens of OAuth 2.0 by client credentials."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from providers.config import SecretStr
from providers.errors import Misconfigured, ProviderError, Temporary
from providers.tokens import ClientCredentials


def client(http: HTTPServer) -> ClientCredentials:
    return ClientCredentials(http.url_for("/token"), "notify", SecretStr("secret"))


def test_one_token_serves_many_threads(httpserver: HTTPServer):
    answer = {"access_token": "abc", "expires_in": 300}
    httpserver.expect_request("/token").respond_with_json(answer)
    one = client(httpserver)

    with ThreadPoolExecutor(4) as threads:
        found = set(threads.map(lambda _n: one.token(), range(8)))

    assert found == {"abc"}
    assert len(httpserver.log) == 1


@pytest.mark.parametrize(
    ("status", "error"),
    [
        *((400, Misconfigured), (401, Misconfigured), (404, Misconfigured)),
        *((429, Temporary), (500, Temporary), (302, Temporary)),
    ],
)
def test_who_gives_no_token_says_why(
    httpserver: HTTPServer, status: int, error: type[ProviderError]
):
    httpserver.expect_request("/token").respond_with_json(
        {"error": "invalid_client"}, status=status
    )

    with pytest.raises(error):
        client(httpserver).token()


@pytest.mark.parametrize(
    "answer",
    [{}, {"access_token": 5}, {"access_token": "a\r\nX: 1"}, {"access_token": "é"}, []],
)
def test_what_cannot_be_a_token_is_none(httpserver: HTTPServer, answer: Any):
    httpserver.expect_request("/token").respond_with_json(answer)

    with pytest.raises(Temporary):
        client(httpserver).token()


def test_no_secret_is_shown(httpserver: HTTPServer):
    httpserver.expect_request("/token").respond_with_json({}, status=401)

    with pytest.raises(ProviderError) as caught:
        client(httpserver).token()

    assert "secret" not in repr(caught.value).replace("id and secret", "")
