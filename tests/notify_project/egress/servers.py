"""Loopback servers that answer byte by byte as a test tells them."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Talk = Callable[[socket.socket, "Server"], None]

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@dataclass
class Server:
    """What a server saw; `stop` is set when the test is over."""

    host: str
    port: int
    scheme: str = "http"
    connections: int = 0
    requests: list[bytes] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str = "/", *, host: str = "") -> str:
        name = host or (f"[{self.host}]" if ":" in self.host else self.host)
        return f"{self.scheme}://{name}:{self.port}{path}"


def read_request(conn: socket.socket) -> bytes:
    """Read one request with its Content-Length body; b"" at the end."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = conn.recv(65_536)
        if not piece:
            return b""
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    while len(body) < length:
        body += conn.recv(65_536)
    return head + b"\r\n\r\n" + body


def answering(*answers: bytes, close: bool = False) -> Talk:
    """Answer request by request, repeating the last answer; keep the connection."""

    def talk(conn: socket.socket, server: Server) -> None:
        number = 0
        while request := read_request(conn):
            server.requests.append(request)
            conn.sendall(answers[min(number, len(answers) - 1)])
            number += 1
            if close:
                return

    return talk


def dripping(start: bytes, drop: bytes = b"x", every: float = 0.05) -> Talk:
    """Answer with `start`, then one `drop` after the other until the test ends."""

    def talk(conn: socket.socket, server: Server) -> None:
        server.requests.append(read_request(conn))
        conn.sendall(start)
        while not server.stop.wait(every):
            conn.sendall(drop)

    return talk


def reset(conn: socket.socket) -> None:
    """Close with a RST instead of a FIN."""
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    conn.close()


@contextmanager
def serving(
    talk: Talk, *, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None
) -> Iterator[Server]:
    """Serve on a free loopback port, a thread per connection, until the block ends."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, 0), family=family, backlog=64)
    server = Server(host, listener.getsockname()[1], scheme="https" if tls else "http")
    threads: list[threading.Thread] = []

    def converse(conn: socket.socket) -> None:
        # Broken connections are what many tests are about.
        with suppress(OSError), conn:
            conn.settimeout(10)
            if tls is None:
                talk(conn, server)
            else:
                with tls.wrap_socket(conn, server_side=True) as secured:
                    talk(secured, server)

    def accept() -> None:
        while not server.stop.is_set():
            try:
                conn, _ = listener.accept()
            except OSError:
                return
            server.connections += 1
            thread = threading.Thread(target=converse, args=(conn,), daemon=True)
            threads.append(thread)
            thread.start()

    acceptor = threading.Thread(target=accept, daemon=True)
    acceptor.start()
    try:
        yield server
    finally:
        server.stop.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        acceptor.join(5)
