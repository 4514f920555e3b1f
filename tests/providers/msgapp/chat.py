"""What every chat provider that posts to a secret URL has to do alike."""

import logging
import time
from typing import Any
from uuid import UUID

import pytest

from providers.base import Provider
from providers.channels.msgapp import ChatPayload
from providers.errors import Misconfigured, ProviderError, Temporary, Unknown
from tests.providers import wire

SECRET = "s3cr3t-in-the-path"


def payload(**values: Any) -> ChatPayload:
    given: dict[str, Any] = {
        "title": "Nightly run",
        "text": "All done.",
        "body_type": "text",
    }
    return ChatPayload(message_id=UUID(int=7), reference="ref-1", **(given | values))


class Alike:
    """Subclasses name the provider and the path of its URL."""

    provider: type[Provider[ChatPayload]]
    path = f"/hooks/1/{SECRET}"

    def configured(self, base: str, **values: object) -> Provider[ChatPayload]:
        url = base.rstrip("/") + self.path
        return self.provider(
            self.provider.config_class.from_values({"url": url} | values)
        )

    @pytest.mark.parametrize("behaviour", sorted(wire.MISBEHAVIOUR))
    def test_a_lost_answer_is_unknown_within_the_deadline(self, monkeypatch, behaviour):
        monkeypatch.setattr(self.provider, "call_seconds", 0.7)
        with wire.server(wire.MISBEHAVIOUR[behaviour]) as base:
            started = time.monotonic()
            with pytest.raises(Unknown):
                self.configured(base).send(payload())

        assert time.monotonic() - started < 8

    def test_nobody_listening_is_temporary(self):
        with wire.closed_port() as base:
            provider = self.configured(base)
            with pytest.raises(Temporary):
                provider.send(payload())
            with pytest.raises(Temporary):
                provider.check()

    def test_a_lost_answer_to_a_check_is_temporary(self):
        with wire.server(wire.reset) as base, pytest.raises(Temporary):
            self.configured(base).check()

    def test_an_address_that_is_not_allowed_is_misconfigured(self, settings):
        settings.EGRESS_ALLOW = []
        provider = self.configured("http://127.0.0.1:9")

        for call in (lambda: provider.send(payload()), provider.check):
            with pytest.raises(Misconfigured) as raised:
                call()
            assert raised.value.code == "address_not_allowed"

    def test_too_many_requests_pause_the_account(self, httpserver):
        httpserver.expect_request(self.path).respond_with_data(
            "rate_limited", status=429, headers={"Retry-After": "30"}
        )

        with pytest.raises(Temporary) as raised:
            self.configured(httpserver.url_for("")).send(payload())

        assert raised.value.throttled
        assert raised.value.retry_after_seconds == 30

    @pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
    def test_a_status_that_may_follow_the_post_is_unknown(self, httpserver, status):
        httpserver.expect_request(self.path).respond_with_data("x", status=status)

        with pytest.raises(Unknown):
            self.configured(httpserver.url_for("")).send(payload())

        assert len(httpserver.log) == 1

    def test_the_url_is_shown_nowhere(self, httpserver, caplog):
        caplog.set_level(logging.DEBUG)
        caplog.set_level(logging.CRITICAL, logger="werkzeug")  # the far side
        httpserver.expect_request(self.path).respond_with_data(
            f"no {SECRET} here", status=404
        )
        provider = self.configured(httpserver.url_for(""))

        with pytest.raises(ProviderError) as raised:
            provider.send(payload())

        shown = [caplog.text, repr(provider.config), str(provider.config.masked())]
        shown += [repr(raised.value), raised.value.detail, raised.value.code]
        shown += [repr(raised.value.__cause__)]
        assert not [text for text in shown if SECRET in text]

    @pytest.mark.parametrize("url", ["", "ftp://x/hooks/a/b", "hooks.example", "/x"])
    def test_a_url_that_is_none_is_refused_when_it_is_saved(self, url):
        with pytest.raises(Misconfigured, match="url"):
            self.provider.config_class.from_values({"url": url})
