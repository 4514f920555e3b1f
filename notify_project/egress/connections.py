"""Connections to vetted addresses, and the idle ones that wait to be used again."""

from __future__ import annotations

import os
import re
import ssl
import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from urllib3.connection import HTTPConnection, HTTPSConnection

from notify_project.egress import policy as rules
from notify_project.egress.errors import EgressNotSent
from notify_project.egress.policy import Policy
from notify_project.egress.resolving import lookup
from notify_project.egress.sockets import (
    DeadlineSocket,
    DeadlineTLSSocket,
    Meter,
    connect,
    secure,
)
from notify_project.egress.urls import Target

_IDLE_SECONDS = 30.0  # unless the server says less
_LIFE_SECONDS = 300.0  # then resolve and vet again
_IDLE_PER_ORIGIN = 16
_IDLE_IN_ALL = 256
_SWEEP_SECONDS = 10.0
_KEEP_ALIVE = re.compile(r"timeout=(\d{1,6})")

# The policy's identity is part: another policy never sees this one's connections.
Origin = tuple[str, str, int, Policy]


@dataclass(slots=True)
class Link:
    """An open connection, used by one exchange at a time."""

    origin: Origin
    http: HTTPConnection
    sock: DeadlineSocket | DeadlineTLSSocket
    opened: float
    idle_until: float = 0.0

    def start(self, meter: Meter) -> None:
        """Put the next exchange under `meter`."""
        self.sock.meter = meter

    def is_fresh(self, now: float) -> bool:
        """Tell whether nobody has closed it, and nothing has come unasked."""
        if isinstance(self.sock, DeadlineTLSSocket) and self.sock.pending():
            return False  # decrypted already, so the system sees nothing to read
        return now < self.idle_until and self.http.is_connected

    def close(self) -> None:
        self.http.close()


def origin_of(target: Target, policy: Policy) -> Origin:
    return (target.scheme, target.host, target.port, policy)


def open_link(target: Target, policy: Policy, *, deadline: float) -> Link:
    """Resolve, vet and connect, all before `deadline` (of time.monotonic()).

    Raises EgressRefused and EgressNotSent.
    """
    addresses = lookup(target.host, seconds=deadline - time.monotonic())
    rules.vet(target.scheme, target.port, addresses, policy)
    sock: DeadlineSocket | DeadlineTLSSocket
    try:
        sock = connect(addresses, target.port, deadline=deadline)
        if target.scheme == "https":
            sock = secure(sock, target.host, ca_file=policy.ca_file, deadline=deadline)
    except TimeoutError:
        raise EgressNotSent("connect_timeout") from None
    except ssl.SSLError as error:
        raise EgressNotSent("tls") from error
    except OSError as error:
        raise EgressNotSent("connect") from error
    return _link(target, policy, sock)


def _link(
    target: Target, policy: Policy, sock: DeadlineSocket | DeadlineTLSSocket
) -> Link:
    kind = HTTPSConnection if target.scheme == "https" else HTTPConnection
    http = kind(target.host, target.port)
    http.auto_open = 0  # http.client would connect anew by itself, to the name
    http.sock = sock
    return Link(origin_of(target, policy), http, sock, opened=time.monotonic())


class IdleLinks:
    """Links kept for the next request to the same origin, newest first.

    A link is given out only if no end of it and no stray byte has arrived. What
    remains is the time that a close by the server travels: such a request ends in
    EgressNoAnswer, as HTTP cannot tell (RFC 9112, section 9.3.1).
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._links: defaultdict[Origin, list[Link]] = defaultdict(list)
        self._count = 0
        self._swept = time.monotonic()

    def take(self, origin: Origin) -> Link | None:
        """Give the newest link that can be used, or None; drops the others met."""
        while (link := self._pop(origin)) is not None:
            if link.is_fresh(time.monotonic()):
                return link
            link.close()
        return None

    def put(self, link: Link, headers: Mapping[str, str]) -> None:
        """Keep a link whose answer was read to its end; closes what is too much."""
        now = time.monotonic()
        link.idle_until = min(
            now + _idle_seconds(headers.get("keep-alive", "")),
            link.opened + _LIFE_SECONDS,
        )
        spare = self._sweep(now)
        if now >= link.idle_until or not self._push(link):
            spare.append(link)
        for unwanted in spare:
            unwanted.close()

    def _pop(self, origin: Origin) -> Link | None:
        with self._lock:
            waiting = self._links.get(origin)
            if not waiting:
                return None
            self._count -= 1
            return waiting.pop()

    def _push(self, link: Link) -> bool:
        with self._lock:
            waiting = self._links[link.origin]
            if len(waiting) >= _IDLE_PER_ORIGIN or self._count >= _IDLE_IN_ALL:
                return False
            waiting.append(link)
            self._count += 1
            return True

    def _sweep(self, now: float) -> list[Link]:
        """Take out what has waited too long, so that nothing stays open for ever."""
        if now - self._swept < _SWEEP_SECONDS:
            return []
        with self._lock:
            self._swept = now
            everything = [link for links in self._links.values() for link in links]
            self._links.clear()
            for link in everything:
                if now < link.idle_until:
                    self._links[link.origin].append(link)
            old = [link for link in everything if now >= link.idle_until]
            self._count -= len(old)
        return old


def _idle_seconds(keep_alive: str) -> float:
    """Stay a second below what the server promises, as Node's five seconds."""
    promised = _KEEP_ALIVE.search(keep_alive)
    if promised is None:
        return _IDLE_SECONDS
    return min(_IDLE_SECONDS, int(promised[1]) - 1)


_idle = IdleLinks()


def idle_links() -> IdleLinks:
    """Give this process's idle links."""
    return _idle


def _start_anew() -> None:
    """Parent and child must not speak over the same connection."""
    global _idle
    _idle = IdleLinks()


os.register_at_fork(after_in_child=_start_anew)
