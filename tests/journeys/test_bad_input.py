"""Whatever comes in, the answer says what is wrong and where, and is never a 5xx."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from delivery.models import Notification
from tenants.models import Tenant
from tests.journeys.conftest import Caller

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]

NOBODY = "019a0000-0000-7000-8000-0000000000aa"
EMAIL: dict[str, Any] = {
    "recipients": {
        "to": ["a@example.org"],
        "cc": ["b@example.org"],
        "bcc": ["c@d.org"],
    },
    "content": {"subject": "Subject", "body": "Body", "bodyType": "text"},
    "replyTo": ["r@example.org"],
    "headers": {"X-Case": "17"},
    "attachments": [
        {"filename": "a.txt", "content": "YQ==", "contentType": "text/plain"}
    ],
    "params": {"name": "Ann", "deep": {"list": [1, 2.5, True, None]}},
    "correlationId": "case-17",
    "tags": ["one", "two"],
    "allowDuplicate": True,
    "priority": "high",
    "onUnknown": "hold",
    "delayedSend": "2020-01-01T00:00:00Z",
    "expiresAt": "2090-01-01T00:00:00Z",
    "from": "notify@example.org",
}
SMS: dict[str, Any] = {
    "recipients": {"to": ["+17787001234"]},
    "content": {"message": "Hello"},
    "allowDuplicate": True,
}
CHAT: dict[str, Any] = {
    "recipients": {"to": ["ops"]},
    "content": {"title": "Title", "body": "Text"},
}
OF_REQUEST = ("params", "correlationId", "tags", "allowDuplicate")
SIMPLE: dict[str, Any] = {
    **{name: EMAIL[name] for name in OF_REQUEST},
    "email": {name: EMAIL[name] for name in EMAIL if name not in OF_REQUEST},
    "sms": {name: SMS[name] for name in SMS if name not in OF_REQUEST},
}
TEMPLATE: dict[str, Any] = {
    "name": "Name",
    "channel": "email",
    "description": "Description",
    "subject": "Subject",
    "body": "Body",
    "bodyType": "text",
    "renderer": "handlebars",
}
SENDER: dict[str, Any] = {
    "address": "new@example.org",
    "name": "Name",
    "replyTo": "r@example.org",
    "isDefault": False,
    "channel": "email",
}
# method, path, a body that is taken there (or would be, if the thing existed)
BODIES: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/notifysimple", SIMPLE),
    ("POST", "/notifysimple/preview", SIMPLE),
    ("POST", "/notifysimple/email", EMAIL),
    ("POST", "/notifysimple/email/preview", EMAIL),
    ("POST", "/notifysimple/sms", SMS),
    ("POST", "/notifysimple/sms/preview", SMS),
    ("POST", "/notifysimple/msgapp", CHAT),
    ("POST", "/notifysimple/msgApp/preview", CHAT),
    ("POST", "/templates", TEMPLATE),
    ("POST", "/senders", SENDER),
    ("PATCH", f"/notify/{NOBODY}", {"action": "cancel"}),
    ("PATCH", f"/templates/{NOBODY}", {"name": "x"}),
    ("PATCH", f"/senders/{NOBODY}", {"name": "x"}),
]


@pytest.fixture(autouse=True)
def _unlimited(tenant: Tenant) -> None:
    tenant.requests_per_minute_live = 1_000_000
    tenant.save()


def ask(caller: Caller, method: str, path: str, body: Any, **headers: str) -> Any:
    raw = isinstance(body, bytes)
    return caller.client.generic(
        method,
        path,
        body if raw else json.dumps(body),
        content_type=headers.pop("content_type", "application/json"),
        headers={"X-API-KEY": caller.key, **headers},
    )


def ensure_told(answer: Any, *statuses: int) -> dict[str, Any]:
    """A problem with a sentence; which one of the statuses, if any are given."""
    assert 400 <= answer.status_code < 500, answer.content[:500]
    assert not statuses or answer.status_code in statuses, answer.content[:500]
    assert answer["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert len(problem["detail"]) > 10
    assert len(answer.content) < 50_000
    return problem


def deep(levels: int) -> bytes:
    return b'{"params":' + b"[" * levels + b"]" * levels + b"}"


def of(**body: Any) -> bytes:
    return json.dumps(body).encode()


RAW: dict[str, tuple[bytes, int]] = {
    "nothing": (b"", 400),
    "white space": (b" \r\n", 400),
    "no JSON": (b"{'a': 1}", 400),
    "a comment": (b'{"a": 1} // b', 400),
    "a trailing comma": (b'{"a": 1,}', 400),
    "two objects": (b"{}{}", 400),
    "a list": (b"[]", 400),
    "a text": (b'"{}"', 400),
    "null": (b"null", 400),
    "NaN": (b'{"params": {"a": NaN}}', 400),
    "-Infinity": (b'{"params": {"a": -Infinity}}', 400),
    "1e400": (b'{"params": {"a": 1e400}}', 400),
    "5,000 digits": (b'{"params": {"a": ' + b"9" * 5000 + b"}}", 400),
    "a deep list": (deep(40), 400),
    "a bottomless list": (deep(100_000), 400),
    "twins": (b'{"tags": [], "tags": []}', 400),
    "twins within": (b'{"params": {"a": 1, "a": 2}}', 400),
    "200,000 keys": (
        b'{"params":{' + b",".join(b'"k%d":1' % n for n in range(200_000)) + b"}}",
        413,
    ),
    "10,001 keys": (
        b'{"params":{' + b",".join(b'"%d":1' % n for n in range(10_001)) + b"}}",
        400,
    ),
    "a BOM": (b"\xef\xbb\xbf{}", 400),
    "Latin-1": (b'{"params": {"a": "\xfc"}}', 400),
    "UTF-16": ('{"params": {}}'.encode("utf-16"), 400),
    "UTF-32": ('{"params": {}}'.encode("utf-32-be"), 400),
    "U+0000": (b'{"correlationId": "a\\u0000b"}', 400),
    "U+0000 in a name": (b'{"a\\u0000": 1}', 400),
    "half a pair": (b'{"correlationId": "\\ud800"}', 400),
    "halves in the wrong order": (b'{"params": {"a": "\\udc00\\ud800"}}', 400),
    "overlong UTF-8": (b'{"params": {"a": "\xc0\xaf"}}', 400),
    "a pair as UTF-8": (b'{"params": {"a": "\xed\xa0\x80"}}', 400),
    "a raw control character": (b'{"params": {"a": "\x01"}}', 400),
    "an unknown field": (b'{"overides": {}}', 422),
    "an unknown field with a long name": (of(**{"x" * 100_000: 1}), 422),
    "many unknown fields": (of(**{f"x{n}": 1 for n in range(5000)}), 422),
}


@pytest.mark.parametrize("name", RAW)
def test_a_body_that_is_no_request_is_refused_everywhere(
    caller: Caller, tenant: Tenant, name: str
):
    body, status = RAW[name]
    for method, path, _ in BODIES:
        answer = ask(caller, method, path, body)

        # The larger body is read only where messages are sent; what cannot be found
        # is told before what would be done to it.
        also = {413: [400], 400: [415] if not body else []}.get(status, [])
        ensure_told(answer, status, *also, 404)
    assert Notification.for_tenant(tenant).count() == 0


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "text/json",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "application/jsonx",
        "application/json, text/html",
        "application/json; charset=utf-16",
        "application/json; charset=utf-7",
        "application/json; charset=idna",
        "application/json; charset=bogus",
        "application/json; charset=latin-1",
        "application/json; charset=" + "x" * 5000,
        "json",
        "/",
        "a" * 16_000,
    ],
)
def test_a_body_that_is_not_declared_as_json_in_utf_8_is_not_read(
    caller: Caller, content_type: str
):
    for method, path, body in BODIES:
        answer = ask(caller, method, path, body, content_type=content_type)

        ensure_told(answer, 415, 404)


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json; charset=utf-8",
        "application/json;charset=UTF8",
        "APPLICATION/JSON",
        "application/vnd.api+json",
    ],
)
def test_ways_to_declare_json_that_are_well(caller: Caller, content_type: str):
    path = "/notifysimple/sms/preview"

    answer = ask(caller, "POST", path, SMS, content_type=content_type)

    assert answer.status_code == 200


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "identity, gzip"])
def test_a_compressed_body_is_not_read(caller: Caller, encoding: str):
    headers = {"Content-Encoding": encoding}

    answer = ask(caller, "POST", "/notifysimple", b"\x1f\x8b", **headers)

    ensure_told(answer, 415)


def _raw(caller: Caller, body: bytes, **environ: Any) -> Any:
    """A request as a server hands it over, with a length that may lie."""
    return caller.client.request(
        **{
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/notifysimple/sms/preview",
            "CONTENT_TYPE": "application/json",
            "HTTP_X_API_KEY": caller.key,
            "wsgi.input": BytesIO(body),
            **environ,
        }
    )


def test_a_chunked_body_without_a_length_is_read(caller: Caller):
    environ = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}

    assert _raw(caller, of(**SMS), **environ).status_code == 200


@pytest.mark.parametrize("length", ["", "0", "9999", "-1", "1e3", "five", "9" * 30])
def test_a_length_that_lies_is_found_out(caller: Caller, length: str):
    answer = _raw(caller, of(**SMS), CONTENT_LENGTH=length)

    ensure_told(answer, 400, 413)


@pytest.mark.parametrize("name", ["X-API-KEY", "Idempotency-Key", "X-Correlation-Id"])
def test_headers_of_16_kb_are_no_matter(caller: Caller, name: str):
    headers = {"X-API-KEY": caller.key, name: "a" * 16_384}

    answer = caller.client.post(
        "/notifysimple/sms", SMS, content_type="application/json", headers=headers
    )

    assert answer.status_code in (202, 401, 422)


@pytest.mark.parametrize(
    "path",
    [
        "/notify/..%2f..%2fetc%2fpasswd",
        "/notify/../templates",
        "/notify/%00",
        "/notify/%2e%2e",
        "/notify//",
        f"/notify/{NOBODY}%0d%0aX-Evil:1",
        f"/notify/{NOBODY}/",
        f"/notify/{NOBODY};a=b",
        "/notify/\u202e",
        "/notify/" + "a" * 8000,
        "/templates/1%20OR%201=1",
        "/api/v1/../v1/notify",
        "/%c0%af",
        "/notify/'%22<script>",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_paths_with_tricks_lead_nowhere(caller: Caller, method: str, path: str):
    answer = ask(caller, method, path, {})

    ensure_told(answer, 404, 405, 400)
    assert answer["X-Content-Type-Options"] == "nosniff"


LISTS = ("/notify", "/templates", "/senders")


@pytest.mark.parametrize(
    "query",
    [
        "&".join(f"tag={n}" for n in range(10_000)),
        "&".join(f"a{n}=1" for n in range(10_000)),
        "limit=%00",
        "cursor=%00",
        "cursor=" + "a" * 8000,
        "limit=1&limit=x",
        "limit=%EF%BC%95",
        "limit=1e1",
        "limit=-1",
        "limit=99999999999999999999",
        "%00=1",
        "a[b]=1",
        "%ff=%ff",
        "limit=%ff",
        "cursor=%ed%a0%80",
    ],
)
@pytest.mark.parametrize("path", LISTS)
def test_a_query_that_makes_no_sense_is_refused(caller: Caller, path: str, query: str):
    ensure_told(ask(caller, "GET", f"{path}?{query}", b""), 400, 422)


@pytest.mark.parametrize(
    "text",
    ["%00", "%ff%fe", "%ed%a0%80", "%F0%9F%98%80", "a" * 8000, "'; DROP TABLE x;--"],
)
@pytest.mark.parametrize(
    ("path", "name"),
    [
        *(
            ("/notify", name)
            for name in ("tag", "correlationId", "eventType", "status")
        ),
        *(("/notify", name) for name in ("startDate", "endDate", "channel")),
        *(("/templates", name) for name in ("name", "channel")),
        (f"/notify/{NOBODY}", "include"),
    ],
)
def test_any_text_can_be_asked_for(caller: Caller, path: str, name: str, text: str):
    answer = ask(caller, "GET", f"{path}?{name}={text}", b"")

    assert answer.status_code in (200, 400, 404, 422), answer.content[:300]


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where a body holds anything, containers too."""
    yield path
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for key, inner in items:
        yield from leaves(inner, (*path, key))


