"""Groups that a directory keeps: its people are asked for when they are written to.

What it said is believed for BELIEVED_SECONDS, so that a thousand messages ask once. A
directory that does not answer stops the request with 503: nobody is forgotten silently.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from notify_project.errors import Invalid
from notify_project.remembering import Memory
from providers import downstream
from providers.channels.base import channel
from providers.downstream import ServiceUnavailable
from providers.errors import ProviderError
from providers.models import Service
from providers.services import DirectoryService
from recipients.models import Group
from tenants.models import Tenant

KIND = "directories"
BELIEVED_SECONDS = 60.0
RETRY_SECONDS = 30.0

# By the directory, the tenant's id in it, and the group's: who was in it.
_Key = tuple[UUID, str, str]
_kept: Memory[_Key, tuple[str, ...]] = Memory(
    size=2000, seconds=lambda: BELIEVED_SECONDS
)


def offered(tenant: Tenant) -> QuerySet[Service]:
    """The directories that a tenant's groups may be of."""
    return downstream.offered(tenant.id, KIND)


def addresses(group: Group, *, field: str) -> tuple[str, ...]:
    """Who is in the group now, in the directory's order; one call at most.

    Raises ServiceUnavailable, telling what the directory said.
    """
    service = group.directory
    if service is None:
        return ()
    whose = group.tenant.external_id or group.tenant.slug
    key = (service.id, whose, group.directory_group)
    known = _kept.get(key)
    if known is None:
        known = _asked(service, whose, group.directory_group, field)
        _kept.put(key, known)
    return known


def _asked(service: Service, tenant: str, group: str, field: str) -> tuple[str, ...]:
    directory = _ready(service)
    if directory is None:
        detail = _("It is switched off, or its settings are wrong.")
        raise _unavailable(service, field, detail)
    try:
        people = directory.people(tenant, [group])
    except ProviderError as error:
        raise _unavailable(service, field, error.detail) from None
    return tuple(dict.fromkeys(one.email for one in people if _is_usable(one.email)))


def _is_usable(address: str) -> bool:
    """What is no address in the directory stops nobody else's mail."""
    try:
        return bool(channel("email").normalise(address, region=""))
    except Invalid:
        return False


def _ready(service: Service) -> DirectoryService | None:
    ready: Mapping[str, object] = downstream.ready([service.id])
    found = ready.get(str(service.id))
    return found if isinstance(found, DirectoryService) else None


def _unavailable(service: Service, field: str, detail: str) -> ServiceUnavailable:
    return ServiceUnavailable(
        _("%(field)s: the directory %(name)s does not answer. %(detail)s")
        % {"field": field, "name": service.name, "detail": detail},
        retry_after_seconds=RETRY_SECONDS,
    )
