"""Libraries that speak through `requests` leave by the guard too."""

from __future__ import annotations

import socket

import pytest
import requests

from notify_project.egress import EgressNoAnswer, EgressRefused
from notify_project.egress.sessions import GuardedFailure, guarded_session


@pytest.fixture(autouse=True)
def _loopback_allowed(settings):
    settings.EGRESS_ALLOW = ["127.0.0.0/8", "::1/128"]


@pytest.fixture
def session():
    with guarded_session(total_seconds=5) as made:
        yield made


def test_a_request_goes_out_as_it_was_made(httpserver, session):
    httpserver.expect_request("/a", method="POST").respond_with_json({"ok": True}, 201)

    answer = session.post(
        httpserver.url_for("/a?b=1"), json={"c": "ü"}, auth=("joe", "s3cret")
    )

    request, _response = httpserver.log[0]
    assert (answer.status_code, answer.json()) == (201, {"ok": True})
    assert request.json == {"c": "ü"}
    assert request.authorization.password == "s3cret"
    assert request.args["b"] == "1"


def test_files_are_sent_whole(httpserver, session):
    httpserver.expect_request("/f").respond_with_data("")

    session.post(httpserver.url_for("/f"), files={"a": ("ü.bin", b"\x00\xff")})

    request, _response = httpserver.log[0]
    assert request.files["a"].read() == b"\x00\xff"


def test_a_redirect_is_an_answer_and_not_followed(httpserver, session):
    httpserver.expect_request("/a").respond_with_data(
        "", 302, headers={"Location": httpserver.url_for("/b")}
    )

    answer = session.get(httpserver.url_for("/a"))

    assert answer.status_code == 302
    assert len(httpserver.log) == 1


def test_a_forbidden_address_is_refused(httpserver, session, settings):
    settings.EGRESS_ALLOW = []

    with pytest.raises(GuardedFailure) as raised:
        session.get(httpserver.url_for("/a"))

    assert isinstance(raised.value, requests.ConnectionError)
    assert isinstance(raised.value.reason, EgressRefused)
    assert httpserver.log == []


def test_the_deadline_is_ours_whatever_the_caller_says():
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        guarded_session(total_seconds=0.3) as session,
        pytest.raises(GuardedFailure) as raised,
    ):
        session.get(f"http://127.0.0.1:{silent.getsockname()[1]}/", timeout=60)

    assert isinstance(raised.value.reason, EgressNoAnswer)


def test_proxies_of_the_environment_are_not_asked(httpserver, session, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1/")
    httpserver.expect_request("/a").respond_with_data("here")

    assert session.get(httpserver.url_for("/a")).text == "here"


def test_a_body_that_is_a_stream_is_refused(httpserver, session):
    with pytest.raises(TypeError, match="whole"):
        session.post(httpserver.url_for("/a"), data=iter([b"a"]))
