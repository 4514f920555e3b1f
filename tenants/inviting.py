"""Invitations: who was given a place in a tenant is mailed where to begin.

The link lets its reader set a password, once, for some days; who has one needs no link.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from notify_project.errors import TooMany
from tenants import notices
from tenants.models import Membership, Notice, User

# The kind of the notice that events/letters.py has the words for.
INVITATION = "invitation"
PER_HOUR = 20
LINK_DAYS = settings.PASSWORD_RESET_TIMEOUT // 86_400


class TooManyInvitations(TooMany):
    """A tenant invites more people than anybody works with."""

    code = "too_many_invitations"


def ask(member: Membership) -> None:
    """Mail an invitation, in the caller's transaction; raises TooManyInvitations."""
    lately = Notice.for_tenant(member.tenant_id).filter(
        kind=INVITATION, created_at__gt=Now() - timedelta(hours=1)
    )
    if lately.count() >= PER_HOUR:
        raise TooManyInvitations(
            _("At most %(limit)s people are invited in an hour. Wait a while.")
            % {"limit": PER_HOUR},
            retry_after_seconds=3600,
        )
    notices.store(member.tenant, INVITATION, {"member": str(member.pk)})


def is_open(user: User) -> bool:
    """Whether the person has yet to set a password; the single sign-on needs none."""
    return bool(settings.SIGN_IN.password_login) and not user.has_usable_password()


def link(user: User) -> str:
    """Where the person sets a password, or logs in who has one or needs none."""
    if not is_open(user):
        return f"{settings.PUBLIC_URL}{reverse('admin:login')}"
    names = {
        "uidb64": urlsafe_base64_encode(force_bytes(user.pk)),
        "token": default_token_generator.make_token(user),
    }
    return f"{settings.PUBLIC_URL}{reverse('accept-invitation', kwargs=names)}"