def replaced(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    changed = deepcopy(body)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return changed


SENDS = {"/notifysimple", "/notifysimple/email", "/notifysimple/sms"}
WRONG: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    10**99,
    "",
    " ",
    "x",
    [],
    {},
    [[]],
    [None],
    [{}],
    {"": ""},
    {"a": {"b": [1]}},
    ["x"] * 1001,
    "x" * 2000,
    "{{", "{{x}}", "{{#each a}}", "{{{a}}}", "{{>x}}", "{{a.b.c}}",
    "\u2028",
    "e\u0301" * 10_000,
    "\U0001f600",
    "<script>alert(1)</script>",
    "=cmd()",
    "%s%n{}${x}",
]  # fmt: skip


# Sending reads as previewing does, and costs more.
_CHECKED = [n for n, (_, path, _) in enumerate(BODIES) if path not in SENDS]


@pytest.mark.parametrize("number", _CHECKED, ids=lambda n: BODIES[n][1])
def test_a_wrong_value_anywhere_is_never_a_fault_of_ours(caller: Caller, number: int):
    method, path, body = BODIES[number]
    for place in leaves(body):
        if not place:
            continue
        for wrong in WRONG:
            answer = ask(caller, method, path, replaced(body, place, wrong))

            if answer.status_code >= 400:
                problem = ensure_told(answer, 422, 404, 400, 409)
                named = [one["field"] for one in problem["errors"]]
                assert answer.status_code in (404, 409) or named, (
                    place,
                    wrong,
                    problem,
                )
            else:
                assert answer.status_code in (200, 201, 202), (place, wrong)


