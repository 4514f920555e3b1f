"""A program of a tenant's that makes files, on loopback."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from providers.config import InvalidConfig
from providers.documents.http import HttpDocuments
from providers.errors import Misconfigured, Permanent, ProviderError, Temporary
from providers.services import DocumentOrder

ORDER = DocumentOrder({"name": "Zoë"}, form="pdf", name="Permit")
PDF = b"%PDF-1.7 x"


def made(http: HTTPServer, **changes: Any) -> HttpDocuments:
    return HttpDocuments.configured({"url": http.url_for("/make"), **changes})


def test_the_answer_is_the_file(httpserver: HTTPServer):
    httpserver.expect_request("/make", method="POST").respond_with_data(PDF)
    service = made(httpserver, credential="Bearer abc")

    assert service.make(ORDER) == PDF

    [(request, _answer)] = httpserver.log
    assert request.headers["Authorization"] == "Bearer abc"
    assert request.get_json() == {
        "data": {"name": "Zoë"},
        "convertTo": "pdf",
        "name": "Permit",
    }


def test_a_credential_may_have_a_header_of_its_own(httpserver: HTTPServer):
    httpserver.expect_request("/make").respond_with_data(PDF)

    made(httpserver, credential="k", header="X-Api-Key").make(ORDER)

    assert httpserver.log[0][0].headers["X-Api-Key"] == "k"


def test_the_file_may_lie_in_the_answer(httpserver: HTTPServer):
    answer = {"result": [{"file": base64.b64encode(PDF).decode()}]}
    httpserver.expect_request("/make").respond_with_json(answer, status=201)

    assert made(httpserver, content="result.0.file").make(ORDER) == PDF


@pytest.mark.parametrize(
    "answer", [b"", b"{}", b"[]", b'{"file": 5}', b'{"file": "no base64!"}', PDF]
)
def test_an_answer_without_the_file_is_refused(httpserver: HTTPServer, answer: bytes):
    httpserver.expect_request("/make").respond_with_data(answer)

    with pytest.raises(Permanent, match="file"):
        made(httpserver, content="file").make(ORDER)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        *((400, Permanent), (422, Permanent)),
        *((401, Misconfigured), (404, Misconfigured), (301, Misconfigured)),
        *((429, Temporary), (500, Temporary), (503, Temporary), (302, Temporary)),
    ],
)
def test_what_a_status_means(
    httpserver: HTTPServer, status: int, error: type[ProviderError]
):
    httpserver.expect_request("/make").respond_with_data("Zoë", status=status)

    with pytest.raises(ProviderError) as caught:
        made(httpserver).make(ORDER)

    assert type(caught.value) is error
    assert "Zoë" not in caught.value.detail


def test_the_check_posts_nothing(httpserver: HTTPServer):
    httpserver.expect_request("/make", method="HEAD").respond_with_data("", 405)

    assert "405" in made(httpserver).check()


def test_an_address_that_may_not_be_reached_is_misconfigured(settings: Any):
    settings.EGRESS_ALLOW = []

    with pytest.raises(Misconfigured, match="not allowed"):
        HttpDocuments.configured({"url": "https://127.0.0.1/make"}).make(ORDER)


@pytest.mark.parametrize(
    "wrong", [{"header": "X: 1"}, {"content": "a..b"}, {"url": "ftp://x.org"}]
)
def test_settings_that_cannot_be_are_named(httpserver: HTTPServer, wrong: Any):
    with pytest.raises(InvalidConfig) as caught:
        made(httpserver, **wrong)

    assert [one.field for one in caught.value.problems] == list(wrong)
