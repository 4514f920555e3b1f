"""Calls of a library that uses `requests`: guarded, bounded, remembered."""

from __future__ import annotations

import time

import pytest
import requests

from notify_project.egress import EgressNotSent, EgressRefused, Response
from notify_project.egress.sessions import GuardedFailure
from notify_project.egress.standing_in import REQUESTS, watched
from tests.providers import wire


@pytest.fixture(autouse=True)
def _loopback(settings):
    settings.EGRESS_ALLOW = ["127.0.0.0/8"]


@pytest.mark.parametrize("verb", ["get", "post", "put", "delete"])
def test_the_verbs_go_out_as_they_do_with_requests(httpserver, verb):
    httpserver.expect_request("/x", method=verb.upper()).respond_with_json(
        {"a": 1}, headers={"X-Told": "yes"}
    )

    with watched(total_seconds=5, calls=1) as watch:
        answer = getattr(REQUESTS, verb)(
            httpserver.url_for("/x"),
            auth=("me", "word"),
            timeout=(1, 1),
            verify=False,
            allow_redirects=True,
        )

    assert answer.json() == {"a": 1}
    (outcome,) = watch.outcomes
    assert isinstance(outcome, Response)
    assert outcome.status == REQUESTS.codes.ok
    assert outcome.headers["X-Told"] == "yes"
    assert httpserver.log[0][0].authorization.username == "me"


def test_outside_of_a_watch_nothing_goes_out(httpserver):
    with pytest.raises(REQUESTS.RequestException):
        REQUESTS.get(httpserver.url_for("/x"))

    assert httpserver.log == []


def test_no_redirect_is_followed(httpserver):
    httpserver.expect_request("/x").respond_with_data(
        "", status=302, headers={"Location": httpserver.url_for("/y")}
    )

    with watched(total_seconds=5, calls=3):
        answer = REQUESTS.get(httpserver.url_for("/x"), allow_redirects=True)

    assert answer.status_code == 302
    assert len(httpserver.log) == 1


def test_more_calls_than_allowed_are_not_sent(httpserver):
    httpserver.expect_request("/x").respond_with_data("")

    with watched(total_seconds=5, calls=1) as watch:
        REQUESTS.get(httpserver.url_for("/x"))
        with pytest.raises(GuardedFailure):
            REQUESTS.get(httpserver.url_for("/x"))

    assert len(httpserver.log) == 1
    assert isinstance(watch.outcomes[1], EgressNotSent)


def test_all_calls_together_end_in_time():
    started = time.monotonic()

    with wire.server(wire.silence) as url, watched(total_seconds=0.5, calls=9) as watch:
        for _ in range(3):
            with pytest.raises(requests.RequestException):
                REQUESTS.get(url)

    assert time.monotonic() - started < 3
    assert len(watch.outcomes) == 3


def test_an_address_that_is_not_allowed_is_told_as_such(settings):
    settings.EGRESS_ALLOW = []

    with (
        watched(total_seconds=5, calls=1) as watch,
        pytest.raises(GuardedFailure) as raised,
    ):
        REQUESTS.post("http://127.0.0.1:9/", data={"a": "b"})

    assert isinstance(raised.value.reason, EgressRefused)
    assert watch.outcomes == [raised.value.reason]