FORGING = [
    *(chr(n) for n in range(1, 0x20)),
    *(chr(n) for n in range(0x7F, 0xA0)),
    *"\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e",
    *"\u2066\u2067\u2068\u2069",
]
Put = Callable[[str], tuple[str, str, dict[str, Any]]]


def in_email(*place: Any) -> Put:
    def put(value: str) -> tuple[str, str, dict[str, Any]]:
        return "POST", "/notifysimple/email", replaced(EMAIL, place, value)

    return put


LINES: dict[str, Put] = {
    "content.subject": in_email("content", "subject"),
    "from": in_email("from"),
    "replyTo[0]": in_email("replyTo", 0),
    "recipients.to[0]": in_email("recipients", "to", 0),
    "recipients.cc[0]": in_email("recipients", "cc", 0),
    "recipients.bcc[0]": in_email("recipients", "bcc", 0),
    "headers.X-Case": in_email("headers", "X-Case"),
    "attachments[0].filename": in_email("attachments", 0, "filename"),
    "attachments[0].contentType": in_email("attachments", 0, "contentType"),
    "correlationId": in_email("correlationId"),
    "tags[0]": in_email("tags", 0),
    "content.title": lambda value: (
        "POST",
        "/notifysimple/msgapp/preview",
        replaced(CHAT, ("content", "title"), value),
    ),
    "name": lambda value: ("POST", "/senders", {**SENDER, "name": value}),
    "address": lambda value: ("POST", "/senders", {**SENDER, "address": value}),
    "replyTo": lambda value: ("POST", "/senders", {**SENDER, "replyTo": value}),
}


