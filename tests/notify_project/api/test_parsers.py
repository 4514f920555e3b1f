"""Bodies over HTTP: what comes in is a checked object, or a 4xx that says why."""

import gzip
import io
import json
from typing import Any
from wsgiref.validate import InputWrapper

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client, RequestFactory
from django.urls import path
from rest_framework.permissions import AllowAny
from rest_framework.response import Response

from notify_project.api.parsers import SEND_BODY_BYTES, SMALL_BODY_BYTES, read_body
from notify_project.api.views import JsonView
from notify_project.errors import Malformed, TooLarge


class EchoView(JsonView):
    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()

    def post(self, request):
        return Response({"keys": sorted(request.data)})


class SendView(EchoView):
    body_limit_bytes = SEND_BODY_BYTES


urlpatterns = [path("echo", EchoView.as_view()), path("send", SendView.as_view())]
handler400 = "notify_project.api.problems.bad_request"

# A request's signals look after the database connection that an earlier test left open.
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


def post(body, content_type="application/json", path="/echo", **headers):
    return Client(raise_request_exception=False).generic(
        "POST", path, body, content_type=content_type, headers=headers
    )


def code_of(response):
    assert response["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == response.status_code
    assert problem["detail"]
    return response.status_code, problem["type"].rpartition("#")[2]


def call(environ, body):
    """The application as a WSGI server calls it, for what Client cannot send."""
    answer: dict[str, Any] = {}

    def start_response(status, headers, exc_info=None):
        answer["status"], answer["headers"] = int(status[:3]), dict(headers)

    base = RequestFactory().get("/echo").environ
    length = {"CONTENT_LENGTH": str(len(body))}
    answer["body"] = b"".join(
        WSGIHandler()(
            {
                **base,
                "REQUEST_METHOD": "POST",
                "CONTENT_TYPE": "application/json",
                "wsgi.input": io.BytesIO(body),
                **length,
                **environ,
            },
            start_response,
        )
    )
    return answer


CHUNKED = {
    "HTTP_TRANSFER_ENCODING": "chunked",
    "CONTENT_LENGTH": "",
    "wsgi.input_terminated": True,
}


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        'Application/JSON; charset="UTF-8"',
        "application/vnd.api+json",
    ],
)
def test_json_in_utf8_is_read(content_type):
    response = post(b'{"b":1,"a":"\xc3\xa9"}', content_type)

    assert response.status_code == 200
    assert response.json() == {"keys": ["a", "b"]}


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "application/json, application/json",
        "application/jsonp",
        "application/*",
        "*/*",
        "json",
        ";;;",
        "",
    ],
)
def test_other_content_types_are_415(content_type):
    assert code_of(post(b"{}", content_type)) == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    "charset", ["idna", "bogus", "utf-7", "utf-16", "latin-1", "punycode", ""]
)
def test_other_charsets_are_415(charset):
    response = post(b"{}", f"application/json; charset={charset}")

    assert code_of(response) == (415, "unsupported_charset")


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "gzip, identity"])
def test_compressed_bodies_are_415(encoding):
    response = post(gzip.compress(b"{}"), **{"Content-Encoding": encoding})

    assert code_of(response) == (415, "unsupported_encoding")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b" ", "empty_body"),
        (b"[]", "not_an_object"),
        (b"\xef\xbb\xbf{}", "malformed"),
        ('{"a":1}'.encode("utf-16"), "not_utf8"),
        (b'{"a":"\\u0000"}', "not_text"),
        (b'{"a":"\\ud800"}', "not_text"),
        (b'{"a":' + b"9" * 5000 + b"}", "number_out_of_range"),
        (b'{"a":1e400}', "number_out_of_range"),
        (b'{"a":NaN}', "number_out_of_range"),
        (b"[" * 100_000, "too_deep"),
        (b'{"a":1,"a":2}', "duplicate_key"),
        (b'{"a":1' + b',"b":1' * 120_000 + b"}", "too_many_keys"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_the_named_inputs_are_400(body, code):
    assert code_of(post(body)) == (400, code)


def test_the_small_limit_holds_on_ordinary_routes():
    fits = b'{"a":"' + b"x" * (SMALL_BODY_BYTES - 8) + b'"}'

    assert post(fits).status_code == 200
    assert code_of(post(fits + b" ")) == (413, "too_large")


def test_routes_that_send_take_attachments():
    fits = b'{"a":"' + b"x" * (SEND_BODY_BYTES - 8) + b'"}'

    assert post(fits, path="/send").status_code == 200
    assert code_of(post(fits + b" ", path="/send")) == (413, "too_large")


def test_no_body_is_not_an_empty_object():
    answer = call({}, b"")

    assert answer["status"] == 400
    assert json.loads(answer["body"])["type"].endswith("#empty_body")


def test_a_chunked_body_is_read_to_its_end():
    answer = call(CHUNKED, b'{"a":1}')

    assert (answer["status"], json.loads(answer["body"])) == (200, {"keys": ["a"]})


def test_a_chunked_body_is_bounded_while_it_is_read():
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size=-1):
            assert size > 0
            self.given += size
            return b" " * size

    source = Endless()

    answer = call(CHUNKED | {"wsgi.input": InputWrapper(source)}, b"")

    assert answer["status"] == 413
    assert source.given <= 2 * SMALL_BODY_BYTES


