"""A connection: our name for ourselves, and no password in the clear."""

from __future__ import annotations

import pytest

from providers.email.smtp.connection import Connection, Endpoint, meter_for, tls_context
from providers.errors import Misconfigured
from tests.providers.email.servers import stub_server


@pytest.fixture(autouse=True)
def _loopback_allowed(settings):
    settings.EGRESS_ALLOW = ["127.0.0.0/8"]


@pytest.mark.parametrize(("helo", "said"), [("mail.example.org", b"mail.example.org")])
def test_we_say_the_name_that_we_were_given(helo, said):
    with stub_server(lambda line: line.greet()) as stub:
        endpoint = Endpoint("127.0.0.1", stub.port, "none", tls_context(), helo)
        Connection.opened(endpoint, meter_for(5)).close()

    assert stub.heard == b"ehlo " + said + b"\r\n"


def test_without_a_name_no_dns_is_asked_for_one(monkeypatch):
    monkeypatch.setattr("socket.gethostname", lambda: "bare")

    with stub_server(lambda line: line.greet()) as stub:
        endpoint = Endpoint("127.0.0.1", stub.port, "none", tls_context())
        Connection.opened(endpoint, meter_for(5)).close()

    assert stub.heard == b"ehlo [127.0.0.1]\r\n"


def test_a_password_goes_in_the_clear_only_to_this_machine():
    with stub_server(lambda line: line.greet("AUTH PLAIN")) as stub:
        endpoint = Endpoint("127.0.0.1", stub.port, "none", tls_context())
        connection = Connection.opened(endpoint, meter_for(5))
        connection.peer = "192.0.2.7"  # as if the vetted address were elsewhere

        with pytest.raises(Misconfigured) as raised:
            connection.authenticate("joe", "s3cret")
        connection.close()

    assert raised.value.code == "unencrypted_auth"
    assert b"AUTH" not in stub.heard
