"""A cheap caller: POSTs over kept connections, as fast or as slow as told."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from typing import Any

_PATIENCE_SECONDS = 30.0
# Of a run at full speed: what is answered first is not counted.
_WARM_SECONDS = 1.0


class Connection:
    """One kept connection; answers are read by their Content-Length."""

    def __init__(self, port: int, headers: Mapping[str, str]) -> None:
        self._socket = socket.create_connection(
            ("127.0.0.1", port), timeout=_PATIENCE_SECONDS
        )
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        given = {"Host": "127.0.0.1", "Content-Type": "application/json", **headers}
        self._head = "".join(f"{name}: {text}\r\n" for name, text in given.items())

    def post(self, path: str, body: bytes) -> tuple[int, bytes]:
        """Status and body of the answer."""
        return self._ask(f"POST {path}", body)

    def get(self, path: str) -> tuple[int, bytes]:
        return self._ask(f"GET {path}", b"")

    def close(self) -> None:
        self._socket.close()

    def _ask(self, line: str, body: bytes) -> tuple[int, bytes]:
        head = f"{line} HTTP/1.1\r\n{self._head}Content-Length: {len(body)}\r\n\r\n"
        self._socket.sendall(head.encode() + body)
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._more()
        top, _, rest = data.partition(b"\r\n\r\n")
        length = 0
        for each in top.split(b"\r\n"):
            if each[:15].lower() == b"content-length:":
                length = int(each[15:])
        while len(rest) < length:
            rest += self._more()
        return int(top[9:12]), rest

    def _more(self) -> bytes:
        piece = self._socket.recv(65_536)
        if not piece:
            raise ConnectionError("The server closed the connection.")
        return piece


@dataclass
class Run:
    """What a run of callers brought."""

    seconds: float = 0.0
    counted: int = 0
    refused: list[str] = field(default_factory=list)
    # When the answer to each key came, by time.monotonic().
    answered: dict[str, float] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        return self.counted / self.seconds


@dataclass(frozen=True)
class Target:
    """Where the callers post what; `body` makes the body of a key."""

    port: int
    path: str
    body: Callable[[str], Mapping[str, Any]]
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 202


_numbers = count(1)


def fresh_keys() -> Iterator[str]:
    """Keys that no other call of this process gets."""
    while True:
        yield f"k{next(_numbers)}"


def at_full_speed(target: Target, *, seconds: float, callers: int = 16) -> Run:
    """Each caller posts again as soon as it is answered."""
    run = Run(seconds=seconds)
    begin = time.monotonic() + min(_WARM_SECONDS, seconds)
    end = begin + seconds

    def call(connection: Connection) -> None:
        for key in fresh_keys():
            now = post(connection, target, key, run)
            if now >= end:
                break
            run.counted += now >= begin

    _all(call, target, callers)
    return run


def at_a_rate(
    target: Target, *, per_second: float, seconds: float, callers: int = 16
) -> Run:
    """Callers that share one timetable; who is late posts at once."""
    run = Run(seconds=seconds)
    begun = time.monotonic()
    timetable = iter([n / per_second for n in range(int(per_second * seconds))])
    lock = threading.Lock()

    def call(connection: Connection) -> None:
        keys = fresh_keys()
        while True:
            with lock:
                at = next(timetable, None)
            if at is None:
                break
            time.sleep(max(0.0, begun + at - time.monotonic()))
            post(connection, target, next(keys), run)

    _all(call, target, callers)
    run.counted = len(run.answered)
    run.seconds = time.monotonic() - begun
    return run


def post(connection: Connection, target: Target, key: str, run: Run) -> float:
    body = json.dumps(target.body(key)).encode()
    status, answer = connection.post(target.path, body)
    now = time.monotonic()
    if status == target.status:
        run.answered[key] = now
    else:
        run.refused.append(f"{status} {answer[:300]!r}")
    return now


def _all(call: Callable[[Connection], None], target: Target, callers: int) -> None:
    """Run so many callers to their end; raises what one of them ended with."""
    with ThreadPoolExecutor(callers) as threads:
        lines = [Connection(target.port, target.headers) for _ in range(callers)]
        for ended in [threads.submit(call, line) for line in lines]:
            ended.result()
        for line in lines:
            line.close()
