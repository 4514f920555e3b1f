"""The last steps of a log-in: half way, waiting for a code, and in."""

from __future__ import annotations

import time
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from tenants import known_browsers
from tenants.models import User

_HALF_WAY = "half_way"
_HALF_WAY_SECONDS = 600
_HAS_FACTOR = "has_second_factor"


@dataclass(frozen=True, slots=True)
class HalfWay:
    """Who has given the right password, and where they want to go."""

    user: User
    url: str


def ask_for_code(request: HttpRequest, user: User, url: str) -> HttpResponse:
    """Nobody is logged in yet: only this session knows that the password was right."""
    request.session.cycle_key()
    request.session[_HALF_WAY] = {
        "user": str(user.pk),
        "mark": user.get_session_auth_hash(),  # of the password as it was then
        "url": url,
        "at": int(time.time()),
    }
    return HttpResponseRedirect(reverse("admin:login_code"))


def half_way(request: HttpRequest) -> HalfWay | None:
    """Who is asked for a code now; None after ten minutes, and if the person has
    changed since."""
    kept = request.session.get(_HALF_WAY)
    if not kept or time.time() - kept["at"] > _HALF_WAY_SECONDS:
        return None
    user = User.objects.filter(
        pk=UUID(kept["user"]), is_active=True, is_staff=True
    ).first()
    if user is None:
        return None
    if not constant_time_compare(kept["mark"], user.get_session_auth_hash()):
        return None
    return HalfWay(user, kept["url"])


def let_in(
    request: HttpRequest, user: User, url: str, *, with_factor: bool = False
) -> HttpResponse:
    """Log the person in, under a new session key, and go on to `url`, which is ours."""
    if request.user.is_authenticated:
        request.session.cycle_key()  # Django does so for strangers only
    request.session.pop(_HALF_WAY, None)
    login(request, user)
    if with_factor:
        note_factor(request)
    answer = HttpResponseRedirect(url)
    known_browsers.remember(answer, user.email)
    return answer


def note_factor(request: HttpRequest, *, has_one: bool = True) -> None:
    """Whether the person of this session has a second factor: no page has to look."""
    request.session[_HAS_FACTOR] = has_one


def has_factor(request: HttpRequest) -> bool:
    """Whether that was noted. When it is taken away, the session ends."""
    return bool(request.session.get(_HAS_FACTOR))
