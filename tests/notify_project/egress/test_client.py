"""What goes out and what comes back, and whether it was sent."""

from __future__ import annotations

import socket
import threading

import pytest

from notify_project.egress import (
    EgressNoAnswer,
    EgressNotSent,
    EgressRefused,
    request,
)
from tests.notify_project.egress.servers import (
    OK,
    answering,
    read_request,
    reset,
    serving,
)


def code_of(raised):
    return raised.value.code


def test_the_request_arrives_as_given():
    with serving(answering(OK)) as server:
        response = request(
            "POST", server.url("/a?b=c"), headers={"X-One": "1"}, body=b"hello"
        )

    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert lines[0] == b"POST /a?b=c HTTP/1.1"
    assert set(lines[1:]) == {
        f"Host: 127.0.0.1:{server.port}".encode(),
        b"Accept-Encoding: identity",
        b"Content-Length: 5",
        b"User-Agent: Notify",
        b"X-One: 1",
    }
    assert body == b"hello"
    assert (response.status, response.body) == (200, b"ok")
    assert not response.truncated


def test_response_headers_ignore_case():
    answer = b"HTTP/1.1 429 No\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n"
    with serving(answering(answer)) as server:
        response = request("GET", server.url())

    assert response.status == 429
    assert response.headers["retry-after"] == "7"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_answer_and_is_not_followed(status):
    with serving(answering(OK)) as elsewhere:
        answer = (
            f"HTTP/1.1 {status} Go\r\nLocation: {elsewhere.url()}\r\n"
            "Content-Length: 0\r\n\r\n"
        )
        with serving(answering(answer.encode())) as server:
            response = request("GET", server.url())

    assert response.status == status
    assert elsewhere.connections == 0
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_nothing_is_retried(status):
    answer = f"HTTP/1.1 {status} No\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"
    with serving(answering(answer.encode())) as server:
        assert request("POST", server.url(), body=b"x").status == status

    assert len(server.requests) == 1


def test_proxies_of_the_environment_are_ignored(monkeypatch):
    with serving(answering(OK)) as proxy, serving(answering(OK)) as server:
        for name in ("http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, proxy.url())
            monkeypatch.setenv(name.upper(), proxy.url())
        request("GET", server.url())

    assert proxy.connections == 0
    assert server.connections == 1


def test_ipv6_loopback_is_reached():
    with serving(answering(OK), host="::1") as server:
        assert request("GET", server.url()).status == 200

    assert f"Host: [::1]:{server.port}".encode() in server.requests[0]


def test_a_name_is_kept_in_the_host_header(dns):
    dns["hooks.example"] = ["127.0.0.1"]
    with serving(answering(OK)) as server:
        request("GET", server.url(host="hooks.example"))

    assert f"Host: hooks.example:{server.port}".encode() in server.requests[0]


def test_the_next_address_is_tried_when_the_first_refuses(dns):
    dns["two.example"] = ["127.0.0.2", "127.0.0.1"]
    with serving(answering(OK)) as server:
        assert request("GET", server.url(host="two.example")).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "internal"},
        {"content-length": "3"},
        {"Transfer-Encoding": "chunked"},
        {"Connection": "close"},
        {"Accept-Encoding": "gzip"},
        {"X-A: 1\r\nX-B": "2"},
        {"X-A": "1\r\nX-B: 2"},
        {"X-A": "1\nX-B: 2"},
        {"X-A": "nul\x00"},
        {"X-A": "\u2028"},
        {"": "x"},
        {"X A": "x"},
    ],
)
def test_headers_that_would_change_the_framing_are_refused(headers):
    with serving(answering(OK)) as server, pytest.raises(EgressRefused) as raised:
        request("GET", server.url(), headers=headers)

    assert code_of(raised) == "header"
    assert server.connections == 0


@pytest.mark.parametrize("method", ["CONNECT", "TRACE", "get", "GET / HTTP/1.1\r\nX:"])
def test_other_methods_are_refused(method):
    with pytest.raises(EgressRefused) as raised:
        request(method, "http://127.0.0.1:1/")

    assert code_of(raised) == "method"


# --- Sent or not sent ---


def test_a_refused_connection_was_not_sent():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    with pytest.raises(EgressNotSent) as raised:
        request("POST", f"http://127.0.0.1:{port}/", body=b"x")

    assert code_of(raised) == "connect"


def test_an_unknown_name_was_not_sent(dns):
    with pytest.raises(EgressNotSent) as raised:
        request("POST", "https://nowhere.example/", body=b"x")

    assert code_of(raised) == "dns"


def test_a_reset_after_the_request_leaves_it_unknown():
    def talk(conn, server):
        server.requests.append(read_request(conn))
        reset(conn)

    with serving(talk) as server, pytest.raises(EgressNoAnswer) as raised:
        request("POST", server.url(), body=b"x")

    assert code_of(raised) == "broken"
    assert raised.value.status is None
    assert len(server.requests) == 1


def test_a_reset_in_the_middle_of_a_large_request_leaves_it_unknown():
    def talk(conn, _server):
        conn.recv(1_000)
        reset(conn)

    with serving(talk) as server, pytest.raises(EgressNoAnswer):
        request("POST", server.url(), body=b"x" * 20_000_000)


def test_a_reset_before_the_first_byte_was_not_sent(monkeypatch):
    """The RST is there before we write: the kernel takes nothing from us."""
    gone = threading.Event()
    real = socket.socket.connect

    def talk(conn, _server):
        reset(conn)
        gone.set()

    def connect(sock, address):
        real(sock, address)
        assert gone.wait(5)

    monkeypatch.setattr(socket.socket, "connect", connect)

    with serving(talk) as server, pytest.raises(EgressNotSent) as raised:
        request("POST", server.url(), body=b"x")

    assert code_of(raised) == "broken"


def test_an_end_without_an_answer_leaves_it_unknown():
    def talk(conn, server):
        server.requests.append(read_request(conn))

    with serving(talk) as server, pytest.raises(EgressNoAnswer):
        request("POST", server.url(), body=b"x")


def test_an_early_answer_to_a_body_not_read_is_still_read():
    def talk(conn, server):
        conn.recv(1_000)
        conn.sendall(b"HTTP/1.1 413 Large\r\nContent-Length: 0\r\n\r\n")
        conn.shutdown(socket.SHUT_WR)
        while conn.recv(1_000_000):
            pass

    with serving(talk) as server:
        response = request("POST", server.url(), body=b"x" * 3_000_000)

    assert response.status == 413


@pytest.mark.parametrize(
    "answer",
    [
        b"nonsense\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\n\r\n",
        b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
    ],
)
def test_an_unreadable_answer_leaves_it_unknown_and_is_not_quoted(answer):
    with (
        serving(answering(answer, close=True)) as server,
        pytest.raises(EgressNoAnswer) as raised,
    ):
        request("POST", server.url("/SECRET"), body=b"x")

    assert code_of(raised) == "broken"
    assert raised.value.detail == (
        "The connection ended before a complete, readable answer."
    )


def test_the_status_of_a_cut_answer_is_kept():
    answer = b"HTTP/1.1 202 OK\r\nContent-Length: 10\r\n\r\nshort"
    with (
        serving(answering(answer, close=True)) as server,
        pytest.raises(EgressNoAnswer) as raised,
    ):
        request("POST", server.url(), body=b"x")

    assert raised.value.status == 202


def test_unreadable_headers_do_not_put_the_url_into_the_log(caplog):
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nbroken header\r\nA: b\r\n\r\n"
    with serving(answering(answer)) as server:
        request("GET", server.url("/SECRET"))

    assert "SECRET" not in caplog.text
