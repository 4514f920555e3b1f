"""What every SMS provider that is one POST has to do alike."""

import logging
import time
from typing import Any
from uuid import UUID

import pytest

from providers.base import Provider
from providers.channels.sms import SmsPayload
from providers.errors import Misconfigured, ProviderError, Temporary, Unknown
from tests.providers import wire

MESSAGE_ID = UUID(int=7)
SECRET = "S3cretOfTheAccount"


def payload(**values: Any) -> SmsPayload:
    given: dict[str, Any] = {"sender": "", "to": "+447900900123", "text": "It's done"}
    return SmsPayload(message_id=MESSAGE_ID, reference="ref-1", **(given | values))


class Alike:
    """Subclasses name the provider, its settings and the path of its API."""

    provider: type[Provider[SmsPayload]]
    values: dict[str, object]
    path = "/"

    def configured(self, base: str, **values: object) -> Provider[SmsPayload]:
        given = self.values | {"api_base": base.rstrip("/") + self.path} | values
        return self.provider.configured(given)

    @pytest.fixture(autouse=True)
    def _loopback(self, settings):
        settings.EGRESS_ALLOW = ["127.0.0.0/8"]

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
            for call in (lambda: provider.send(payload()), provider.check):
                with pytest.raises(Temporary):
                    call()

    def test_an_address_that_is_not_allowed_is_misconfigured(self, settings):
        settings.EGRESS_ALLOW = []

        with pytest.raises(Misconfigured) as raised:
            self.configured("http://127.0.0.1:9").send(payload())

        assert raised.value.code == "address_not_allowed"

    def test_too_many_requests_pause_the_account(self, httpserver):
        httpserver.expect_request(self.path).respond_with_data(
            "", status=429, headers={"Retry-After": "30"}
        )

        with pytest.raises(Temporary) as raised:
            self.configured(httpserver.url_for("")).send(payload())

        assert raised.value.throttled
        assert raised.value.retry_after_seconds == 30

    @pytest.mark.parametrize("status", [302, 408, 500, 502, 503, 504])
    def test_a_status_that_may_follow_the_post_is_unknown(self, httpserver, status):
        httpserver.expect_request(self.path).respond_with_data("x", status=status)

        with pytest.raises(Unknown):
            self.configured(httpserver.url_for("")).send(payload())

        assert len(httpserver.log) == 1

    @pytest.mark.parametrize("status", [401, 403])
    def test_refused_credentials_are_misconfigured(self, httpserver, status):
        httpserver.expect_request(self.path).respond_with_data("", status=status)

        with pytest.raises(Misconfigured):
            self.configured(httpserver.url_for("")).send(payload())

    @pytest.mark.parametrize("body", ["", "OK", "[]", "null", "\xff", "[" * 30_000])
    def test_a_success_that_cannot_be_read_is_unknown(self, httpserver, body):
        httpserver.expect_request(self.path).respond_with_data(body.encode("latin-1"))

        with pytest.raises(Unknown):
            self.configured(httpserver.url_for("")).send(payload())

    def test_no_secret_and_no_number_is_shown_anywhere(self, httpserver, caplog):
        caplog.set_level(logging.DEBUG)
        caplog.set_level(logging.CRITICAL, logger="werkzeug")  # the far side
        httpserver.expect_request(self.path).respond_with_data(
            f"{SECRET} +447900900123", status=400
        )
        provider = self.configured(httpserver.url_for(""))

        with pytest.raises(ProviderError) as raised:
            provider.send(payload())

        shown = [caplog.text, repr(provider.config), str(provider.config.masked())]
        shown += [repr(raised.value), raised.value.detail, raised.value.code]
        shown += [repr(raised.value.__cause__), repr(raised.value.__context__)]
        assert not [text for text in shown if SECRET in text or "7900900123" in text]

    @pytest.mark.parametrize("sender", ["A name too long", "6045550123"])
    def test_a_sender_that_cannot_be_is_refused_when_it_is_saved(self, sender):
        with pytest.raises(Misconfigured, match="sender"):
            self.configured("http://127.0.0.1:9", sender=sender)
