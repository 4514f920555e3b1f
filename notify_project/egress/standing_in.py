"""The module `requests`, as a library finds it that takes no session of ours.

`library.requests = REQUESTS` puts each of its calls under our guard, and `watched`
bounds what one exchange may do and remembers how each call ended.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import requests

from notify_project.egress.client import Response
from notify_project.egress.errors import EgressError, EgressNotSent, EgressRefused
from notify_project.egress.sessions import GuardedFailure, guarded_session

# What requests' own functions take and the guard decides by itself.
_OURS = frozenset({"timeout", "verify", "cert", "proxies", "allow_redirects", "stream"})


@dataclass(slots=True)
class Watch:
    """What is left of an exchange, and how its calls ended, in their order."""

    deadline: float  # by time.monotonic()
    calls_left: int
    outcomes: list[Response | EgressError] = field(default_factory=list)


_watch: ContextVar[Watch | None] = ContextVar("watch", default=None)


@contextmanager
def watched(*, total_seconds: float, calls: int) -> Iterator[Watch]:
    """Calls in this block, and no others, may go out: so many, until that time."""
    watch = Watch(time.monotonic() + total_seconds, calls)
    token = _watch.set(watch)
    try:
        yield watch
    finally:
        _watch.reset(token)


class StandIn:
    """What libraries use of `requests`: the verbs, the codes and the base error."""

    codes = requests.codes
    RequestException = requests.RequestException

    def request(self, method: str, url: str, **options: Any) -> requests.Response:
        """Raises GuardedFailure, which is a RequestException."""
        watch = _watch.get()
        if watch is None:
            raise GuardedFailure(EgressRefused("address"))
        given = {name: v for name, v in options.items() if name not in _OURS}
        try:
            answer = _sent(watch, method.upper(), url, given)
        except GuardedFailure as failed:
            watch.outcomes.append(failed.reason)
            raise
        headers: Mapping[str, str] = answer.headers
        watch.outcomes.append(Response(answer.status_code, headers, b""))
        return answer

    def get(self, url: str, **options: Any) -> requests.Response:
        return self.request("GET", url, **options)

    def post(self, url: str, data: Any = None, **options: Any) -> requests.Response:
        return self.request("POST", url, data=data, **options)

    def put(self, url: str, data: Any = None, **options: Any) -> requests.Response:
        return self.request("PUT", url, data=data, **options)

    def delete(self, url: str, **options: Any) -> requests.Response:
        return self.request("DELETE", url, **options)


def _sent(
    watch: Watch, method: str, url: str, options: dict[str, Any]
) -> requests.Response:
    left = watch.deadline - time.monotonic()
    if left <= 0 or watch.calls_left <= 0:
        raise GuardedFailure(EgressNotSent("timeout"))
    watch.calls_left -= 1
    with guarded_session(total_seconds=left) as session:
        return session.request(method, url, **options)


REQUESTS = StandIn()
