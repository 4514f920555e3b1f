"""A provider on loopback, in a process of its own: texts over HTTP, mail over SMTP.

Each call is answered after a delay. When a message arrived is noted under the local
part of its recipient, by the clock that all processes of a machine share.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from urllib.parse import parse_qs

ARRIVALS = "/arrivals"
_CREATED = (
    b'{"sid":"SM%032x","status":"queued","error_code":null,"to":"+16045550100",'
    b'"from":"+16045550123","body":"","direction":"outbound-api","num_segments":"1"}'
)


class Seen:
    """What has arrived since somebody last asked."""

    def __init__(self) -> None:
        self.arrivals: dict[str, float] = {}
        self.count = 0

    def note(self, key: str, at: float) -> None:
        self.count += 1
        self.arrivals.setdefault(key, at)

    def told(self) -> bytes:
        """All of it as JSON; then it is forgotten."""
        told, self.arrivals = self.arrivals, {}
        return json.dumps(told).encode()


class Line(asyncio.Protocol, ABC):
    """A connection that answers some things at once and others after the delay."""

    def __init__(self, seen: Seen, delay: float) -> None:
        self.seen = seen
        self.delay = delay
        self.buffer = b""
        self.at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if not self.buffer:
            self.at = time.monotonic()
        self.buffer += data
        while self.take():
            pass

    @abstractmethod
    def take(self) -> bool:
        """Work through the buffer; False when there is nothing whole in it."""

    def answer(self, data: bytes) -> None:
        self.transport.write(data)

    def answer_later(self, data: bytes) -> None:
        asyncio.get_running_loop().call_later(self.delay, self._write, data)

    def _write(self, data: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(data)


class Texts(Line):
    """The API that sends texts; GET /arrivals tells and forgets."""

    def take(self) -> bool:
        head, end, rest = self.buffer.partition(b"\r\n\r\n")
        if not end:
            return False
        length = 0
        for line in head.split(b"\r\n"):
            if line[:15].lower() == b"content-length:":
                length = int(line[15:])
        if len(rest) < length:
            return False
        body, self.buffer = rest[:length], rest[length:]
        if head.startswith(b"GET "):
            self.answer(_http(b"200 OK", self.seen.told()))
            return True
        self.seen.note(parse_qs(body.decode())["To"][0], self.at)
        made = _CREATED % self.seen.count
        self.answer_later(_http(b"201 Created", made))
        return True


def _http(status: bytes, body: bytes) -> bytes:
    return (
        b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
        % (status, len(body), body)
    )


class Mail(Line):
    """A mail server that takes everything; it is the final dot that takes time."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.in_data = False
        self.began = 0.0
        self.answer(b"220 stub\r\n")

    def take(self) -> bool:
        if self.in_data:
            _mail, end, rest = self.buffer.partition(b"\r\n.\r\n")
            if end:
                self.in_data, self.buffer = False, rest
                self.answer_later(b"250 OK\r\n")
            return bool(end)
        line, end, rest = self.buffer.partition(b"\r\n")
        if not end:
            return False
        self.buffer = rest
        word = line[:4].upper()
        if word == b"MAIL":
            self.began = self.at
        elif word == b"RCPT":
            self.seen.note(line.partition(b"<")[2].split(b"@")[0].decode(), self.began)
        elif word == b"DATA":
            self.in_data = True
        self.answer(_WORDS.get(word, b"250 OK\r\n"))
        if word == b"QUIT":
            self.transport.close()
        return word != b"QUIT"


_WORDS = {
    b"EHLO": b"250-stub\r\n250-PIPELINING\r\n250 8BITMIME\r\n",
    b"DATA": b"354 go on\r\n",
    b"QUIT": b"221 bye\r\n",
}


async def serve(delay: float) -> None:
    """Print both ports as JSON, and serve until killed."""
    seen = Seen()
    loop = asyncio.get_running_loop()
    kinds: list[Callable[[], Line]] = [
        lambda: Texts(seen, delay),
        lambda: Mail(seen, delay),
    ]
    servers = [
        await loop.create_server(kind, "127.0.0.1", 0, backlog=128) for kind in kinds
    ]
    ports = [one.sockets[0].getsockname()[1] for one in servers]
    sys.stdout.write(json.dumps({"texts": ports[0], "mail": ports[1]}) + "\n")
    sys.stdout.flush()
    await asyncio.gather(*(one.serve_forever() for one in servers))


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]) / 1000))
