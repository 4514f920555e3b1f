"""The page behind an invitation's link: its reader sets a password, and logs in."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpResponse
from django.urls import reverse_lazy

from notify_project.queue.writing import writing
from tenants import auditing, known_browsers
from tenants.models import User


class AcceptInvitation(PasswordResetConfirmView):
    """Django's own page for such links: the token leaves the address at once, and works
    until a password is set."""

    template_name = "tenants/invitation.html"
    success_url = reverse_lazy("admin:login")

    def form_valid(self, form: SetPasswordForm[Any]) -> HttpResponse:
        """The audit tells when; who it was, the link says."""
        user: User = form.user
        with writing():
            answer = super().form_valid(form)
            auditing.record(user, "invitation accepted", user, tenant=None, after={})
        # Who reads the mailbox is the person: no guesser locks them out from here.
        known_browsers.remember(answer, user.email)
        return answer
