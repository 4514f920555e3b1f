"""Sending one request and reading its answer, within time and size."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from types import MappingProxyType

from urllib3.exceptions import HTTPError, ReadTimeoutError
from urllib3.response import HTTPResponse

from notify_project.egress import policy as rules
from notify_project.egress.connections import (
    Link,
    idle_links,
    open_link,
    origin_of,
)
from notify_project.egress.errors import (
    EgressError,
    EgressNoAnswer,
    EgressNotSent,
    EgressRefused,
)
from notify_project.egress.resolving import lookup
from notify_project.egress.sockets import Meter, TooMuch
from notify_project.egress.urls import read_url

_HEAD_BYTES = 65_536  # and http.client takes at most 100 headers
_PIECE_BYTES = 65_536
# One-byte chunks cost six bytes each on the wire.
_WIRE_FACTOR = 8
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\xa0-\xff]*")
# Framing, and where the request goes, are this module's business alone.
_OUR_HEADERS = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-length",
        "expect",
        "host",
        "keep-alive",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
_NO_HEADERS: Mapping[str, str] = MappingProxyType({})

# It warns of unreadable headers with the whole URL, and a URL may be a secret.
logging.getLogger("urllib3.connection").setLevel(logging.ERROR)


@dataclass(frozen=True, slots=True)
class Response:
    """An answer of any status from 200 up; a redirect is an answer too.

    `headers` ignores case and joins repeats with a comma. `body` is as it came
    (no decompression), cut at `max_bytes` where `truncated` says so.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class _Order:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes | None
    max_bytes: int


def request(  # noqa: PLR0913 - all that callers may decide, by name
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] = _NO_HEADERS,
    body: bytes | None = None,
    total_seconds: float = 10,
    connect_seconds: float = 3,
    max_bytes: int = 20_000,
) -> Response:
    """Send one request, once, to an address that the rules allow.

    1. The URL and headers are read: EgressRefused.
    2. A waiting connection to the same origin is used, or the name is resolved,
       every address vetted and one of them connected, with TLS: EgressRefused or
       EgressNotSent, after `connect_seconds` at most.
    3. The request is written and the answer read: EgressNoAnswer.

    `total_seconds` bounds all of it, however slowly the bytes come.
    """
    started = time.monotonic()
    policy = rules.current()
    target = read_url(url)
    _check(method, headers)
    deadline = started + total_seconds
    link = idle_links().take(origin_of(target, policy)) or open_link(
        target, policy, deadline=min(deadline, started + connect_seconds)
    )
    order = _Order(method, target.path, headers, body, max_bytes)
    return _exchange(link, order, Meter(deadline=deadline, allowance=_HEAD_BYTES))


def check_url(url: str, *, seconds: float = 3) -> None:
    """Judge a URL as `request` would, at the cost of one look-up; sends nothing.

    Raises EgressRefused, also for a name that cannot be resolved. It is judged
    again at each request, as a name may change its meaning.
    """
    target = read_url(url)
    try:
        addresses = lookup(target.host, seconds=seconds)
    except EgressNotSent as error:
        raise EgressRefused(error.code) from None
    rules.vet(target.scheme, target.port, addresses, rules.current())


def _check(method: str, headers: Mapping[str, str]) -> None:
    if method not in _METHODS:
        raise EgressRefused("method")
    for name, value in headers.items():
        if name.lower() in _OUR_HEADERS or not _HEADER_NAME.fullmatch(name):
            raise EgressRefused("header")
        if not _HEADER_VALUE.fullmatch(value):
            raise EgressRefused("header")


def _exchange(link: Link, order: _Order, meter: Meter) -> Response:
    """Write, read, and keep the link only if the answer was read to its very end."""
    keep = False
    link.start(meter)
    try:
        answer = _ask(link, order, meter)
        response, keep = _read(answer, order.max_bytes, meter)
        # http.client has dropped its socket where the answer ends the connection.
        keep = keep and link.http.sock is not None
    finally:
        if not keep:
            link.close()
    if keep:
        idle_links().put(link, response.headers)
    return response


def _ask(link: Link, order: _Order, meter: Meter) -> HTTPResponse:
    try:
        _write(link, order)
        answer = link.http.getresponse()
    except (OSError, HTTPException, HTTPError) as error:
        raise _failure(error, meter) from error
    if answer.status < 200:  # 100 is skipped below us; we asked for no other
        raise EgressNoAnswer("broken")
    return answer


def _write(link: Link, order: _Order) -> None:
    headers = {"User-Agent": "Notify", **order.headers}
    # A server may answer "too large" and close before it has read all. Where there
    # is no answer to read, reading says so.
    with suppress(BrokenPipeError, ConnectionResetError):
        link.http.request(
            order.method,
            order.path,
            body=order.body,
            headers=headers,
            preload_content=False,
            decode_content=False,
        )


def _read(answer: HTTPResponse, max_bytes: int, meter: Meter) -> tuple[Response, bool]:
    """Read the body; the second value tells whether it came to its own end."""
    meter.allowance = _HEAD_BYTES + _WIRE_FACTOR * max_bytes
    body = bytearray()
    try:
        while len(body) <= max_bytes:
            piece = answer.read(min(_PIECE_BYTES, max_bytes + 1 - len(body)))
            if not piece:
                break
            body += piece
    except (OSError, HTTPException, HTTPError) as error:
        if meter.allowance > 0:
            raise _failure(error, meter, status=answer.status) from error
    cut = len(body) > max_bytes or meter.allowance <= 0
    kept = bytes(body[:max_bytes])
    return Response(answer.status, answer.headers, kept, truncated=cut), not cut


def _failure(
    error: Exception, meter: Meter, *, status: int | None = None
) -> EgressError:
    if isinstance(error, TimeoutError | ReadTimeoutError):
        code = "timeout"
    else:
        code = "too_large" if isinstance(error, TooMuch) else "broken"
    if not meter.written:
        return EgressNotSent(code)
    return EgressNoAnswer(code, status=status)