@pytest.mark.parametrize("field", LINES)
def test_no_character_that_forges_a_line_gets_into_one(
    caller: Caller, tenant: Tenant, field: str
):
    for character in FORGING:
        for text in (
            f"a{character}b@example.org",
            f"a@example.org{character}Bcc: x@y.z",
        ):
            answer = ask(caller, *LINES[field](text))

            problem = ensure_told(answer, 422)
            named = {one["field"] for one in problem["errors"]}
            assert field in named, (hex(ord(character)), problem)
    assert Notification.for_tenant(tenant).count() == 0


@pytest.mark.parametrize("field", ["content.subject", "recipients.to[0]", "replyTo[0]"])
def test_nor_does_it_by_a_parameter(caller: Caller, field: str):
    for character in FORGING:
        method, path, body = LINES[field]("{{evil}}")
        body["params"] = {"evil": f"a@example.org{character}Bcc: x@y.z"}

        problem = ensure_told(ask(caller, method, path, body), 422)

        assert [one["field"] for one in problem["errors"]] == [field]


@pytest.mark.parametrize(
    "headers",
    [
        {"X-A: 1\r\nBcc": "e@x.org"},
        {"X-A\n": "1"},
        {"X-A:": "1"},
        {"X A": "1"},
        {"X-Ä": "1"},
        {"": "1"},
        {"X-": "1"},
        {"X-" + "a" * 61: "1"},
        {"From": "e@x.org"},
        {"to": "e@x.org"},
        {"BCC": "e@x.org"},
        {"Sender": "e@x.org"},
        {"Reply-To": "e@x.org"},
        {"Return-Path": "e@x.org"},
        {"Subject": "x"},
        {"Message-ID": "<x@y>"},
        {"Date": "x"},
        {"Content-Type": "text/html"},
        {"MIME-Version": "1.0"},
        {"DKIM-Signature": "x"},
        {"Received": "x"},
        {"X-SMTPAPI": "{}"},
        {"X-A": "a" * 1000},
        {"X-A": "1", "x-a": "2"},
        {f"X-{n}": "1" for n in range(21)},
        {"List-Id": "\u00fc"},
        {"X-A": 1},
        {"X-A": None},
        {"X-A": ["1"]},
        ["X-A"],
        "X-A: 1",
    ],
)
def test_a_header_off_the_list_is_refused(caller: Caller, headers: Any):
    body = {**EMAIL, "headers": headers}

    problem = ensure_told(ask(caller, "POST", "/notifysimple/email", body), 422)

    assert all(one["field"].startswith("headers") for one in problem["errors"])


