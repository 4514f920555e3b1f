"""Give a person a place in a tenant; whoever is new gets a password or a link."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from notify_project.errors import Conflict, Invalid
from notify_project.queue.writing import writing
from tenants import auditing, inviting, sessions
from tenants.models import Membership, Tenant, User

_PASSWORD_BYTES = 15


class AlreadyMember(Conflict):
    """The person has a place in this tenant."""

    code = "already_member"
    title = gettext_noop("The person is a member already")


def add_member(
    tenant: Tenant, *, email: str, role: str, name: str = "", by_operator: bool = False
) -> tuple[Membership, str]:
    """The membership, and the first password that an operator gives a new person.

    The password is stored nowhere readable: show it once. Whom anybody else adds is
    invited by mail instead ("" then), and whoever is new sets a password by its link:
    nobody but its owner could use it wherever they are admitted later. Raises Invalid,
    AlreadyMember, TooManyInvitations.
    """
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise Invalid(_("Give an e-mail address."), field="email") from None
    ensure_one_administrator(tenant, role)
    try:
        with writing(), transaction.atomic():
            password = secrets.token_urlsafe(_PASSWORD_BYTES) if by_operator else None
            user, is_new = _person(address, name, password, may_let_in=by_operator)
            membership = Membership(tenant=tenant, user=user, role=role)
            membership.save(force_insert=True)
            if not by_operator:
                inviting.ask(membership)
    except IntegrityError:
        raise AlreadyMember(
            _("This person is a member already. Change their role instead."),
            field="email",
        ) from None
    return membership, (password or "") if is_new else ""


def set_members(
    tenant: Tenant,
    wanted: Mapping[str, tuple[str, str]],
    *,
    just_in: User | None = None,
) -> None:
    """Exactly these people, by address with name and role; in a transaction.

    Each change is written down, and ends the sessions of whom it concerns and who works
    nowhere else; but who is `just_in` has logged in this moment, and stays.
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
            _log_out(tenant, member.user, just_in)
    for gone in there.values():
        auditing.record(None, "deleted", gone, tenant=tenant, after={})
        gone.delete()
        _log_out(tenant, gone.user, just_in)


def _log_out(tenant: Tenant, person: User, just_in: User | None) -> None:
    if person != just_in and _works_only_in({tenant.id}, person):
        sessions.end_all(person)


def log_out(person: User, *, by: User) -> None:
    """`by` has changed their place. What has changed holds from the next page on; whom
    only `by` has given places is logged out besides. Of all others, no tenant's
    administrator ends the work."""
    if by.is_superuser or work_only_with(by, person):
        sessions.end_all(person)


def work_only_with(by: User, person: User) -> bool:
    """Whether `by` is an administrator of each tenant that the person works in."""
    mine = Membership.across_tenants().filter(user=by, role=Membership.Role.ADMIN)
    return _works_only_in(set(mine.values_list("tenant_id", flat=True)), person)


def _works_only_in(tenants: set[UUID], person: User) -> bool:
    """An operator works in all. Places of one person lie in many tenants."""
    theirs = Membership.across_tenants().filter(user=person)
    return (
        not person.is_superuser
        and set(theirs.values_list("tenant_id", flat=True)) <= tenants
    )


def admit(tenant: Tenant, address: str, role: str, *, name: str = "") -> None:
    """A new member on the word of a system that we trust, in a transaction.

    Who is new gets a log-in without a password, which an operator may give.
    """
    user, _is_new = _person(address, name, None, may_let_in=True)
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
    address: str, name: str, password: str | None, *, may_let_in: bool
) -> tuple[User, bool]:
    """The log-in of this address, and whether it is new. Whom an operator has shut out
    only `may_let_in` lets in again."""
    user = User.objects.filter(email=address).first()
    if user is None:
        made = User.objects.create_user(
            address, password, name=name.strip(), is_staff=True
        )
        return made, True
    if not may_let_in and not (user.is_staff and user.is_active):
        raise Invalid(
            _("This person may not log in. Ask the operator to allow it."),
            field="email",
        )
    if not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
    return user, False
