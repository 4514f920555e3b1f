"""Asking once more who one is, before what matters (acts.py); what was typed goes on.

The form that was sent is kept sealed within the page that asks, so that nothing has to
be typed again and no secret in it can be read there.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any

from django import forms
from django.contrib.admin import AdminSite
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget

from notify_project.db.encryption import CannotOpen, open_sealed, seal
from notify_project.signing_in import acts, entering
from notify_project.signing_in.code import check_code
from notify_project.signing_in.password import attempt_of, too_many
from tenants import login_failures, second_factor, sessions
from tenants.models import User

View = Callable[..., HttpResponse]
_HELD = "proof_held"
# A form that would not fit through Django's limit a second time is not kept.
_MOST_HELD_BYTES = 3_000_000


class Way(StrEnum):
    """How a person proves it."""

    CODE = "code"
    PASSWORD = "password"  # noqa: S105
    SINGLE_SIGN_ON = "single sign-on"


class ProofForm(forms.Form):
    """A code where there is a second factor, else the password; counted if wrong."""

    code = forms.CharField(
        label=gettext_lazy("Code of your authenticator app"),
        max_length=40,
        widget=UnfoldAdminTextInputWidget(
            attrs={"autocomplete": "one-time-code", "autofocus": True}
        ),
    )
    password = forms.CharField(
        label=gettext_lazy("Your password"),
        strip=False,
        max_length=4096,
        widget=UnfoldAdminPasswordWidget(
            attrs={"autocomplete": "current-password", "autofocus": True}
        ),
    )

    def __init__(self, request: HttpRequest, way: Way, data: Any = None) -> None:
        super().__init__(data, prefix="proof")
        self.request, self.user = request, _person(request)
        for name in set(self.fields) - {way}:
            del self.fields[name]

    def clean_code(self) -> str:
        check_code(self.request, self.user, str(self.cleaned_data["code"]))
        return ""

    def clean_password(self) -> str:
        attempt = attempt_of(self.request, self.user.email)
        if not login_failures.admit(attempt):
            raise ValidationError(too_many(), code="throttled")
        if not self.user.check_password(str(self.cleaned_data["password"])):
            raise ValidationError(_("The password is not right."), code="wrong")
        login_failures.succeeded(attempt)
        return ""


def proved(view: View, site: AdminSite) -> View:
    """The view, which asks for a proof of the last quarter of an hour if it matters."""

    @wraps(view)
    def entered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        held = request.POST.get(_HELD)
        if held is None:
            if sessions.is_fresh(request) or not acts.asks(request):
                return view(request, *args, **kwargs)
            form = ProofForm(request, way_of(request))
            return _ask(request, site, form, hold(request))
        if not sessions.is_fresh(request):
            form = ProofForm(request, way_of(request), request.POST)
            if way_of(request) == Way.SINGLE_SIGN_ON or not form.is_valid():
                return _ask(request, site, form, held)
            sessions.prove(request)
        if not _go_on(request, held):
            return _page(request, site, {"is_done": True})
        return view(request, *args, **kwargs)

    return entered


def way_of(request: HttpRequest) -> Way:
    """How this person can prove it: as they logged in."""
    if sessions.is_single_sign_on(request):
        return Way.SINGLE_SIGN_ON
    has_factor = entering.has_factor(request) or second_factor.is_on(_person(request))
    return Way.CODE if has_factor else Way.PASSWORD


def hold(request: HttpRequest) -> str:
    """The form that was sent, sealed for this person and page; "" if there is none, or
    if it has files or is too large to be sent twice."""
    text = request.POST.urlencode()
    is_kept = request.method == "POST" and not request.FILES
    if not is_kept or len(text) > _MOST_HELD_BYTES:
        return ""
    kept = json.dumps([_owner(request), text]).encode()
    return base64.urlsafe_b64encode(seal(kept, column=__name__)).decode()


def _go_on(request: HttpRequest, held: str) -> bool:
    """Put the form back in its place; False where the page has to be opened anew."""
    try:
        opened = open_sealed(base64.urlsafe_b64decode(held), column=__name__)
    except (CannotOpen, binascii.Error, ValueError):
        return False
    owner, text = json.loads(opened)
    if owner != _owner(request):
        return False
    request.POST = QueryDict(text)
    return True


def _owner(request: HttpRequest) -> list[str]:
    return [str(_person(request).pk), request.get_full_path()]


def _person(request: HttpRequest) -> User:
    """Whoever comes here is logged in: the site has looked."""
    assert isinstance(request.user, User)
    return request.user


def _ask(
    request: HttpRequest, site: AdminSite, form: ProofForm, held: str
) -> HttpResponse:
    way = way_of(request)
    more = {
        "form": form,
        "held": held,
        "is_lost": bool(request.FILES),
        "by_single_sign_on": way == Way.SINGLE_SIGN_ON,
    }
    return _page(request, site, more)


def _page(request: HttpRequest, site: AdminSite, more: dict[str, Any]) -> HttpResponse:
    context = {
        **site.each_context(request),
        "title": _("Is it you?"),
        "path": request.get_full_path(),
        **more,
    }
    answer = TemplateResponse(request, "admin/notify/proof.html", context)
    answer.headers["Cache-Control"] = "no-store"
    return answer
