"""How long somebody stays logged in to the admin, and when they last proved who they
are.

A session ends eight hours after its log-in, after half an hour without a page, and when
the person's password, role or second factor changes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from notify_project.observability.headers import ADMIN_PATH
from tenants.models import User

LONGEST = timedelta(seconds=settings.SESSION_COOKIE_AGE)
IDLE = timedelta(minutes=30)
# So long a proof is good for what asks for one: keys, secrets, roles, ...
FRESH = timedelta(minutes=15)
# Not each page writes to the session.
_NOTED_EVERY = timedelta(minutes=1)
_SEEN, _PROVED, _BY_SINGLE_SIGN_ON = "seen", "proved", "single_sign_on"


def begin(sender: Any, request: HttpRequest, user: User, **_more: Any) -> None:
    """At each log-in, whatever let the person in: Django's signal calls it."""
    # A moment, so that no page puts the end off.
    request.session.set_expiry(timezone.now() + LONGEST)
    _note(request, _SEEN)
    _note(request, _PROVED)


def prove(request: HttpRequest, *, at: float | None = None) -> None:
    """The person has shown once more who they are: just now, unless `at` is earlier."""
    _note(request, _PROVED, at)


def disprove(request: HttpRequest) -> None:
    """Nobody can say when they last did."""
    request.session.pop(_PROVED, None)


def is_fresh(request: HttpRequest) -> bool:
    """Whether they did so within the last quarter of an hour."""
    return _age(request, _PROVED) <= FRESH


def mark_single_sign_on(request: HttpRequest) -> None:
    """The provider let the person in: a second factor is its business."""
    request.session[_BY_SINGLE_SIGN_ON] = True


def is_single_sign_on(request: HttpRequest) -> bool:
    """Whether the provider let the person in."""
    return bool(request.session.get(_BY_SINGLE_SIGN_ON))


def end_all(user: User) -> None:
    """Wherever the person is logged in, their next page is the log-in."""
    User.objects.filter(pk=user.pk).update(session_round=F("session_round") + 1)
    user.refresh_from_db(fields=["session_round"])


class SessionLimitsMiddleware:
    """Ends what was idle for too long. Below the messages: it tells the person why."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Sessions count in the admin only; other calls do not pay for looking.
        has_one = settings.SESSION_COOKIE_NAME in request.COOKIES
        if has_one and request.path.startswith(ADMIN_PATH):
            _end_or_keep(request)
        return self.get_response(request)


def _end_or_keep(request: HttpRequest) -> None:
    if not request.user.is_authenticated:
        return
    idle = _age(request, _SEEN)
    if idle > IDLE:
        logout(request)
        messages.info(
            request, _("You were away for more than half an hour. Log in again.")
        )
    elif idle > _NOTED_EVERY:
        _note(request, _SEEN)


def _note(request: HttpRequest, what: str, at: float | None = None) -> None:
    now = timezone.now().timestamp()
    request.session[what] = int(now if at is None else min(at, now))


def _age(request: HttpRequest, what: str) -> timedelta:
    """How long ago; very long where it never was."""
    noted = request.session.get(what)
    if not isinstance(noted, int):
        return timedelta.max
    return timedelta(seconds=timezone.now().timestamp() - noted)
