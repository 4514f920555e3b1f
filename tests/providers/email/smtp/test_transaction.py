"""Dot-stuffing, commands written ahead, what is left of a connection after a refusal.

That commands may be written ahead: https://www.rfc-editor.org/rfc/rfc2920.
"""

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
from providers.errors import Permanent, Temporary
from tests.providers.email.servers import mail_server, stub_server


@pytest.fixture(autouse=True)
def _loopback_allowed(settings):
    settings.EGRESS_ALLOW = ["127.0.0.0/8"]


MAIL = b"Subject: x\r\n\r\nx\r\n"
TO = ("ann@example.org", "bob@example.org")


def answering(*answers, until=b"\r\n"):
    """A server that hears MAIL, two RCPT and DATA before it says a word."""

    def script(line):
        line.greet("PIPELINING")
        line.hear(b"DATA\r\n")
        line.say(*answers)
        line.hear(until)

    return script


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


def test_the_envelope_is_written_in_one_go_where_the_server_lets_us():
    def script(line):
        answering("250 ok", "250 ok", "250 ok", "354 go", until=b"\r\n.\r\n")(line)
        line.say("250 queued")

    with stub_server(script) as stub:
        connection = connected(stub.port)
        words, refused = hand_over(connection, "a@example.org", TO, MAIL)
        connection.close()

    assert (words, refused) == ("queued", {})
    assert stub.heard.partition(b"\r\n")[2] == (
        b"mail FROM:<a@example.org>\r\nrcpt TO:<ann@example.org>\r\n"
        b"rcpt TO:<bob@example.org>\r\nDATA\r\n" + MAIL + b".\r\n"
    )


def test_mails_follow_each_other_on_a_connection_that_takes_commands_ahead():
    with mail_server() as mailbox:
        mailbox.pipelining = True
        mailbox.refuse = {"bob@example.org": "550 no"}
        connection = connected(mailbox.port)

        _words, refused = hand_over(connection, "a@example.org", TO, MAIL)
        with pytest.raises(Permanent):
            hand_over(connection, "a@example.org", ["bob@example.org"], MAIL)
        assert in_step(connection)
        hand_over(connection, "a@example.org", ["carl@example.org"], MAIL)
        connection.hang_up()

    assert list(refused) == ["bob@example.org"]
    assert [to for _sender, to, _raw in mailbox.mails] == [
        ["ann@example.org"],
        ["carl@example.org"],
    ]


def test_after_a_refused_sender_the_other_answers_are_read_before_the_next_mail():
    def script(line):
        answering("550 no", "503 MAIL first", "503 MAIL first", "503 no")(line)
        line.say("250 reset")
        line.hear()

    with stub_server(script) as stub:
        connection = connected(stub.port)
        with pytest.raises(Permanent, match="550"):
            hand_over(connection, "a@example.org", TO, MAIL)

        assert in_step(connection)
        connection.close()


def test_a_server_that_waits_for_the_text_of_nobodys_mail_gets_none():
    with stub_server(answering("250 ok", "550 no", "550 no", "354 go")) as stub:
        connection = connected(stub.port)
        with pytest.raises(Permanent):
            hand_over(connection, "a@example.org", TO, MAIL)

        assert not in_step(connection)
        connection.close()

    assert stub.heard.endswith(b"DATA\r\n")


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ([], StaleConnection),
        (["250 ok"], Temporary),
        (["250 ok", "250 ok", "250 ok"], Temporary),
    ],
)
def test_a_loss_after_commands_ahead_was_surely_not_sent(answers, error):
    def script(line):
        line.greet("PIPELINING")
        line.hear(b"DATA\r\n")
        line.say(*answers)

    with stub_server(script) as stub:
        connection = connected(stub.port)
        with pytest.raises(error):
            hand_over(connection, "a@example.org", TO, MAIL)

    assert not in_step(connection)


def test_an_envelope_that_might_fill_the_buffers_is_said_step_by_step():
    many = [f"{'p' * 60}{number}@example.org" for number in range(50)]

    with mail_server() as mailbox:
        mailbox.pipelining = True
        connection = connected(mailbox.port)
        connection.say_ahead("a@example.org", many, len(MAIL))
        assert connection.caught_up()
        _words, refused = hand_over(connection, "a@example.org", many, MAIL)
        connection.hang_up()

    assert refused == {}
    assert mailbox.mails[0][1] == many
