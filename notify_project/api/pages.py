"""Refusals as pages for people: what is wrong, and where to go on.

They ask the database nothing, so that they work when it does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.template import loader
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notify_project.observability.correlation import current_correlation_id

_TEMPLATE = "notify_project/refused.html"


class NotUnderstood(BadRequest):
    """What was asked for cannot be looked up; its sentence is for the person."""


@dataclass(frozen=True, slots=True)
class Words:
    """A page's heading, and what one can do."""

    title: str | Promise
    sentence: str | Promise


_WORDS = {
    HTTPStatus.BAD_REQUEST: Words(
        _("This address makes no sense here"),
        _(
            "It asks for something that does not exist, or holds a sign that nothing "
            "here can hold. Go back, or begin at the start page."
        ),
    ),
    HTTPStatus.FORBIDDEN: Words(
        _("You may not do this"),
        _(
            "Your role in this tenant does not allow it. An administrator of the "
            "tenant can change your role."
        ),
    ),
    HTTPStatus.NOT_FOUND: Words(
        _("There is nothing here"),
        _(
            "It does not exist, it was deleted, or it belongs to a tenant in which you "
            "are not working now."
        ),
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: Words(
        _("Something went wrong on our side"),
        _("It has been logged. Try again; if it happens again, report it with the id."),
    ),
}
_STALE = Words(
    _("This page was open for too long"),
    _("Nothing was changed. Go back, reload the page and try again."),
)
_ELSEWHERE = Words(
    _("You have gone to another tenant"),
    _(
        "This page was opened in another tenant than you work in now, so nothing was "
        "done. Change to its tenant again in another window, then go back here and "
        "send it once more: what you typed is still there."
    ),
)


def refusal(status: HTTPStatus, error: BaseException | None = None) -> HttpResponse:
    """The page of a status; a NotUnderstood brings its own sentence."""
    words = _WORDS[status]
    if isinstance(error, NotUnderstood):
        words = Words(words.title, str(error))
    return _page(status, words)


def stale() -> HttpResponse:
    """The page of a form whose token is missing or old."""
    return _page(HTTPStatus.FORBIDDEN, _STALE)


def elsewhere() -> HttpResponse:
    """The page of a form that was opened in another tenant."""
    return _page(HTTPStatus.CONFLICT, _ELSEWHERE)


def _page(status: HTTPStatus, words: Words) -> HttpResponse:
    ours = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    context = {
        "words": words,
        "correlation_id": current_correlation_id() if ours else "",
    }
    html = loader.render_to_string(_TEMPLATE, context)
    return HttpResponse(html, status=status, headers={"Cache-Control": "no-store"})
