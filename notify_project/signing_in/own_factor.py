"""A person's own second factor: set up with a QR code, recovery codes, off again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import segno
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextInputWidget

from notify_project.errors import NotifyError
from notify_project.signing_in import entering
from tenants import second_factor, totp
from tenants.models import User

_SCALE, _QUIET_ZONE = 5, 4


class SetUpForm(forms.Form):
    """Brings back the secret that the page offered, with a code that the app made."""

    offer = forms.CharField(widget=forms.HiddenInput)
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=12,
        help_text=gettext_lazy("The six digits that the app shows now."),
        widget=UnfoldAdminTextInputWidget(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}
        ),
    )


def own_page(request: HttpRequest, user: User, site: AdminSite) -> HttpResponse:
    """What the person has, and what they can do about it; each act is a POST."""
    act = request.POST.get("do", "") if request.method == "POST" else ""
    if second_factor.is_on(user):
        entering.note_factor(request)
        return _ACTS.get(act, _show)(request, user, site)
    return _set_up(request, user, site)


def _set_up(request: HttpRequest, user: User, site: AdminSite) -> HttpResponse:
    form = SetUpForm(request.POST or None)
    secret = second_factor.offered(user, request.POST.get("offer", ""))
    if secret and form.is_valid():
        try:
            codes = second_factor.set_up(user, secret, form.cleaned_data["code"])
        except NotifyError as refusal:
            form.add_error("code", refusal.message)
        else:
            entering.note_factor(request)
            return _show_codes(request, site, codes)
    if secret is None:  # the first look, or an offer of yesterday
        offer = second_factor.offer(user)
        secret = second_factor.offered(user, offer)
        form = SetUpForm(initial={"offer": offer})
    picture = segno.make(second_factor.uri(user, secret or b""), error="m")
    return _page(
        request,
        site,
        {
            "form": form,
            "picture": picture.svg_data_uri(scale=_SCALE, border=_QUIET_ZONE),
            "spelled": totp.spelled(secret or b""),
            "required": settings.SIGN_IN.requires_second_factor,
        },
    )


def _show(request: HttpRequest, user: User, site: AdminSite) -> HttpResponse:
    context = {
        "is_on": True,
        "codes_left": second_factor.codes_left(user),
        "required": settings.SIGN_IN.requires_second_factor,
    }
    return _page(request, site, context)


def _renew(request: HttpRequest, user: User, site: AdminSite) -> HttpResponse:
    return _show_codes(request, site, second_factor.renew_codes(user))


def _take_off(request: HttpRequest, user: User, site: AdminSite) -> HttpResponse:
    if settings.SIGN_IN.requires_second_factor:
        messages.error(request, _("Everybody needs a second factor here."))
        return _show(request, user, site)
    second_factor.take_off(user)
    entering.note_factor(request, has_one=False)
    messages.success(request, _("The log-in asks for your password alone again."))
    return HttpResponseRedirect(reverse("admin:second_factor"))


def _show_codes(
    request: HttpRequest, site: AdminSite, codes: list[str]
) -> HttpResponse:
    return _page(request, site, {"codes": codes})


def _page(request: HttpRequest, site: AdminSite, more: dict[str, Any]) -> HttpResponse:
    context = {**site.each_context(request), "title": _("Second factor"), **more}
    answer = TemplateResponse(request, "admin/notify/second_factor.html", context)
    answer.headers["Cache-Control"] = "no-store"
    return answer


_Act = Callable[[HttpRequest, User, AdminSite], HttpResponse]
_ACTS: dict[str, _Act] = {"renew": _renew, "off": _take_off}
