"""The log-in page: it makes guessing slow, and never says which half was wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from notify_project.signing_in import entering
from tenants import known_browsers, login_failures, second_factor
from tenants.login_failures import Attempt
from tenants.models import User
from tenants.origin import client_address

if TYPE_CHECKING:  # unfold has no types; Django's own are the same to callers
    from django.contrib.admin.forms import AdminAuthenticationForm as AuthenticationForm
else:
    from unfold.forms import AuthenticationForm

_LONGEST_ACCOUNT = 254


class LoginForm(AuthenticationForm):
    """Ten failures in an hour make an account wait, twenty an address."""

    def clean(self) -> dict[str, Any]:
        """Refuse while it waits, without looking at the password.

        Who shows none guesses nothing, and is forgiven nothing either.
        """
        if self.errors:
            return self.cleaned_data
        if not settings.SIGN_IN.password_login:
            raise ValidationError(
                _("Passwords are switched off here. Use the single sign-on."),
                code="password_login",
            )
        account = str(self.cleaned_data.get("username", "")).strip().lower()
        attempt = attempt_of(self.request, account[:_LONGEST_ACCOUNT])
        if not login_failures.admit(attempt):
            raise ValidationError(too_many(), code="throttled")
        cleaned: dict[str, Any] = super().clean()
        login_failures.succeeded(attempt)
        return cleaned


class PasswordPage(LoginView):
    """Who has a second factor is asked for it before they are let in."""

    def form_valid(self, form: Any) -> HttpResponse:
        user: User = form.get_user()
        url = self.get_success_url()
        if second_factor.is_on(user):
            return entering.ask_for_code(self.request, user, url)
        return entering.let_in(self.request, user, url)


def attempt_of(
    request: HttpRequest | None, account: str, *, what: str = "password"
) -> Attempt:
    """What this request tries, as it is counted."""
    if request is None:
        return Attempt("", account, what=what)
    browser = known_browsers.known(request, account)
    return Attempt(client_address(request), account, browser, what)


def too_many() -> str:
    """What is said while it waits."""
    return _("Too many failed attempts. Wait an hour, then try again.")
