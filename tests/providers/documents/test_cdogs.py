"""CDOGS on loopback: token, template, params, and what its answers mean.

Answers have the shapes of its own description, app/src/docs/v2.api-spec.yaml.
"""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any
from urllib.parse import parse_qs

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from providers.documents.cdogs import Cdogs, renamed
from providers.errors import Misconfigured, Permanent, ProviderError, Temporary
from providers.services import DocumentOrder, TextOrder
from tests.providers.wire import MISBEHAVIOUR, server

UID = "742d642a4704eb1babd8122ce0f03f209354279ae8292bb3961d13e21578b855"
PDF = b"%PDF-1.7 made by CDOGS"
ORDER = DocumentOrder({"first-name": "Zoë", "rows": [{"a.b": 1}]}, name="Permit")


def problem(status: int, detail: str, **more: Any) -> dict[str, Any]:
    return {
        "type": f"https://httpstatuses.com/{status}",
        "title": "Problem",
        "status": status,
        "detail": detail,
        **more,
    }


class Stub:
    """Keycloak and CDOGS, with an answer for each render in turn."""

    def __init__(self, http: HTTPServer) -> None:
        self.tokens = 0
        self.life: object = 300
        self.asked: list[Request] = []
        self.answers: list[tuple[int, Any]] = []
        http.expect_request("/token").respond_with_handler(self._token)
        http.expect_request(f"/api/v2/template/{UID}/render").respond_with_handler(
            self._render
        )
        http.expect_request("/api/v2/template/render").respond_with_handler(
            self._render
        )
        http.expect_request("/api/v2/fileTypes").respond_with_handler(self._render)

    def _token(self, request: Request) -> Response:
        self.asked.append(request)
        self.tokens += 1
        body = {"access_token": f"token{self.tokens}", "expires_in": self.life}
        return _json(200, body)

    def _render(self, request: Request) -> Response:
        self.asked.append(request)
        status, body = self.answers.pop(0) if self.answers else (200, PDF)
        if isinstance(body, bytes):
            return Response(body, status, content_type="application/octet-stream")
        return _json(status, body)

    def bearers(self) -> list[str]:
        renders = [one for one in self.asked if one.path != "/token"]
        return [one.headers["Authorization"] for one in renders]


def _json(status: int, body: Any) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")


@pytest.fixture
def stub(httpserver: HTTPServer) -> Stub:
    return Stub(httpserver)


def cdogs(http: HTTPServer, **changes: Any) -> Cdogs:
    values = {
        "base_url": http.url_for("/api/v2/"),
        "token_url": http.url_for("/token"),
        "client_id": "notify",
        "client_secret": "s:cr%t",
        "template": UID,
        **changes,
    }
    return Cdogs.configured(values)


def test_a_template_is_filled_with_the_params(httpserver: HTTPServer, stub: Stub):
    assert cdogs(httpserver).make(ORDER) == PDF

    token, render = stub.asked
    assert parse_qs(token.get_data(as_text=True)) == {
        "grant_type": ["client_credentials"]
    }
    # RFC 6749, 2.3.1: both parts are form-encoded before they are joined.
    assert token.authorization is not None
    assert token.authorization.password == "s%3Acr%25t"
    assert render.headers["Authorization"] == "Bearer token1"
    assert render.get_json() == {
        "data": {"first_name": "Zoë", "rows": [{"a_b": 1}]},
        "options": {"convertTo": "pdf"},
    }


def test_the_attachments_template_goes_before_the_configured_one(
    httpserver: HTTPServer, stub: Stub
):
    service = cdogs(httpserver, template="another")

    assert service.make(DocumentOrder({}, template=UID)) == PDF


@pytest.mark.parametrize("template", ["", "../health", "a/b", "a?b"])
def test_no_template_or_one_that_leads_elsewhere_is_refused(
    httpserver: HTTPServer, stub: Stub, template: str
):
    with pytest.raises(Permanent):
        cdogs(httpserver, template=None).make(DocumentOrder({}, template=template))

    assert stub.asked == []


def test_a_token_is_kept_and_asked_for_again_where_it_was_not_taken(
    httpserver: HTTPServer, stub: Stub
):
    service = cdogs(httpserver)
    stub.answers = [(200, PDF), (401, b""), (200, PDF)]

    assert [service.make(ORDER), service.make(ORDER)] == [PDF, PDF]

    assert stub.bearers() == ["Bearer token1", "Bearer token1", "Bearer token2"]


