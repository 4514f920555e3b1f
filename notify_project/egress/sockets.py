"""Sockets that end at a point in time, not after so many seconds of silence.

A plain time-out starts anew with every byte, so a target that drips one byte a
second keeps a thread for ever. Here each wait gets only the time that is left.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from django.core.exceptions import ImproperlyConfigured

from notify_project.egress.addresses import Address

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

_MOST_ADDRESSES = 4
# A dead peer is noticed after 4 + 8 * 2 = 20 seconds.
_KEEPALIVE = (("TCP_KEEPIDLE", 4), ("TCP_KEEPINTVL", 2), ("TCP_KEEPCNT", 8))


class TooMuch(OSError):
    """The target sent more than this exchange takes."""


class Meter:
    """What one exchange may still use, and whether it has sent anything yet."""

    __slots__ = ("allowance", "deadline", "written")

    def __init__(self, *, deadline: float, allowance: int) -> None:
        self.deadline = deadline  # by time.monotonic()
        self.allowance = allowance  # bytes that may still be received
        self.written = False

    def arm(self, sock: socket.socket) -> None:
        """Let the next operation of `sock` take the time that is left."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        sock.settimeout(left)

    def admit(self, sock: socket.socket) -> None:
        """Arm, unless all bytes of the allowance have come already."""
        if self.allowance <= 0:
            raise TooMuch
        self.arm(sock)


class DeadlineSocket(socket.socket):
    """A TCP socket under a Meter."""

    meter: Meter

    def recv_into(
        self, buffer: WriteableBuffer, nbytes: int = 0, flags: int = 0
    ) -> int:
        self.meter.admit(self)
        count = super().recv_into(buffer, nbytes, flags)
        self.meter.allowance -= count
        return count

    def sendall(self, data: ReadableBuffer, flags: int = 0) -> None:
        with memoryview(data) as view:
            sent = 0
            while sent < len(view):
                self.meter.arm(self)
                sent += super().send(view[sent:], flags)
                # Only now: a send that fails has given the kernel nothing.
                self.meter.written = True


class DeadlineTLSSocket(ssl.SSLSocket):
    """A TLS socket under a Meter, which the handshake does not need."""

    meter: Meter

    def recv_into(
        self, buffer: WriteableBuffer, nbytes: int | None = None, flags: int = 0
    ) -> int:
        self.meter.admit(self)
        count = super().recv_into(buffer, nbytes, flags)
        self.meter.allowance -= count
        return count

    def send(self, data: ReadableBuffer, flags: int = 0) -> int:
        """Send part of `data`; the inherited sendall comes here for each part."""
        self.meter.arm(self)
        # Before: a failed send may have put whole records on the wire already.
        self.meter.written = True
        return super().send(data, flags)


def connect(
    addresses: Sequence[Address], port: int, *, deadline: float
) -> DeadlineSocket:
    """Connect to the first address that answers; each gets its share of the time.

    The share keeps a dead IPv6 route from using up what IPv4 would need. Raises
    the last address's OSError, or TimeoutError.
    """
    candidates = addresses[:_MOST_ADDRESSES]
    error: OSError = TimeoutError()
    for tried, address in enumerate(candidates):
        share = (deadline - time.monotonic()) / (len(candidates) - tried)
        if share <= 0:
            raise TimeoutError
        try:
            return _connect_one(address, port, seconds=share)
        except OSError as failed:
            error = failed
    raise error


def _connect_one(address: Address, port: int, *, seconds: float) -> DeadlineSocket:
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    sock = DeadlineSocket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in _KEEPALIVE:
            if hasattr(socket, name):  # not every system has all three
                sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
        sock.settimeout(seconds)
        sock.connect((str(address), port))
    except BaseException:
        sock.close()
        raise
    return sock


def secure(
    sock: DeadlineSocket, name: str, *, ca_file: str, deadline: float
) -> DeadlineTLSSocket:
    """Shake hands as a client and check the certificate against `name`.

    Raises ssl.SSLError or OSError; takes over `sock`, closing it on failure.
    """
    try:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        sock.settimeout(left)  # the handshake measures it as a whole
        secured = _tls(ca_file).wrap_socket(sock, server_hostname=name.rstrip("."))
    except BaseException:
        sock.close()
        raise
    if not isinstance(secured, DeadlineTLSSocket):
        raise TypeError("the TLS context makes other sockets than it was told to")
    return secured


@lru_cache(maxsize=8)
def _tls(ca_file: str) -> ssl.SSLContext:
    context = ssl.create_default_context()  # verifies; TLS 1.2 and up
    context.hostname_checks_common_name = False  # RFC 9525: names are in the SAN
    context.set_alpn_protocols(["http/1.1"])
    context.sslsocket_class = DeadlineTLSSocket
    if ca_file:
        _believe(context, ca_file)
    return context


def _believe(context: ssl.SSLContext, ca_file: str) -> None:
    try:
        context.load_verify_locations(cafile=ca_file)
    except OSError as error:  # SSLError is one
        raise ImproperlyConfigured(
            f"EGRESS_CA_FILE: {ca_file} holds no certificates that can be read "
            f"({error}). Give a file in PEM form."
        ) from error
