"""Who has no second factor where one is required sees nothing but how to set it up."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from notify_project.signing_in import entering
from tenants import second_factor, sessions
from tenants.models import User

View = Callable[..., HttpResponse]
_OPEN = frozenset({"second_factor", "logout", "jsi18n"})


def with_factor(view: View) -> View:
    """The view, for who has a second factor or needs none."""

    @wraps(view)
    def entered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        match = request.resolver_match
        is_open = match is not None and match.url_name in _OPEN
        if not is_open and must_set_up(request):
            return HttpResponseRedirect(reverse("admin:second_factor"))
        return view(request, *args, **kwargs)

    return entered


def must_set_up(request: HttpRequest) -> bool:
    """Asks the database only until the session knows of a second factor."""
    if not settings.SIGN_IN.requires_second_factor or entering.has_factor(request):
        return False
    if sessions.is_single_sign_on(request) or not isinstance(request.user, User):
        return False
    found = second_factor.is_on(request.user)
    if found:
        entering.note_factor(request)
    return not found