def test_a_token_that_lives_for_moments_is_not_kept(httpserver: HTTPServer, stub: Stub):
    service, stub.life = cdogs(httpserver), 5

    service.make(ORDER)
    service.make(ORDER)

    assert stub.bearers() == ["Bearer token1", "Bearer token2"]


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, problem(400, "Bad"), Permanent),
        (404, problem(404, "Template not found"), Permanent),
        (405, problem(405, "x"), Permanent),
        (
            422,
            problem(422, "x", errors=[{"value": "Zoë", "message": "Invalid value."}]),
            Permanent,
        ),
        (401, b"", Misconfigured),
        (403, b"", Misconfigured),
        (429, b"", Temporary),
        (500, problem(500, "x"), Temporary),
        (503, b"", Temporary),
        (302, b"", Temporary),
    ],
)
def test_what_its_answers_mean(
    httpserver: HTTPServer,
    stub: Stub,
    status: int,
    body: Any,
    error: type[ProviderError],
):
    stub.answers = [(status, body)] * 2

    with pytest.raises(ProviderError) as caught:
        cdogs(httpserver).make(ORDER)

    assert type(caught.value) is error
    assert "Zoë" not in caught.value.detail, "its words may repeat a param"


def test_a_file_beyond_ten_megabytes_is_refused(httpserver: HTTPServer, stub: Stub):
    stub.answers = [(200, bytes(10_000_001))]

    with pytest.raises(Permanent, match="10 MB"):
        cdogs(httpserver).make(ORDER)


@pytest.mark.parametrize("behaviour", ["silence", "reset", "cut"])
def test_a_server_that_misbehaves_can_be_asked_again_later(
    httpserver: HTTPServer,
    stub: Stub,
    behaviour: str,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(Cdogs, "call_seconds", 0.5)

    with (
        server(MISBEHAVIOUR[behaviour]) as url,
        pytest.raises(Temporary),
    ):
        cdogs(httpserver, base_url=url).make(ORDER)


def test_the_check_takes_a_token_and_makes_nothing(httpserver: HTTPServer, stub: Stub):
    stub.answers = [(200, {"dictionary": {"docx": ["docx", "pdf"]}})]

    assert "takes the client" in cdogs(httpserver).check()
    assert stub.asked[-1].path == "/api/v2/fileTypes"


def test_the_check_tells_what_is_wrong(httpserver: HTTPServer, stub: Stub):
    stub.answers = [(403, b"")]

    with pytest.raises(Misconfigured, match="permissions"):
        cdogs(httpserver).check()


def test_a_text_comes_along_and_is_filled_in(httpserver: HTTPServer, stub: Stub):
    stub.answers = [(200, "<p>Zoë &amp; Ann</p>".encode())]
    source = "<p>{d.first_name} &amp; Ann</p>"

    made = cdogs(httpserver).fill(TextOrder(source, {"first-name": "Zoë"}, html=True))

    assert made == "<p>Zoë &amp; Ann</p>"
    assert stub.asked[-1].get_json() == {
        "data": {"first_name": "Zoë"},
        "options": {"convertTo": "html"},
        "template": {
            "content": b64encode(source.encode()).decode(),
            "encodingType": "base64",
            "fileType": "html",
        },
    }


def test_what_it_escapes_in_plain_text_is_read_as_it_was(
    httpserver: HTTPServer, stub: Stub
):
    stub.answers = [(200, b"&lt;b&gt; &amp;amp; co")]

    assert cdogs(httpserver).fill(TextOrder("{d.x}", {"x": ""})) == "<b> &amp; co"
    assert stub.asked[-1].get_json()["options"] == {"convertTo": "txt"}


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [(200, b"\xff\xfe", Permanent), (422, b"", Permanent), (503, b"", Temporary)],
)
def test_a_text_that_does_not_come_is_told(
    httpserver: HTTPServer,
    stub: Stub,
    status: int,
    body: bytes,
    error: type[ProviderError],
):
    stub.answers = [(status, body)]

    with pytest.raises(error):
        cdogs(httpserver).fill(TextOrder("{d.x}", {"x": ""}))


def test_the_params_of_a_text_are_known():
    source = "{d.first_name:lowerCase} {d.rows[i].fee} {d.to.city} {c.now} {d}"

    assert Cdogs.reads(source) == ("first_name", "rows", "to.city")
    data = {"first-name": "x", "to": {}}
    assert Cdogs.lacks(source, data) == ["rows", "to.city"]


def test_names_that_would_fall_together_are_refused():
    with pytest.raises(Permanent, match="one name"):
        renamed({"a": [{"b-c": 1, "b c": 2}]})
