"""Every error of ours as application/problem+json (RFC 9457), whoever raised it.

Below this module nobody knows a status: apps raise the families of errors.py. People
at /admin/ are told by a page (pages.py).
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import Resolver404, is_valid_path
from django.utils.functional import Promise
from django.utils.log import log_response
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from rest_framework.views import set_rollback

from notify_project.api.foreign_errors import NotAcceptable, WrongMethod, translate
from notify_project.api.pages import refusal, stale
from notify_project.errors import (
    Conflict,
    FieldError,
    Forbidden,
    Invalid,
    Malformed,
    NotFound,
    NotifyError,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
    UnsupportedMedia,
)
from notify_project.observability.correlation import current_correlation_id

MEDIA_TYPE = "application/problem+json"
HTML_PATHS = ("/admin/",)

STATUSES: tuple[tuple[type[NotifyError], HTTPStatus], ...] = (
    (Malformed, HTTPStatus.BAD_REQUEST),
    (Unauthenticated, HTTPStatus.UNAUTHORIZED),
    (Forbidden, HTTPStatus.FORBIDDEN),
    (NotFound, HTTPStatus.NOT_FOUND),
    (WrongMethod, HTTPStatus.METHOD_NOT_ALLOWED),
    (NotAcceptable, HTTPStatus.NOT_ACCEPTABLE),
    (Conflict, HTTPStatus.CONFLICT),
    (TooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (UnsupportedMedia, HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
    (Invalid, HTTPStatus.UNPROCESSABLE_ENTITY),
    (TooMany, HTTPStatus.TOO_MANY_REQUESTS),
    (Unavailable, HTTPStatus.SERVICE_UNAVAILABLE),
)
_RETRY_AFTER_SECONDS = {
    HTTPStatus.TOO_MANY_REQUESTS: 1.0,
    HTTPStatus.SERVICE_UNAVAILABLE: 5.0,
}
_SOME_ID = "0199c1f0-3c55-7d80-9b1e-0242ac120002"
_TOLD = 100  # errors in one answer; who has more will see them when these are mended
_CHALLENGE = 'Bearer realm="notify", ApiKey realm="notify", header="X-API-KEY"'


@dataclass(frozen=True, slots=True)
class Problem:
    """What one answer says; `code` is also the anchor of its entry in the guide."""

    status: int
    code: str
    title: str | Promise
    detail: str | Promise = ""
    errors: Sequence[FieldError] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> HttpResponse:
        """`{type, title, status, detail, errors, correlationId}`, never cached."""
        body = {
            "type": f"{settings.PUBLIC_URL}/docs/errors#{self.code}",
            "title": str(self.title),
            "status": self.status,
            "detail": str(self.detail),
            "errors": [
                {"field": error.field, "code": error.code, "message": error.message}
                for error in self.errors[:_TOLD]
            ],
            "correlationId": current_correlation_id(),
        }
        headers = {"Cache-Control": "no-store", **self.headers}
        answer = JsonResponse(
            body, status=self.status, content_type=MEDIA_TYPE, headers=headers
        )
        answer.problem = self  # type: ignore[attr-defined]  # for who notes refusals
        return answer


def problem_of(error: NotifyError) -> Problem:
    """A family's status, headers and words."""
    status = next(
        (status for family, status in STATUSES if isinstance(error, family)),
        HTTPStatus.INTERNAL_SERVER_ERROR,
    )
    headers = {}
    seconds = error.retry_after_seconds or _RETRY_AFTER_SECONDS.get(status)
    if seconds:
        headers["Retry-After"] = str(max(1, math.ceil(seconds)))
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = _CHALLENGE
    return Problem(
        status, error.kind, _title(error), error.message, error.errors, headers
    )


def _title(error: NotifyError) -> str:
    """One type has one title, whichever family brought its code."""
    if error.kind == type(error).code:
        return _(error.title)
    return _(_titles().get(error.kind, error.title))


def _titles() -> Mapping[str, str]:
    found: dict[str, str] = {}
    waiting: list[type[NotifyError]] = [NotifyError]
    while waiting:
        one = waiting.pop()
        found.setdefault(one.code, one.title)
        waiting += one.__subclasses__()
    return found


def problem_for(error: BaseException) -> Problem:
    """The problem of any exception; one nobody foresaw says nothing of itself."""
    known = error if isinstance(error, NotifyError) else translate(error)
    return problem_of(known) if known else _UNFORESEEN


_UNFORESEEN = Problem(
    HTTPStatus.INTERNAL_SERVER_ERROR,
    "internal_error",
    _lazy("Something went wrong on our side"),
    _lazy(
        "It has been logged. Try again, and quote the correlation id if you report it."
    ),
)


def exception_handler(error: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """DRF's EXCEPTION_HANDLER. What is our fault is logged here, once."""
    set_rollback()
    problem = problem_for(error)
    response = problem.response()
    request: HttpRequest = context["request"]._request
    if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log_response(
            "%s: %s",
            response.reason_phrase,
            request.path,
            response=response,
            request=request,
            exception=error,
        )
    if problem is _UNFORESEEN:
        # What Django sends for its own views: error trackers listen, and the test
        # client raises it where it happened.
        got_request_exception.send(sender=None, request=request)
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400."""
    if _is_page(request):
        return refusal(HTTPStatus.BAD_REQUEST, exception)
    return problem_for(exception).response()


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler403."""
    if _is_page(request):
        return refusal(HTTPStatus.FORBIDDEN)
    return problem_for(exception).response()


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404: also for addresses that lead nowhere, with a hint at a slash."""
    if _is_page(request):
        return refusal(HTTPStatus.NOT_FOUND)
    if not isinstance(exception, Resolver404):
        return problem_for(exception).response()
    return problem_of(unknown_route(request.path)).response()


def unknown_route(path: str) -> NotFound:
    """Nothing is served at `path`; says so, and what nearby is."""
    last = path.rpartition("/")[2]
    if last and is_valid_path(f"{path.removesuffix(last)}{_SOME_ID}"):
        return NotFound(
            _("%(given)s is not an id. Ids look like %(example)s.")
            % {"given": last[:60], "example": _SOME_ID},
            code="not_an_id",
        )
    variant = path.rstrip("/") if path.endswith("/") else f"{path}/"
    if is_valid_path(variant):
        sentence = _("There is nothing at %(path)s. Did you mean %(other)s?")
    else:
        sentence = _("There is nothing at %(path)s. The API is described at %(docs)s.")
    named = {
        "path": path[:200],
        "other": variant,
        "docs": f"{settings.PUBLIC_URL}/docs",
    }
    return NotFound(sentence % named, code="unknown_address")


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500, for what DRF does not see; Django has logged it."""
    if _is_page(request):
        return refusal(HTTPStatus.INTERNAL_SERVER_ERROR)
    error = sys.exc_info()[1]
    return (problem_for(error) if error else _UNFORESEEN).response()


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW."""
    if _is_page(request):
        return stale()
    sentence = _("The CSRF token is missing or old. Reload the page.")
    return problem_of(Forbidden(sentence, code="csrf")).response()


def _is_page(request: HttpRequest) -> bool:
    return request.path.startswith(HTML_PATHS)
