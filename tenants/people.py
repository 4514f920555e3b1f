"""Give a person a place in a tenant; whoever is new gets a first password."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from notify_project.errors import Conflict, Invalid
from notify_project.queue.writing import writing
from tenants import auditing
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
    ensure_one_administrator(tenant, role)
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


def set_members(tenant: Tenant, wanted: Mapping[str, tuple[str, str]]) -> None:
    """Exactly these people, by address with name and role; in a transaction.

    Each change is written down.
    """
    # Two at once: the second waits here, and then sees what the first did.
    Tenant.objects.filter(id=tenant.id).update(slug=F("slug"))
    rows = Membership.for_tenant(tenant).select_related("user")
    there = {one.user.email.lower(): one for one in rows}
    for address, (name, role) in wanted.items():
        member = there.pop(address, None)
        if member is None:
            admit(tenant, address, role, name=name)
        elif member.role != role:
            before = auditing.snapshot(member)
            member.role = role
            member.save(update_fields=["role"])
            auditing.record(None, "changed", member, tenant=tenant, before=before)
    for gone in there.values():
        auditing.record(None, "deleted", gone, tenant=tenant, after={})
        gone.delete()


def admit(tenant: Tenant, address: str, role: str, *, name: str = "") -> None:
    """A new member on the word of a system that we trust, in a transaction.

    Who is new gets a log-in without a password, which an operator may give.
    """
    user, _password = _person(address, name, by_operator=True, password=None)
    member = Membership(tenant=tenant, user=user, role=role)
    member.save(force_insert=True)
    auditing.record(None, "created", member, tenant=tenant)


def ensure_one_administrator(
    tenant: Tenant, role: str, *, besides: Membership | None = None
) -> None:
    """Raise Invalid if a gateway's tenant would have a second administrator.

    Who registers through the gateway is its only one (document 003); tenants of
    operators and directories have as many as they like.
    """
    if tenant.source != Tenant.Source.GATEWAY or role != Membership.Role.ADMIN:
        return
    admins = Membership.for_tenant(tenant).filter(role=role)
    if besides is not None:
        admins = admins.exclude(pk=besides.pk)
    if admins.exists():
        raise Invalid(
            _("A tenant of the gateway has one administrator. Choose another role."),
            field="role",
        )


def _person(
    address: str, name: str, *, by_operator: bool, password: str | None = ""
) -> tuple[User, str]:
    user = User.objects.filter(email=address).first()
    may_log_in = user is not None and user.is_staff and user.is_active
    if not may_log_in and not by_operator:
        raise Invalid(
            _("Nobody logs in with this address yet. Ask the operator to allow it."),
            field="email",
        )
    if user is None:
        if password is not None:
            password = secrets.token_urlsafe(_PASSWORD_BYTES)
        made = User.objects.create_user(
            address, password, name=name.strip(), is_staff=True
        )
        return made, password or ""
    if not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
    return user, ""
