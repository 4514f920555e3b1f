"""Apprise on loopback and behind our guard: what its statuses tell, and what not."""

from __future__ import annotations

import json
import logging
import socket
import time

import pytest

from notify_project.egress import EgressNoAnswer, EgressNotSent
from notify_project.egress.standing_in import Watch
from providers.errors import Misconfigured, ProviderError, Temporary, Unknown
from providers.msgapp.apprise import SERVICES, Apprise, AppriseConfig, _failure
from tests.providers import wire
from tests.providers.msgapp.chat import payload

TOKEN = "Abcdefghijklmn-"
# One URL of each service; credentials are made up.
URLS = (
    "cliq://1000.aaaaaaaaaa.bbbbbbbbbb/channel",
    "feishu://aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
    f"flock://{'a' * 24}",
    f"gotifys://127.0.0.1/{TOKEN}",
    "humhubs://token@127.0.0.1/1",
    "lark://aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
    "line://aaaaaaaa/Ubbbbbbbb",
    "nctalks://user:pass@127.0.0.1/room",
    "ntfys://127.0.0.1/topic",
    f"pover://{'u' * 30}@{'a' * 30}",
    "ryver://apprise/ckhrjW8w672m6HG",
    "signals://127.0.0.1/16045550100/16045550123",
    "stackfield://aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
    "synologys://127.0.0.1/token",
    "tgram://123456789:abcdefg_hijklmnop/12315544/",
    "viber://aaaaaaaa/bbbbbbbb",
    f"webex://{'a' * 80}",
    "zoom://webhookid/verificationtoken",
    "zulip://bot@example/ceda6ef5b1c24f0d8a1f5b6c7d8e9f0a/channel",
)


@pytest.fixture(autouse=True)
def _loopback(settings):
    settings.EGRESS_ALLOW = ["127.0.0.0/8"]


def gotify(base: str) -> Apprise:
    return configured(f"{base.rstrip('/')}/{TOKEN}".replace("http://", "gotify://"))


def configured(url: str) -> Apprise:
    return Apprise(AppriseConfig.from_values({"url": url}))


def test_a_message_is_what_the_library_makes_of_it(httpserver):
    httpserver.expect_request("/message", method="POST").respond_with_json({"id": 1})

    accepted = gotify(httpserver.url_for("")).send(payload())

    assert accepted.detail == "Gotify"
    assert accepted.provider_ref == ""
    sent = json.loads(httpserver.log[0][0].get_data())
    assert (sent["title"], sent["message"]) == ("Nightly run", "All done.")
    assert httpserver.log[0][0].headers["X-Gotify-Key"] == TOKEN


@pytest.mark.parametrize("url", URLS)
def test_each_service_goes_out_by_our_guard_alone(settings, monkeypatch, url):
    settings.EGRESS_DENY = ["0.0.0.0/0", "::/0"]
    monkeypatch.setattr(socket, "getaddrinfo", _always_here)

    with pytest.raises(Misconfigured) as raised:
        configured(url).send(payload())

    assert raised.value.code == "address_not_allowed"


def _always_here(*_args, **_kwargs):
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0))]


def test_every_service_was_tried_here():
    tried = {SERVICES[url.partition("://")[0]] for url in URLS}

    assert tried == set(SERVICES.values())


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, Misconfigured),
        (403, Misconfigured),
        (404, Misconfigured),
        (400, Unknown),
        (418, Unknown),
        (500, Unknown),
        (503, Unknown),
        (302, Unknown),
    ],
)
def test_what_the_status_does_not_tell_is_unknown(httpserver, status, error):
    httpserver.expect_request("/message").respond_with_data("{}", status=status)

    with pytest.raises(error) as raised:
        gotify(httpserver.url_for("")).send(payload())

    assert type(raised.value) is error
    assert len(httpserver.log) == 1  # nothing is tried again here


def test_too_many_requests_pause_the_account(httpserver):
    httpserver.expect_request("/message").respond_with_data(
        "", status=429, headers={"Retry-After": "30"}
    )

    with pytest.raises(Temporary) as raised:
        gotify(httpserver.url_for("")).send(payload())

    assert raised.value.throttled
    assert raised.value.retry_after_seconds == 30


@pytest.mark.parametrize("behaviour", sorted(wire.MISBEHAVIOUR))
def test_a_lost_answer_is_unknown_within_the_deadline(monkeypatch, behaviour):
    monkeypatch.setattr(Apprise, "call_seconds", 0.7)
    with wire.server(wire.MISBEHAVIOUR[behaviour]) as base:
        started = time.monotonic()
        with pytest.raises(Unknown):
            gotify(base).send(payload())

    assert time.monotonic() - started < 8


def test_nobody_listening_is_temporary():
    with wire.closed_port() as base, pytest.raises(Temporary) as raised:
        gotify(base).send(payload())

    assert raised.value.code == "not_sent"


def test_one_call_that_may_have_been_taken_makes_it_unknown():
    lost, unsent = EgressNoAnswer("timeout"), EgressNotSent("connect")

    failure = _failure(Watch(0, 0, [lost, unsent]))

    assert isinstance(failure, Unknown)


def test_a_message_for_nobody_is_misconfigured():
    failure = _failure(Watch(0, 0, []))

    assert isinstance(failure, Misconfigured)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "gotify",
        "gotify://",
        "https://example.org/x",
        "mailto://user:pass@example.org",
        "file:///etc/passwd",
        "syslog://",
        "dbus://",
        "json://127.0.0.1/",
        "zulip://bot@example/short",
    ],
)
def test_a_url_of_no_service_here_is_refused_when_it_is_saved(url):
    with pytest.raises(Misconfigured, match="url"):
        configured(url)


def test_the_form_says_that_outcomes_may_be_unknown():
    (option,) = AppriseConfig.options()

    assert "unknown outcome" in str(option.help)


def test_check_reads_the_url_and_sends_nothing():
    assert "one of Gotify" in gotify("http://127.0.0.1:9").check()


def test_the_url_is_shown_nowhere(httpserver, caplog):
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.CRITICAL, logger="werkzeug")  # the far side
    httpserver.expect_request("/message").respond_with_data(TOKEN, status=404)
    provider = gotify(httpserver.url_for(""))

    with pytest.raises(ProviderError) as raised:
        provider.send(payload())

    shown = [caplog.text, repr(provider.config), str(provider.config.masked())]
    shown += [repr(raised.value), raised.value.detail, repr(raised.value.__context__)]
    assert not [text for text in shown if TOKEN in text]