@pytest.mark.parametrize(
    "address",
    [
        "plain",
        "@example.org",
        "a@",
        "a@@example.org",
        "a@b@example.org",
        "a b@example.org",
        "a@example",
        "a@.org",
        "a@-x.org",
        "a@x..org",
        ".a@example.org",
        "a.@example.org",
        "a..b@example.org",
        '"a b"@example.org',
        '"a@b"@example.org',
        "a@[127.0.0.1]",
        "a@127.0.0.1",
        "Ann <a@example.org>",
        "<a@example.org>",
        "a@example.org, b@example.org",
        "a@example.org;b@example.org",
        "a" * 65 + "@example.org",
        "a" * 64 + "@" + "b" * 63 + "." + "c" * 63 + "." + "d" * 63 + ".org",
        "mailto:a@example.org",
        "ä@example.org",
        "a@exa\u0000mple.org".replace("\u0000", "\u200b"),
        "a\u00a0@example.org",
        "a@ex ample.org",
        "a@example.org/x",
        "a@xn--a.org\\",
        "a@" + "x" * 64 + ".org",
    ],
)
def test_what_is_no_address_is_refused(caller: Caller, address: str):
    body = {**EMAIL, "recipients": {"to": ["b@example.org", address]}}

    problem = ensure_told(ask(caller, "POST", "/notifysimple/email", body), 422)

    assert [one["field"] for one in problem["errors"]] == ["recipients.to[1]"]
    assert [one["code"] for one in problem["errors"]] == ["invalid_address"]


