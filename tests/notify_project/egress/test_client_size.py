"""However much a target sends, we take what was asked for and no more."""

from __future__ import annotations

import pytest

from notify_project.egress import (
    EgressNoAnswer,
    request,
)
from tests.notify_project.egress.servers import (
    OK,
    answering,
    read_request,
    serving,
)


def counted(size: int) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size + b"x" * size


def test_a_body_of_just_the_limit_is_whole_and_keeps_the_connection():
    with serving(answering(counted(1_000))) as server:
        for _ in range(2):
            response = request("GET", server.url(), max_bytes=1_000)

            assert len(response.body) == 1_000
            assert not response.truncated

    assert server.connections == 1


def test_a_longer_body_is_cut_and_the_connection_dropped():
    with serving(answering(counted(1_001))) as server:
        for _ in range(2):
            response = request("GET", server.url(), max_bytes=1_000)

            assert len(response.body) == 1_000
            assert response.truncated

    assert server.connections == 2


def test_an_endless_body_is_cut():
    def talk(conn, server):
        read_request(conn)
        conn.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while not server.stop.is_set():
            conn.sendall(b"x" * 65_536)

    with serving(talk) as server:
        response = request("GET", server.url())

    assert response.truncated
    assert len(response.body) == 20_000


def test_no_body_may_be_asked_for():
    with serving(answering(OK)) as server:
        response = request("GET", server.url(), max_bytes=0)

    assert (response.body, response.truncated) == (b"", True)


def test_chunks_blown_up_by_their_extensions_are_cut():
    def talk(conn, server):
        read_request(conn)
        conn.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while not server.stop.is_set():
            conn.sendall(b"1;" + b"e" * 60_000 + b"\r\nx\r\n")

    with serving(talk) as server:
        response = request("GET", server.url())

    assert response.truncated
    assert len(response.body) < 100


def test_a_large_body_is_read_in_full_when_asked_for():
    size = 10_000_000
    with serving(answering(counted(size))) as server:
        response = request("GET", server.url(), max_bytes=size)

    assert len(response.body) == size
    assert not response.truncated


def test_a_compressed_body_is_not_unpacked():
    bomb = b"\x1f\x8b" + b"\0" * 100
    answer = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 102\r\n\r\n"
    with serving(answering(answer + bomb)) as server:
        assert request("GET", server.url()).body == bomb


@pytest.mark.parametrize(
    "headers",
    [
        b"".join(b"X-%d: y\r\n" % number for number in range(101)),
        b"X-Large: " + b"y" * 70_000 + b"\r\n",
        b"".join(b"X-%d: %b\r\n" % (n, b"y" * 4_000) for n in range(60)),
    ],
    ids=["too many", "too long", "too large together"],
)
def test_header_floods_end_the_exchange(headers):
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + headers + b"\r\n"
    with (
        serving(answering(answer)) as server,
        pytest.raises(EgressNoAnswer) as raised,
    ):
        request("GET", server.url())

    assert raised.value.code in ("too_large", "broken")