class BadChunk(Exception):
    """As gunicorn's InvalidChunkSize, which is no OSError."""


@pytest.mark.parametrize("error", [OSError("connection reset"), BadChunk()])
def test_a_chunked_body_that_breaks_off_or_makes_no_sense_is_400(error):
    class Broken(io.RawIOBase):
        def read(self, size=-1):
            raise error

    answer = call(CHUNKED | {"wsgi.input": Broken()}, b"")

    assert answer["status"] == 400
    assert json.loads(answer["body"])["type"].endswith("#incomplete_body")


def test_a_length_that_promises_too_much_is_400():
    answer = call({"CONTENT_LENGTH": "900"}, b'{"a":1}')

    assert answer["status"] == 400
    assert json.loads(answer["body"])["type"].endswith("#incomplete_body")


def test_a_length_that_promises_too_little_cuts_the_body():
    answer = call({"CONTENT_LENGTH": "4"}, b'{"a":1}')

    assert answer["status"] == 400
    assert json.loads(answer["body"])["type"].endswith("#malformed")


@pytest.mark.parametrize("length", ["-1", "abc", "1e3", "0x10", "٣", "9" * 30])
def test_a_length_that_is_no_number_is_400(length):
    assert call({"CONTENT_LENGTH": length}, b'{"a":1}')["status"] == 400


def test_a_large_length_is_refused_without_reading():
    class Untouched(io.RawIOBase):
        def read(self, size=-1):
            raise AssertionError("read")

    environ = {"CONTENT_LENGTH": "2000000", "wsgi.input": Untouched()}

    assert call(environ, b"")["status"] == 413


def test_get_needs_no_body_and_the_wrong_method_says_so():
    response = Client().get("/echo")

    assert code_of(response) == (405, "method_not_allowed")
    assert "POST" in response["Allow"]


def test_a_method_override_header_overrides_nothing():
    response = Client().get("/echo", headers={"X-HTTP-Method-Override": "POST"})

    assert response.status_code == 405


def test_read_body_joins_what_comes_in_pieces():
    class Slow(io.BytesIO):
        left = 10

        def read(self, size=-1):
            self.left -= 1
            return b"x" if self.left >= 0 else b""

    assert read_body(Slow(), {}, limit_bytes=10) == b"x" * 10
    with pytest.raises(TooLarge):
        read_body(Slow(), {}, limit_bytes=9)
    with pytest.raises(Malformed):
        read_body(Slow(), {"CONTENT_LENGTH": "11"}, limit_bytes=20)
