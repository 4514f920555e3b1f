"""Services as they are used: found by a request, ready to be called, tried out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from notify_project.db.ids import read_id
from notify_project.errors import Conflict, Invalid, Unavailable
from providers.accounts import Adapters, checked
from providers.errors import Misconfigured
from providers.models import Service
from providers.services import OutsideService, service_class


class UnknownService(Invalid):
    """A request names a service that the tenant does not have."""

    code = "unknown_service"
    title = gettext_noop("There is no such service")


class ServiceUnavailable(Unavailable):
    """A service that we have to ask does not answer, or not as it should."""

    code = "service_unavailable"
    title = gettext_noop("A service does not answer")


class ServiceInUse(Conflict):
    """Event types refer to it."""

    code = "service_in_use"
    title = gettext_noop("The service is in use")


def _service(key: str, values: Mapping[str, Any]) -> OutsideService:
    return service_class(key).configured(values)


_adapters = Adapters(_service)


def offered(tenant_id: UUID, kind: str) -> QuerySet[Service]:
    """The active services of a kind that a tenant may use: its own and the system's."""
    rows = Service.offered_to(tenant_id).filter(active=True)
    return rows.filter(provider__startswith=f"{kind}.")


def find(tenant_id: UUID, reference: str, *, kind: str, field: str) -> Service:
    """By id or by name, the tenant's own before the system's; one query.

    Raises UnknownService.
    """
    named = Q(name__iexact=reference)
    if identity := read_id(reference):
        named |= Q(id=identity)
    found = sorted(
        offered(tenant_id, kind).filter(named),
        key=lambda one: (one.id != identity, one.tenant_id is None),
    )
    if not found:
        raise UnknownService(
            _("%(field)s: there is no service %(name)s.")
            % {"field": field, "name": repr(reference)[:80]},
            field=field,
        )
    return found[0]


def of_kind(tenant_id: UUID, key: str, *, field: str) -> Service:
    """The active service of a key: of the tenant's own the first by name, else of the
    system's; one query. Raises UnknownService."""
    rows = Service.offered_to(tenant_id).filter(active=True, provider=key)
    found = min(rows, key=lambda one: (one.tenant_id is None, one.name), default=None)
    if found is None:
        raise UnknownService(
            _(
                "%(field)s: %(service)s is not set up here. An administrator adds it "
                "under Services."
            )
            % {"field": field, "service": service_class(key).label},
            field=field,
        )
    return found


def ready(ids: Iterable[UUID]) -> Mapping[str, OutsideService]:
    """Those of them that can be called now, by id as text; one query, none for none."""
    wanted = set(ids)
    if not wanted:
        return {}
    found: dict[str, OutsideService] = {}
    # Whose they are was asked when they were planned.
    for one in Service.across_tenants().filter(id__in=wanted, active=True):
        try:
            found[str(one.id)] = _adapters.of(one)
        except Misconfigured:
            continue
    return found


def of_system(key: str) -> OutsideService | None:
    """The system's active service of a key, the first by name; None if it has none.

    Raises Misconfigured.
    """
    rows = Service.of_system().filter(active=True, provider=key)
    found = rows.order_by("name").first()
    return _adapters.of(found) if found else None


def check(service: Service) -> tuple[bool, str]:
    """Try the service without using it; what was found is stored, and returned."""
    return checked(service, _adapters)
