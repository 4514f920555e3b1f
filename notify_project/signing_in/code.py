"""The second page of a log-in: the code of an app, or one from paper."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from unfold.widgets import UnfoldAdminTextInputWidget

from notify_project.signing_in import entering
from notify_project.signing_in.password import attempt_of, too_many
from tenants import login_failures, second_factor
from tenants.models import User

_LONGEST_CODE = 40


class CodeForm(forms.Form):
    """One field for both kinds of code; a wrong one is counted."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=_LONGEST_CODE,
        help_text=gettext_lazy(
            "The six digits that your authenticator app shows, or one of your recovery "
            "codes."
        ),
        widget=UnfoldAdminTextInputWidget(
            attrs={
                "autocomplete": "one-time-code",
                "autofocus": True,
                "autocapitalize": "none",
                "spellcheck": "false",
            }
        ),
    )

    def __init__(self, request: HttpRequest, user: User, data: Any = None) -> None:
        super().__init__(data)
        self.request, self.user = request, user

    def clean_code(self) -> str:
        """The code is used up if it is right."""
        code = str(self.cleaned_data["code"])
        check_code(self.request, self.user, code)
        return code


def check_code(request: HttpRequest, user: User, code: str) -> None:
    """Raise ValidationError unless it is right; too many wrong ones make wait."""
    attempt = attempt_of(request, user.email, what="code")
    if not login_failures.admit(attempt):
        raise ValidationError(too_many(), code="throttled")
    if not second_factor.accepts(user, code):
        raise ValidationError(
            _("The code is not right, or was used already. Wait for the next one."),
            code="wrong",
        )
    login_failures.succeeded(attempt)


@never_cache
def code_page(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """Ask whoever is half way; anybody else begins at the log-in."""
    half = entering.half_way(request)
    if half is None:
        messages.info(request, _("Log in again: that took too long."))
        return HttpResponseRedirect(reverse("admin:login"))
    form = CodeForm(request, half.user, request.POST or None)
    if form.is_valid():
        return entering.let_in(request, half.user, half.url, with_factor=True)
    context = {
        **site.each_context(request),
        "title": _("Second factor"),
        "form": form,
        "person": half.user,
    }
    return TemplateResponse(request, "admin/notify/login_code.html", context)
