"""The log-in form: it makes guessing slow, and never says which half was wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tenants import login_failures
from tenants.origin import client_address

if TYPE_CHECKING:  # unfold has no types; Django's own are the same to callers
    from django.contrib.admin.forms import AdminAuthenticationForm as AuthenticationForm
else:
    from unfold.forms import AuthenticationForm


class LoginForm(AuthenticationForm):
    """After ten failures in ten minutes each next one waits longer, up to a minute."""

    def clean(self) -> dict[str, Any]:
        """Refuse while it waits, without looking at the password."""
        address = client_address(self.request) if self.request else ""
        account = str(self.cleaned_data.get("username", "")).strip().lower()[:254]
        if login_failures.is_waiting(address, account):
            raise ValidationError(
                _("Too many failed attempts. Wait a minute, then try again."),
                code="throttled",
            )
        try:
            cleaned: dict[str, Any] = super().clean()
        except ValidationError:
            login_failures.failed(address, account)
            raise
        login_failures.succeeded(address, account)
        return cleaned
