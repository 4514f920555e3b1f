"""Time and size: whatever a target does, an exchange ends, and soon.

The upper limits on time are generous, for slow machines; what they exclude is an
exchange that goes on as long as the target likes.
"""

from __future__ import annotations

import socket
import time
from ipaddress import ip_address

import pytest

from notify_project.egress import (
    EgressNoAnswer,
    EgressNotSent,
    request,
)
from notify_project.egress.sockets import connect
from tests.notify_project.egress.servers import (
    OK,
    answering,
    dripping,
    read_request,
    serving,
)

TOTAL = 0.5
GENEROUS = 4.0


@pytest.mark.parametrize(
    ("start", "drop"),
    [
        (b"", b"H"),
        (b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"),
        (b"HTTP/1.1 200 OK\r\n", b"X-Slow: x\r\n"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"x"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"X: x\r\n"),
    ],
    ids=[
        "status line",
        "one header",
        "more headers",
        "interim answers",
        "counted body",
        "uncounted body",
        "chunks",
        "a chunk's extension",
        "trailers",
    ],
)
def test_a_drip_feed_ends_on_the_total_deadline(start, drop):
    with serving(dripping(start, drop)) as server:
        began = time.monotonic()
        with pytest.raises(EgressNoAnswer) as raised:
            request("POST", server.url(), body=b"x", total_seconds=TOTAL)
        took = time.monotonic() - began

    assert raised.value.code == "timeout"
    assert raised.value.status in (None, 200)
    assert TOTAL <= took < GENEROUS


def test_silence_ends_on_the_total_deadline():
    def talk(conn, server):
        server.requests.append(read_request(conn))
        server.stop.wait()

    with serving(talk) as server, pytest.raises(EgressNoAnswer) as raised:
        request("POST", server.url(), body=b"x", total_seconds=TOTAL)

    assert raised.value.code == "timeout"


def test_a_target_that_does_not_read_ends_on_the_total_deadline():
    def talk(_conn, server):
        server.stop.wait()

    with serving(talk) as server:
        began = time.monotonic()
        with pytest.raises(EgressNoAnswer) as raised:
            request("POST", server.url(), body=b"x" * 50_000_000, total_seconds=TOTAL)
        took = time.monotonic() - began

    assert raised.value.code == "timeout"
    assert took < GENEROUS


def test_a_connection_that_is_never_taken_was_not_sent():
    """A full backlog: the SYN is not answered."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=0)
    port = listener.getsockname()[1]
    waiting = []
    try:
        for _ in range(4):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
            waiting.append(filler)

        with pytest.raises(EgressNotSent) as raised:
            request("POST", f"http://127.0.0.1:{port}/", connect_seconds=0.3)
    finally:
        for sock in (*waiting, listener):
            sock.close()

    assert raised.value.code == "connect_timeout"


def test_the_connect_deadline_does_not_cut_the_answer_short():
    def talk(conn, server):
        read_request(conn)
        server.stop.wait(0.6)
        conn.sendall(OK)

    with serving(talk) as server:
        response = request("GET", server.url(), connect_seconds=0.2, total_seconds=9)

    assert response.status == 200


def test_no_time_at_all_was_not_sent():
    with serving(answering(OK)) as server:
        with pytest.raises(EgressNotSent):
            request("POST", server.url(), body=b"x", total_seconds=0)

        request("GET", server.url())
        with pytest.raises(EgressNotSent):
            request("POST", server.url(), body=b"x", total_seconds=0)

    assert len(server.requests) == 1


def test_who_falls_silent_is_noticed_within_twenty_seconds():
    """The kernel asks after 4 s, then every 2 s, 8 times, as document 000 has it."""
    with serving(answering(OK)) as server:
        deadline = time.monotonic() + GENEROUS
        with connect([ip_address("127.0.0.1")], server.port, deadline=deadline) as sock:
            assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
            asked = (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
            found = [sock.getsockopt(socket.IPPROTO_TCP, one) for one in asked]

    assert found == [4, 2, 8]
