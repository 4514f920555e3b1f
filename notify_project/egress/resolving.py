"""Names to addresses, in bounded time: getaddrinfo knows no time-out of its own."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from ipaddress import ip_address

from notify_project.egress.addresses import Address
from notify_project.egress.errors import EgressNotSent, EgressRefused

_THREADS = 16


class Resolver:
    """A few threads that look names up; at most one of them per name.

    So a name whose servers never answer holds one thread, not all of them.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="egress-dns")
        self._running: dict[str, Future[tuple[Address, ...]]] = {}

    def lookup(self, host: str, *, seconds: float) -> tuple[Address, ...]:
        """Find every address of a host, in the system's order, without repeats.

        Nothing is cached. Raises EgressNotSent (no such name, or not in time) and
        EgressRefused (not a name). A spelled-out address, in any of the spellings
        that the system takes (127.1, 0x7f000001, 2130706433), costs no look-up.
        """
        try:
            return _addresses(host, socket.AI_NUMERICHOST)
        except socket.gaierror:
            return self._wait(host, seconds)
        except UnicodeError:
            raise EgressRefused("url") from None  # an empty or overlong label

    def _wait(self, host: str, seconds: float) -> tuple[Address, ...]:
        try:
            return self._start(host).result(timeout=max(seconds, 0))
        except TimeoutError:
            raise EgressNotSent("dns_timeout") from None
        except OSError:
            raise EgressNotSent("dns") from None

    def _start(self, host: str) -> Future[tuple[Address, ...]]:
        with self._lock:
            running = self._running.get(host)
            if running is None:
                running = self._threads.submit(_addresses, host, 0)
                self._running[host] = running
        # Outside the lock: a finished future calls back at once, in this thread.
        running.add_done_callback(lambda done: self._forget(host, done))
        return running

    def _forget(self, host: str, done: Future[tuple[Address, ...]]) -> None:
        with self._lock:
            if self._running.get(host) is done:
                del self._running[host]


def _addresses(host: str, flags: int) -> tuple[Address, ...]:
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=flags)
    return _unique(str(entry[4][0]) for entry in found)


def _unique(texts: Iterable[str]) -> tuple[Address, ...]:
    return tuple(dict.fromkeys(ip_address(text) for text in texts))


_resolver = Resolver()


def lookup(host: str, *, seconds: float) -> tuple[Address, ...]:
    """Look a host up with this process's resolver; see Resolver.lookup."""
    return _resolver.lookup(host, seconds=seconds)


def _start_anew() -> None:
    """Threads do not survive a fork, and a lock may have been held in it."""
    global _resolver
    _resolver = Resolver()


os.register_at_fork(after_in_child=_start_anew)
