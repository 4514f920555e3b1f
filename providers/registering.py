"""Tenants of a directory: made from it, and their people brought up to date by it.

The directory is CSTAR, as the system's own service. A tenant keeps the directory's id
of it, and for each role the ids of the groups whose people have it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from notify_project.errors import Conflict, Invalid
from notify_project.queue.writing import writing
from notify_project.remembering import Memory
from providers import downstream
from providers.downstream import ServiceUnavailable
from providers.errors import ProviderError
from providers.services import DirectoryService, Person
from tenants import auditing, people
from tenants.gateway import free_slug
from tenants.models import Membership, Tenant, User

_DIRECTORY = "directories.cstar"
Groups = Mapping[str, Sequence[str]]
# From the least to the most: who is in several groups has the last role.
_ROLES = (
    str(Membership.Role.SUPPORT),
    str(Membership.Role.DESIGNER),
    str(Membership.Role.ADMIN),
)
# A log-in asks the directory again only after so long.
_FRESH_SECONDS = 60.0
_asked: Memory[UUID, bool] = Memory(size=1000, seconds=lambda: _FRESH_SECONDS)

log = structlog.get_logger(__name__)


class AlreadyRegistered(Conflict):
    """There is a tenant of this id of the directory."""

    code = "already_registered"
    title = gettext_noop("The tenant is registered already")


def register(
    external_id: str,
    *,
    name: str,
    groups: Groups,
    links: Mapping[str, str] | None = None,
) -> Tenant:
    """A tenant with the people of the directory's groups in their roles.

    `links` lead to the tenant's other shared services, by what they are. Raises
    Invalid if nobody would be administrator, AlreadyRegistered, ServiceUnavailable.
    """
    _check_groups(groups)
    wanted = _asked_for(external_id, groups)
    tenant = Tenant(
        name=name.strip(),
        slug=free_slug(name),
        source=Tenant.Source.CSTAR,
        external_id=external_id,
        links=dict(links or {}),
        role_groups={role: list(ids) for role, ids in groups.items()},
    )
    try:
        with writing(), transaction.atomic():
            tenant.save(force_insert=True)
            auditing.record(None, "registered", tenant, tenant=tenant)
            people.set_members(tenant, wanted)
    except IntegrityError:
        raise AlreadyRegistered(
            _("A tenant of this id is registered already."), field="external_id"
        ) from None
    return tenant


def refresh(tenant: Tenant, *, just_in: User | None = None) -> None:
    """The tenant's people as the directory has them now; who is in no group any more
    loses their place. Who is `just_in` is logging in and stays so.

    Raises Invalid if nobody would be administrator: the tenant keeps whom it has.
    Raises ServiceUnavailable. One call for each role.
    """
    wanted = _asked_for(tenant.external_id, tenant.role_groups)
    with writing(), transaction.atomic():
        people.set_members(tenant, wanted, just_in=just_in)


def refresh_at_login(sender: Any, user: User, **_more: Any) -> None:
    """Bring up to date the tenants of a person who logs in; never raises.

    A directory that does not answer keeps nobody out: the roles stay as they were.
    """
    mine = Membership.across_tenants().filter(user=user)
    tenants = Tenant.objects.filter(
        id__in=mine.values("tenant"), source=Tenant.Source.CSTAR, active=True
    )
    for tenant in tenants:
        if _asked.get(tenant.id):
            continue
        _asked.put(tenant.id, True)
        try:
            refresh(tenant, just_in=user)
        except (Invalid, ServiceUnavailable) as error:
            log.warning(
                "directory_not_heard", tenant_id=str(tenant.id), code=error.kind
            )


def _check_groups(groups: Groups) -> None:
    unknown = sorted(set(groups) - set(_ROLES))
    if unknown or not groups.get(Membership.Role.ADMIN):
        raise Invalid(_("Name a group for the role admin."), field="groups")


def _asked_for(external_id: str, groups: Groups) -> Mapping[str, tuple[str, str]]:
    """By address, name and role; raises Invalid where nobody is administrator."""
    wanted: dict[str, tuple[str, str]] = {}
    for role in _ROLES:
        for one in _people(external_id, groups.get(role, ())):
            wanted[one.email] = (one.name, role)
    if not any(role == Membership.Role.ADMIN for _name, role in wanted.values()):
        raise Invalid(
            _("The directory names nobody for the role admin. Look at the groups."),
            field="groups",
        )
    return wanted


def _people(external_id: str, groups: Sequence[str]) -> Sequence[Person]:
    try:
        directory = downstream.of_system(_DIRECTORY)
        if not isinstance(directory, DirectoryService):
            raise ServiceUnavailable(
                _("No directory is set up. Add one in the admin, under Services.")
            )
        return directory.people(external_id, groups)
    except ProviderError as error:
        raise ServiceUnavailable(error.detail) from None
