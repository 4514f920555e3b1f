"""Changing one's own password: the old one is guessed as slowly as at the log-in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from notify_project.signing_in.password import attempt_of, too_many
from tenants import login_failures
from tenants.models import User

if TYPE_CHECKING:  # unfold has no types; Django's own are the same to callers
    from django.contrib.auth.forms import PasswordChangeForm as _Form
else:
    from unfold.forms import AdminOwnPasswordChangeForm as _Form


class OwnPasswordForm(_Form):
    """Whoever sits at somebody's open page may not try passwords without end."""

    def __init__(self, user: User, *args: Any, request: HttpRequest, **more: Any):
        super().__init__(user, *args, **more)
        self.request = request

    def clean_old_password(self) -> str:
        attempt = attempt_of(self.request, self.user.email)
        if not login_failures.admit(attempt):
            raise ValidationError(too_many(), code="throttled")
        old: str = super().clean_old_password()
        login_failures.succeeded(attempt)
        return old


class OwnPasswordPage(PasswordChangeView):
    """Django's own, with our form."""

    form_class = OwnPasswordForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "request": self.request}
