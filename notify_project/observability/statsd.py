"""StatsD: lines in UDP packets to STATSD_HOST; nobody waits, nothing is kept.

https://github.com/statsd/statsd/blob/master/docs/metric_types.md
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Sequence

import structlog
from django.conf import settings

# Below what any network's packet holds.
_PACKET_BYTES = 1400
# A name that cannot be found is looked for again after this, and not before.
_AGAIN_SECONDS = 60.0

log = structlog.get_logger(__name__)


class Sender:
    """One socket of this process, made when it is first needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._target: tuple[str, int] | None = None
        self._again_at = 0.0

    def send(self, lines: Sequence[str]) -> None:
        """Never raises and never waits; does nothing unless STATSD_HOST is set."""
        if not settings.STATSD_HOST or not lines:
            return
        with self._lock:
            opened = self._open()
            if opened is None:
                return
            for packet in _packets(lines):
                try:
                    opened.send(packet)
                except OSError:  # nobody listens, or the buffer is full: it is lost
                    return

    def _open(self) -> socket.socket | None:
        target = (settings.STATSD_HOST, settings.STATSD_PORT)
        if self._socket and self._target == target:
            return self._socket
        if self._target == target and time.monotonic() < self._again_at:
            return None
        self._target, self._again_at = target, time.monotonic() + _AGAIN_SECONDS
        self._socket = _connected(*target)
        return self._socket


def _connected(host: str, port: int) -> socket.socket | None:
    try:
        family, kind, _proto, _name, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_DGRAM
        )[0]
        made = socket.socket(family, kind)
        made.setblocking(False)
        made.connect(address)
    except OSError as error:
        log.warning("statsd_lost", error=type(error).__name__)
        return None
    return made


def _packets(lines: Sequence[str]) -> Iterator[bytes]:
    """As many lines in a packet as find room."""
    packet = b""
    for line in lines:
        more = line.encode()
        if packet and len(packet) + 1 + len(more) > _PACKET_BYTES:
            yield packet
            packet = b""
        packet = packet + b"\n" + more if packet else more
    if packet:
        yield packet


sender = Sender()


def counted(name: str) -> str:
    """The line that counts one more."""
    return f"{name}:1|c"


def timed(name: str, seconds: float) -> str:
    """The line of one duration; StatsD takes milliseconds."""
    return f"{name}:{seconds * 1000:.0f}|ms"