@pytest.mark.parametrize(
    "address",
    [
        "a+tag@example.org",
        "o'brien@example.org",
        "a" * 64 + "@example.org",
        "a@b\u00fccher.example",
        "a@xn--bcher-kva.example",
        "a@\u0440\u0430ypal.com",
        "A.B-c_d@Sub.Example.ORG",
        "!#$%&'*+/=?^_`{|}~-@example.org",
        " a@example.org ",
    ],
)
def test_odd_addresses_that_are_addresses_are_taken(caller: Caller, address: str):
    body = {**EMAIL, "recipients": {"to": [address]}}

    assert ask(caller, "POST", "/notifysimple/email", body).status_code == 202


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("", "phone_empty"),
        ("call me", "phone_letters"),
        ("1-800-FLOWERS", "phone_letters"),
        ("604 555 0123 ext. 4", "phone_extension"),
        ("604 555 0123 x4", "phone_extension"),
        ("604 555 0123#4", "phone_extension"),
        ("555 0123", "phone_too_short"),
        ("+1 604 555 01234567", "phone_too_long"),
        ("9" * 500, "phone_too_long"),
        ("+999 1234567", "phone_country"),
        ("+1 900 555 0123", "phone_premium_rate"),
        ("+870 773 111 632", "phone_satellite"),
        ("a@example.org", "phone_letters"),
        ("+1604555\u20280123", "phone_unreadable"),
        ("604,555,0123", "phone_unreadable"),
    ],
)
def test_what_is_no_phone_number_is_refused_with_its_reason(
    caller: Caller, number: str, code: str
):
    body = {**SMS, "recipients": {"to": [number]}}

    problem = ensure_told(ask(caller, "POST", "/notifysimple/sms", body), 422)

    assert problem["errors"][0]["field"] == "recipients.to[0]"
    assert problem["errors"][0]["code"] == code


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("a" * 160, 202),
        ("a" * 918, 202),
        ("a" * 919, 422),
        ("€" * 456, 202),
        ("€" * 457, 422),
        ("ж" * 70, 202),
        ("ж" * 71, 202),
        ("ж" * 918, 202),
        ("ж" * 919, 422),
        ("\U0001f600" * 459, 202),
        ("\U0001f600" * 460, 422),
        (" \n ", 422),
        ("a\x1bb", 422),
    ],
)
def test_texts_end_at_the_edges_of_the_network(caller: Caller, text: str, status: int):
    body = {**SMS, "content": {"message": text}}

    answer = ask(caller, "POST", "/notifysimple/sms", body)

    assert answer.status_code == status, answer.content
    if status == 422:
        assert ensure_told(answer)["errors"][0]["field"] == "content.message"


def test_emoji_and_scripts_of_the_world_pass(caller: Caller):
    body = {
        **EMAIL,
        "content": {
            "subject": "Grüße \U0001f600 \u0633\u0644\u0627\u0645",
            "body": "日本",
        },
    }

    preview = ask(caller, "POST", "/notifysimple/email/preview", body).json()

    assert preview["content"]["subject"] == "Grüße \U0001f600 \u0633\u0644\u0627\u0645"
    assert preview["content"]["body"] == "日本"


@pytest.mark.parametrize(
    ("path", "body", "field", "hint"),
    [
        (
            "/email",
            {"to": ["a@b.org"], "subject": "S", "body": "B"},
            "to",
            "recipients.to",
        ),
        ("/email", {"recipients": ["a@b.org"]}, "recipients", "recipients.to"),
        ("/email", {"recipients": "a@b.org"}, "recipients", "recipients.to"),
        ("/email", {"subject": "S"}, "subject", "content.subject"),
        ("/email", {"content": "Hello"}, "content", "body"),
        ("/sms", {"message": "Hi"}, "message", "content.message"),
        ("/sms", {"content": {"text": "Hi"}}, "content.text", "content.body"),
        ("/email", {"content": {"message": "Hi"}}, "content.message", "content.body"),
        ("/sms", {"recipients": {"cc": ["7787001234"]}}, "recipients.cc", "to"),
        ("", {"recipients": {"to": []}}, "recipients", "email.recipients"),
        ("", {"to": []}, "to", "email.recipients.to"),
        ("", {"email": {"to": []}}, "email.to", "recipients.to"),
        ("", {"email": []}, "email", "object"),
        ("", {"msgapp": {}}, "msgapp", "msgApp"),
        ("", {"chat": {}}, "chat", "msgApp"),
        ("", {"mail": {}}, "mail", "email"),
        ("", {"emial": {}}, "emial", "email"),
        ("/email", {"recipient": {}}, "recipient", "recipients"),
        ("/email", {"content": {"bdy": "x"}}, "content.bdy", "body"),
        ("/email", {"message": "x"}, "message", "content.body"),
        ("/email", {"reply_to": "x"}, "reply_to", "replyTo"),
        ("/email", {"sms": {}}, "sms", "/notifysimple"),
        ("/email", {"email": {}, "recipients": {}}, "recipients", "email.recipients"),
        ("/sms", {"attachments": []}, "attachments", "email"),
    ],
)
def test_the_old_shapes_are_told_where_things_belong(
    caller: Caller, path: str, body: dict[str, Any], field: str, hint: str
):
    problem = ensure_told(ask(caller, "POST", f"/notifysimple{path}", body), 422)

    messages = [one["message"] for one in problem["errors"] if one["field"] == field]
    assert messages, problem
    assert hint in messages[0]


