"""What an exchange means: the table of statuses, Retry-After, our own refusals."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notify_project.egress import Response
from providers.answers import (
    asking,
    exchange,
    json_bytes,
    json_object,
    post_json,
    refusal,
    retry_after_seconds,
)
from providers.errors import Misconfigured, Permanent, Temporary, Unknown
from tests.providers import wire


@pytest.fixture(autouse=True)
def _loopback(settings):
    settings.EGRESS_ALLOW = ["127.0.0.0/8"]


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (300, Unknown),
        (301, Misconfigured),
        (302, Unknown),
        (303, Unknown),
        (307, Misconfigured),
        (308, Misconfigured),
        (400, Permanent),
        (401, Misconfigured),
        (403, Misconfigured),
        (404, Misconfigured),
        (405, Permanent),
        (407, Misconfigured),
        (408, Unknown),
        (409, Permanent),
        (410, Misconfigured),
        (413, Permanent),
        (422, Permanent),
        (425, Temporary),
        (429, Temporary),
        (451, Permanent),
        (500, Unknown),
        (501, Unknown),
        (502, Unknown),
        (503, Unknown),
        (504, Unknown),
        (599, Unknown),
    ],
)
def test_a_status_means_what_the_table_says(status, error):
    said = refusal(Response(status, {}, b"secret words"))

    assert type(said) is error
    assert said.http_status == status
    assert said.code == f"http_{status}"
    assert "secret" not in said.detail


def test_only_too_many_requests_throttles():
    busy = refusal(Response(429, {"Retry-After": "9"}, b""))
    early = refusal(Response(425, {}, b""))

    assert isinstance(busy, Temporary)
    assert busy.throttled
    assert isinstance(early, Temporary)
    assert not early.throttled


@pytest.mark.parametrize(
    ("given_value", "seconds"),
    [
        ("120", 120.0),
        (" 1.5 ", 1.5),
        ("0", 0.0),
        ("86400", 3600.0),
        ("-5", None),
        ("1e400", None),
        ("9" * 300, None),
        ("soon", None),
        ("٣", None),
        ("Mon, 99 Foo 2026 00:00:00 GMT", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("", None),
    ],
)
def test_retry_after_is_read_or_left_alone(given_value, seconds):
    assert retry_after_seconds({"Retry-After": given_value}) == seconds


def test_retry_after_may_be_a_date():
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=90))

    assert 80 < (retry_after_seconds({"Retry-After": later}) or 0) <= 90


@given(st.text(max_size=60))
def test_no_retry_after_breaks_us(text):
    seconds = retry_after_seconds({"Retry-After": text})

    assert seconds is None or 0 <= seconds <= 3600


def test_an_answer_comes_back_whatever_its_status(httpserver):
    httpserver.expect_request("/hook").respond_with_data("no", status=418)

    response = post_json(httpserver.url_for("/hook"), {"text": "é"})

    assert (response.status, response.body) == (418, b"no")
    sent = httpserver.log[0][0]
    assert sent.get_data() == '{"text":"é"}'.encode()
    assert sent.content_type == "application/json"


def test_bytes_are_posted_as_they_are(httpserver):
    httpserver.expect_request("/hook").respond_with_data("")

    post_json(httpserver.url_for("/hook"), b'{"a": 1}', headers={"x-own": "1"})

    assert httpserver.log[0][0].get_data() == b'{"a": 1}'
    assert httpserver.log[0][0].headers["x-own"] == "1"


@pytest.mark.parametrize("behaviour", sorted(wire.MISBEHAVIOUR))
def test_a_lost_answer_is_unknown_within_the_deadline(behaviour):
    with wire.server(wire.MISBEHAVIOUR[behaviour]) as url:
        started = time.monotonic()
        with pytest.raises(Unknown) as raised:
            exchange("POST", url, body=b"x", total_seconds=0.7)

    assert raised.value.code == "no_answer"
    assert time.monotonic() - started < 8


def test_a_lost_answer_to_a_question_is_temporary():
    with (
        wire.server(wire.reset) as url,
        pytest.raises(Temporary) as raised,
        asking(),
    ):
        exchange("GET", url, total_seconds=2)

    assert raised.value.code == "no_answer"


def test_nobody_listening_is_temporary():
    with wire.closed_port() as url, pytest.raises(Temporary) as raised:
        exchange("POST", url, body=b"x")

    assert raised.value.code == "not_sent"


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/x", "http://169.254.169.254/", "file:///etc/passwd"]
)
def test_an_address_that_is_not_allowed_is_misconfigured(settings, url):
    settings.EGRESS_ALLOW = []

    with pytest.raises(Misconfigured) as raised:
        exchange("POST", url, body=b"x")

    assert raised.value.code == "address_not_allowed"
    assert url not in raised.value.detail


def test_half_a_surrogate_pair_is_escaped_as_json_has_it():
    assert json_bytes({"a": "\ud83d é\n"}) == b'{"a":"\\ud83d \xc3\xa9\\n"}'


@pytest.mark.parametrize("body", [b"", b"ok", b"[1]", b"null", b"\xff", b"[" * 50_000])
def test_what_is_no_json_object_is_an_empty_one(body):
    assert json_object(body) == {}
