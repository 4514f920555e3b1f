"""Connections are used again, but never one that somebody has touched."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from notify_project.egress import (
    connections,
    request,
)
from tests.notify_project.egress.servers import (
    OK,
    answering,
    read_request,
    serving,
)


def test_connections_are_kept_and_used_again():
    with serving(answering(OK)) as server:
        for _ in range(50):
            request("POST", server.url(), body=b"x")

    assert server.connections == 1
    assert len(server.requests) == 50


def test_threads_do_not_share_a_connection_or_mix_up_answers():
    def talk(conn, server):
        while request_ := read_request(conn):
            body = request_.partition(b"\r\n\r\n")[2]
            conn.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
            )

    with serving(talk) as server, ThreadPoolExecutor(8) as threads:
        sent = [f"message {number}".encode() for number in range(400)]
        bodies = threads.map(
            lambda body: request("POST", server.url(), body=body).body, sent
        )
        assert list(bodies) == sent

    assert server.connections <= 8


def test_a_connection_that_the_server_closed_is_not_used_again():
    with serving(answering(OK, close=True)) as server:
        for _ in range(20):
            assert request("POST", server.url(), body=b"x").status == 200
            # The answer is complete before the close has arrived.
            threading.Event().wait(0.01)

    assert server.connections == 20


def test_a_connection_with_bytes_nobody_asked_for_is_not_used_again():
    forged = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged"
    kept, sent = threading.Event(), threading.Event()

    def talk(conn, server):
        while read_request(conn):
            conn.sendall(OK)
            if server.connections == 1:
                assert kept.wait(5)
                conn.sendall(forged)
                sent.set()

    with serving(talk) as server:
        request("GET", server.url())
        kept.set()
        assert sent.wait(5)
        assert request("GET", server.url()).body == b"ok"

    assert server.connections == 2


@pytest.mark.parametrize(
    "header", [b"Connection: close", b"Keep-Alive: timeout=1", b"Keep-Alive: timeout=0"]
)
def test_a_server_that_will_close_soon_gets_a_new_connection(header):
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" + header + b"\r\n\r\nok"
    with serving(answering(answer)) as server:
        request("GET", server.url())
        request("GET", server.url())

    assert server.connections == 2


@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_answers_without_a_body_keep_the_connection(method):
    answer = b"HTTP/1.1 204 No Content\r\n\r\n"
    with serving(answering(answer)) as server:
        for _ in range(3):
            assert request(method, server.url()).body == b""

    assert server.connections == 1


def test_two_names_of_one_address_do_not_share_a_connection(dns):
    dns["a.example"] = dns["b.example"] = ["127.0.0.1"]
    with serving(answering(OK)) as server:
        request("GET", server.url(host="a.example"))
        request("GET", server.url(host="b.example"))

    assert server.connections == 2


def test_a_child_process_does_not_write_into_its_parents_connection():
    with serving(answering(OK)) as server:
        request("GET", server.url())
        child = os.fork()
        if child == 0:
            try:
                os._exit(0 if request("GET", server.url()).status == 200 else 1)
            finally:
                os._exit(2)
        _, status = os.waitpid(child, 0)
        request("GET", server.url())

    assert os.waitstatus_to_exitcode(status) == 0
    assert server.connections == 2


def test_an_answer_to_head_has_a_length_and_no_body():
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"
    with serving(answering(answer)) as server:
        for _ in range(3):
            assert request("HEAD", server.url()).body == b""

    assert server.connections == 1


def test_an_old_connection_is_made_anew_so_that_dns_is_asked_again(monkeypatch):
    monkeypatch.setattr(connections, "_LIFE_SECONDS", 0.0)
    with serving(answering(OK)) as server:
        request("GET", server.url())
        request("GET", server.url())

    assert server.connections == 2


def test_a_connection_that_waited_too_long_is_not_used_again(monkeypatch):
    monkeypatch.setattr(connections, "_IDLE_SECONDS", 0.05)
    with serving(answering(OK)) as server:
        request("GET", server.url())
        threading.Event().wait(0.1)
        request("GET", server.url())

    assert server.connections == 2


def test_what_waits_too_long_is_closed_when_others_go_out(monkeypatch):
    monkeypatch.setattr(connections, "_IDLE_SECONDS", 0.05)
    monkeypatch.setattr(connections, "_SWEEP_SECONDS", 0.0)
    closed = threading.Event()

    def talk(conn, server):
        answering(OK)(conn, server)
        closed.set()

    with serving(talk) as once, serving(answering(OK)) as other:
        request("GET", once.url())
        threading.Event().wait(0.1)
        assert not closed.is_set()
        request("GET", other.url())

        assert closed.wait(5)


def test_only_so_many_connections_wait_for_one_origin():
    together = threading.Barrier(24, timeout=5)
    closed = threading.Semaphore(0)

    def talk(conn, server):
        first = read_request(conn)
        together.wait()
        conn.sendall(OK)
        assert first
        read_request(conn)
        closed.release()

    with serving(talk) as server:
        with ThreadPoolExecutor(24) as threads:
            urls = [server.url()] * 24
            answers = list(threads.map(lambda url: request("GET", url), urls))

        assert all(answer.status == 200 for answer in answers)
        assert all(closed.acquire(timeout=5) for _ in range(24 - 16))
        assert not closed.acquire(timeout=0.1)
