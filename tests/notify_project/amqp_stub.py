"""A RabbitMQ that takes no more: it opens everything and never confirms a message.

As a real one does while its memory or its disk is full. AMQP 0-9-1, just enough of it.
"""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

_FRAME_END = b"\xce"
_METHOD = 1
PUBLISH = (60, 40)
_START = struct.pack(">HHBB", 10, 10, 0, 9) + bytes(4) + b"\0\0\0\5PLAIN\0\0\0\5en_US"
_TUNE = struct.pack(">HHHIH", 10, 30, 0, 131072, 0)
# What a client's method is answered with; others are taken without a word.
_ANSWERS = {
    (10, 11): _TUNE,
    (10, 40): struct.pack(">HH", 10, 41) + b"\0",
    (20, 10): struct.pack(">HH", 20, 11) + bytes(4),
    (40, 10): struct.pack(">HH", 40, 11),
    (50, 10): struct.pack(">HH", 50, 11) + b"\1q" + bytes(8),
    (50, 20): struct.pack(">HH", 50, 21),
    (85, 10): struct.pack(">HH", 85, 11),
}


@dataclass
class Stub:
    """What it was sent, and whether the client has hung up since."""

    url: str
    methods: list[tuple[int, int]] = field(default_factory=list)
    hung_up: threading.Event = field(default_factory=threading.Event)

    def serve(self, listener: socket.socket) -> None:
        with suppress(OSError), listener.accept()[0] as line:
            line.settimeout(30)
            _read(line, 8)  # "AMQP" and the version
            _say(line, 0, _START)
            while True:
                kind, channel, size = struct.unpack(">BHI", _read(line, 7))
                payload = _read(line, size + 1)
                if kind == _METHOD:
                    method = struct.unpack(">HH", payload[:4])
                    self.methods.append(method)
                    if method in _ANSWERS:
                        _say(line, channel, _ANSWERS[method])
        self.hung_up.set()


@contextmanager
def full_broker() -> Iterator[Stub]:
    """For one connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        stub = Stub(f"amqp://guest:guest@127.0.0.1:{listener.getsockname()[1]}//")
        threading.Thread(target=stub.serve, args=(listener,), daemon=True).start()
        yield stub


def _say(line: socket.socket, channel: int, method: bytes) -> None:
    head = struct.pack(">BHI", _METHOD, channel, len(method))
    line.sendall(head + method + _FRAME_END)


def _read(line: socket.socket, count: int) -> bytes:
    found = b""
    while len(found) < count:
        piece = line.recv(count - len(found))
        if not piece:
            raise ConnectionResetError
        found += piece
    return found
