"""A `requests` session whose every request leaves by our guard, for libraries.

django-anymail speaks through `requests`; with this session it gets vetted addresses,
total deadlines and no redirects, as everything else does.
"""

from __future__ import annotations

from collections.abc import Mapping

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from notify_project.egress.client import request as send_guarded
from notify_project.egress.errors import EgressError

_ANSWER_BYTES = 100_000
# The guard sets these itself and refuses them from others.
_NOT_OURS = frozenset(
    {"accept-encoding", "connection", "content-length", "host", "transfer-encoding"}
)


class GuardedFailure(requests.ConnectionError):
    """No answer; `reason` is the guard's error and tells whether anything was sent."""

    def __init__(self, reason: EgressError) -> None:
        super().__init__(str(reason))
        self.reason = reason


class _GuardedAdapter(BaseAdapter):
    def __init__(self, total_seconds: float) -> None:
        super().__init__()
        self._total_seconds = total_seconds

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: object = None,
        verify: object = True,
        cert: object = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send by the guard; the caller's time-out, proxies and TLS options are not
        asked. Raises GuardedFailure."""
        try:
            answer = send_guarded(
                request.method or "GET",
                request.url or "",
                headers={
                    _text(name): _text(value)
                    for name, value in request.headers.items()
                    if _text(name).lower() not in _NOT_OURS
                },
                body=_body_of(request),
                total_seconds=self._total_seconds,
                max_bytes=_ANSWER_BYTES,
            )
        except EgressError as failed:
            raise GuardedFailure(failed) from failed
        return _response(request, answer.status, answer.headers, answer.body)

    def close(self) -> None:
        """Nothing to close: the guard keeps the connections."""


def guarded_session(*, total_seconds: float) -> requests.Session:
    """A session without cookies of old, proxies of the environment or redirects.

    Each request ends within `total_seconds`.
    """
    session = requests.Session()
    session.trust_env = False
    adapter = _GuardedAdapter(total_seconds)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def _body_of(request: requests.PreparedRequest) -> bytes | None:
    body = request.body
    if body is None or isinstance(body, bytes):
        return body
    if isinstance(body, str):
        return body.encode()
    raise TypeError("Only whole bodies are sent, not streams.")


def _response(
    request: requests.PreparedRequest,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response.headers = CaseInsensitiveDict(headers)
    response.headers.pop("location", None)  # so that nothing follows it
    response.encoding = requests.utils.get_encoding_from_headers(response.headers)
    response.url = request.url or ""
    response.request = request
    response.reason = ""
    response._content = body
    response._content_consumed = True
    return response


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
