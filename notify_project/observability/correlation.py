"""One id that ties a request, its log lines, its rows and its answer together."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

HEADER = "X-Correlation-Id"
LOGGED_AS = "notify.correlation_id"

# Visible ASCII without spaces: it goes into a response header as it came.
_ACCEPTABLE = re.compile(r"[!-~]{1,100}")

_current: ContextVar[str] = ContextVar("correlation_id", default="")


def is_correlation_id(value: str) -> bool:
    """Whether a caller's id can be used: 1 to 100 visible ASCII characters."""
    return _ACCEPTABLE.fullmatch(value) is not None


def current_correlation_id() -> str:
    """The id of the request or task that is running, "" outside of one."""
    return _current.get()


def set_correlation_id(value: str) -> None:
    """Let a body's `correlationId`, or a task's row, name what is running.

    Raises ValueError where `is_correlation_id` is False: say it with a 422 before.
    """
    if not is_correlation_id(value):
        raise ValueError("A correlation id has 1 to 100 visible ASCII characters.")
    _current.set(value)


class CorrelationMiddleware:
    """Takes X-Correlation-Id in, or makes one, and puts it on every response.

    An unusable id is replaced, not refused: it is a convenience of the caller's
    tracing, and no reason to turn a notification away. Stands first in MIDDLEWARE,
    so that the errors of all others carry the header too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        token = _current.set(given if is_correlation_id(given) else str(uuid.uuid4()))
        try:
            response = self.get_response(request)
            response[HEADER] = _current.get()
            return response
        finally:
            # Django logs a refused request after the last middleware has ended.
            request.META[LOGGED_AS] = _current.get()
            _current.reset(token)
