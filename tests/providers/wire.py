"""Loopback servers that misbehave: silent, cut off, dripping; bounded in time."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

_PATIENCE_SECONDS = 10.0


def read_request(connection: socket.socket) -> bytes:
    """Head and body of one request with a Content-Length."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65_536)
        if not piece:
            return data
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    while len(body) < length:
        body += connection.recv(65_536)
    return head + b"\r\n\r\n" + body


def silence(connection: socket.socket) -> None:
    """Read the request and say nothing until the other side has had enough."""
    read_request(connection)
    with suppress(TimeoutError):
        connection.recv(1)


def reset(connection: socket.socket) -> None:
    """Read the request and tear the connection down."""
    read_request(connection)
    linger = struct.pack("ii", 1, 0)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)


def cut(connection: socket.socket) -> None:
    """Promise more of an answer than comes."""
    read_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nok")


def drip(connection: socket.socket) -> None:
    """One byte of an endless answer every tenth of a second."""
    read_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until:
        connection.sendall(b"o")
        time.sleep(0.1)


MISBEHAVIOUR: dict[str, Callable[[socket.socket], None]] = {
    "silence": silence,
    "reset": reset,
    "cut": cut,
    "drip": drip,
}


@contextmanager
def server(behave: Callable[[socket.socket], None]) -> Iterator[str]:
    """The URL of a server that treats each connection so, one after the other."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(_PATIENCE_SECONDS)

    def serve() -> None:
        with suppress(OSError):  # the listener was closed: the test is over
            while True:
                connection, _ = listener.accept()
                connection.settimeout(_PATIENCE_SECONDS)
                with connection, suppress(OSError):
                    behave(connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(_PATIENCE_SECONDS)


@contextmanager
def closed_port() -> Iterator[str]:
    """A URL where nobody listens; the port is kept from others meanwhile."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"