@pytest.mark.parametrize("path", ["/email", "/sms", "/msgapp", ""])
def test_nothing_at_all_is_told_what_is_wanted(caller: Caller, path: str):
    problem = ensure_told(ask(caller, "POST", f"/notifysimple{path}", {}), 422)

    assert problem["type"].endswith("#no_channels")


@pytest.mark.parametrize("same", [True, False])
def test_two_names_for_the_text_may_not_contradict_each_other(
    caller: Caller, same: bool
):
    body = {**SMS, "content": {"body": "A", "message": "A" if same else "B"}}

    answer = ask(caller, "POST", "/notifysimple/sms/preview", body)

    if same:
        assert answer.json()["content"] == {"body": "A"}
    else:
        problem = ensure_told(answer, 422)
        assert problem["type"].endswith("#conflicting_content")
        assert problem["errors"][0]["field"] == "content.message"


def test_a_text_message_is_no_html(caller: Caller):
    body = {**SMS, "content": {"body": "A", "bodyType": "html"}}

    problem = ensure_told(ask(caller, "POST", "/notifysimple/sms", body), 422)

    assert problem["errors"][0]["field"] == "content.bodyType"


@pytest.mark.parametrize("text", ["Text", "TEXT", "plain", "Markdown"])
def test_body_types_are_words_of_a_list(caller: Caller, text: str):
    body = replaced(EMAIL, ("content", "bodyType"), text)

    problem = ensure_told(ask(caller, "POST", "/notifysimple/email", body), 422)

    assert problem["errors"][0]["field"] == "content.bodyType"
    assert "text, html" in problem["errors"][0]["message"]


def test_fifty_share_an_envelope_and_no_more(caller: Caller):
    def to(count: int) -> Any:
        many = [f"a{n}@example.org" for n in range(count)]
        body = {**EMAIL, "recipients": {"to": many[:20], "bcc": many[20:]}}
        return ask(caller, "POST", "/notifysimple/email", body)

    assert to(50).status_code == 202
    problem = ensure_told(to(51), 422)
    assert problem["type"].endswith("#too_many_recipients")
    assert "list" in problem["detail"]


def test_a_thousand_numbers_and_no_more(caller: Caller):
    def to(count: int) -> Any:
        many = [f"+1604555{n:04}" for n in range(count)]
        body = {**SMS, "recipients": {"to": many}}
        return ask(caller, "POST", "/notifysimple/sms", body)

    assert to(1000).status_code == 202
    ensure_told(to(1001), 422)


def test_a_thousand_mistakes_are_told_in_a_short_answer(caller: Caller):
    body = {**SMS, "recipients": {"to": ["x"] * 1000}}

    problem = ensure_told(ask(caller, "POST", "/notifysimple/sms", body), 422)

    assert 10 <= len(problem["errors"]) <= 100
    assert len(problem["detail"]) < 1000


