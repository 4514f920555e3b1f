"""Give a person a place in a tenant; whoever is new gets a first password."""

from __future__ import annotations

import secrets

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from notify_project.errors import Conflict, Invalid
from notify_project.queue.writing import writing
from tenants.models import Membership, Tenant, User

_PASSWORD_BYTES = 15


class AlreadyMember(Conflict):
    """The person has a place in this tenant."""

    code = "already_member"
    title = gettext_noop("The person is a member already")


def add_member(
    tenant: Tenant, *, email: str, role: str, name: str = "", by_operator: bool = False
) -> tuple[Membership, str]:
    """The membership, and the first password of a person who had no log-in ("" else).

    The password is stored nowhere readable: show it once. Only an operator makes new
    log-ins: whoever sees a first password could use it wherever its owner is admitted
    later. Raises Invalid, AlreadyMember.
    """
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise Invalid(_("Give an e-mail address."), field="email") from None
    try:
        with writing(), transaction.atomic():
            user, password = _person(address, name, by_operator=by_operator)
            membership = Membership(tenant=tenant, user=user, role=role)
            membership.save(force_insert=True)
    except IntegrityError:
        raise AlreadyMember(
            _("This person is a member already. Change their role instead."),
            field="email",
        ) from None
    return membership, password


def _person(address: str, name: str, *, by_operator: bool) -> tuple[User, str]:
    user = User.objects.filter(email=address).first()
    may_log_in = user is not None and user.is_staff and user.is_active
    if not may_log_in and not by_operator:
        raise Invalid(
            _("Nobody logs in with this address yet. Ask the operator to allow it."),
            field="email",
        )
    if user is None:
        password = secrets.token_urlsafe(_PASSWORD_BYTES)
        made = User.objects.create_user(
            address, password, name=name.strip(), is_staff=True
        )
        return made, password
    if not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
    return user, ""
