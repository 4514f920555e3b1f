"""Dot-stuffing, and what is left of a connection after a refusal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.email.smtp.connection import Connection, Endpoint, meter_for, tls_context
from providers.email.smtp.transaction import (
    StaleConnection,
    dot_stuffed,
    hand_over,
    in_step,
)
from providers.errors import Permanent
from tests.providers.email.servers import mail_server, stub_server


@pytest.fixture(autouse=True)
def _loopback_allowed(settings):
    settings.EGRESS_ALLOW = ["127.0.0.0/8"]


def connected(port):
    endpoint = Endpoint("127.0.0.1", port, "none", tls_context())
    return Connection.opened(endpoint, meter_for(10))


@given(st.lists(st.sampled_from([b".", b"..", b"a.b", b"", b".x", b"x."]), max_size=8))
def test_dot_stuffing_is_undone_by_the_receiver(lines):
    message = b"\r\n".join(lines)

    stuffed = dot_stuffed(message)

    received = [
        line.removeprefix(b".") for line in stuffed.removesuffix(b"\r\n").split(b"\r\n")
    ]
    assert b".\r\n" not in [line + b"\r\n" for line in stuffed.split(b"\r\n")]
    assert b"\r\n".join(received) == message.removesuffix(b"\r\n")


def test_after_a_refusal_the_connection_can_carry_another_mail():
    with mail_server() as mailbox:
        mailbox.refuse = {"gone@example.org": "550 no"}
        connection = connected(mailbox.port)
        with pytest.raises(Permanent):
            hand_over(connection, "a@example.org", ["gone@example.org"], b"x\r\n")

        assert in_step(connection)
        words, refused = hand_over(
            connection, "a@example.org", ["ann@example.org"], b"Subject: x\r\n\r\nx\r\n"
        )
        connection.hang_up()

    assert "queued" in words
    assert refused == {}


def test_a_connection_dead_before_mail_is_stale_and_closed():
    with stub_server(lambda line: line.greet()) as stub:
        connection = connected(stub.port)
        with pytest.raises(StaleConnection):
            hand_over(connection, "a@example.org", ["b@example.org"], b"x\r\n")

    assert not in_step(connection)