def test_templates_can_neither_reach_out_nor_run_for_ever(caller: Caller):
    for text in (
        "{{#each a}}{{#each a}}{{#each a}}{{#each a}}{{#each a}}x{{/each}}{{/each}}"
        "{{/each}}{{/each}}{{/each}}",
        "{{__class__}}",
        "{{constructor.constructor}}",
        "{{#if a}}" * 100 + "{{/if}}" * 100,
    ):
        body = {
            **EMAIL,
            "params": {"a": list(range(200))},
            "content": {"subject": "S", "body": text, "renderer": "handlebars"},
        }

        ensure_told(ask(caller, "POST", "/notifysimple/email/preview", body), 422)


def test_a_thousand_bombs_cost_no_more_than_one(caller: Caller):
    bomb = "{{#each a}}{{#each ../a}}{{#each ../../a}}x{{/each}}{{/each}}{{/each}}"
    body = {
        "params": {"a": list(range(200))},
        "recipients": {"to": [bomb] * 1000},
        "content": {"body": bomb},
    }

    start = time.thread_time()
    problem = ensure_told(ask(caller, "POST", "/notifysimple/sms", body), 422)

    assert time.thread_time() - start < 10  # 250 seconds, were each tried
    assert problem["errors"][0]["code"] == "render_limit"


json_values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**30), 10**30),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(
                ["to", "cc", "body", "message", "subject", "template", "templateId"]
            )
            | st.text(
                st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
                max_size=5,
            ),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=12,
)


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_no_json_at_all_is_a_fault_of_ours(caller: Caller, data: st.DataObject):
    method, path, body = data.draw(st.sampled_from(BODIES))
    place = data.draw(st.sampled_from([one for one in leaves(body) if one]))

    answer = ask(caller, method, path, replaced(body, place, data.draw(json_values)))

    if answer.status_code >= 400:
        ensure_told(answer, 422, 404, 400, 409)


def test_a_page_that_errs_shows_no_traceback():
    answer = Client(raise_request_exception=False).get("/notify/%00")

    assert answer.status_code in (401, 404)
    assert b"Traceback" not in answer.content


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"bdy": 1}, "unknown_field"),
        ({"bdy": 1, "cntent": 2}, "unknown_field"),
        ({"priority": "urgent"}, "invalid_choice"),
        ({"attachments": [{"content": "aGk="}]}, "required"),
        ({"bdy": 1, "priority": "urgent"}, "invalid"),
        ({"allowDuplicate": "true"}, "invalid"),
    ],
)
def test_the_type_says_what_is_wrong_where_it_is_one_thing(
    caller: Caller, changes: dict[str, Any], kind: str
):
    answer = ask(caller, "POST", "/notifysimple/email", {**EMAIL, **changes})

    problem = ensure_told(answer, 422)

    assert problem["type"].endswith(f"#{kind}")


def test_a_type_has_one_title(caller: Caller):
    one = {**EMAIL, "recipients": {"to": ["x"]}}
    two = {**EMAIL, "recipients": {"to": ["x", "y"]}}

    titles = {
        ensure_told(ask(caller, "POST", "/notifysimple/email", body), 422)["title"]
        for body in (one, two)
    }

    assert titles == {"A recipient's address is not valid"}


@pytest.mark.parametrize("path", ["/notify/abc", "/templates/1", "/senders/x"])
def test_what_is_no_id_is_told_so(caller: Caller, path: str):
    problem = ensure_told(ask(caller, "GET", path, b""), 404)

    assert problem["type"].endswith("#not_an_id")
    assert "is not an id" in problem["detail"]


def test_all_that_is_wrong_is_told_at_once(caller: Caller):
    body = {
        "recipients": {"to": ["nobody"]},
        "content": {"template": "none", "bdy": "x"},
        "attachments": [{"filename": "a", "content": "%"}, {"content": "aGk="}],
        "delayedSend": "soon",
        "tags": [""],
    }

    problem = ensure_told(ask(caller, "POST", "/notifysimple/email", body), 422)

    assert {one["field"]: one["code"] for one in problem["errors"]} == {
        "recipients.to[0]": "invalid_address",
        "content.template": "unknown_template",
        "content.bdy": "unknown_field",
        "attachments[0].content": "invalid_field",
        "attachments[1].filename": "required",
        "delayedSend": "invalid_time",
        "tags[0]": "invalid_field",
    }
    assert problem["type"].endswith("#invalid")
