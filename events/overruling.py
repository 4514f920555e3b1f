"""Who says otherwise: the event types above a tenant's defaults, the tenants above the
system's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from events.designs import ChannelDesign, values_of
from events.layers import design_of
from events.models import EventDefaults, EventType, TenantDefaults
from tenants.models import Tenant

_MOST = 1000
_DEPTH = 2  # as deep as fields of a form lie: recipients.cc, content.subject


@dataclass(frozen=True, slots=True)
class Voice:
    """One layer above, and the paths of what it says of a channel."""

    id: UUID
    name: str
    paths: frozenset[str]

    def overrules(self, path: str) -> bool:
        """Whether it says that field itself. A template replaces all words."""
        if path.startswith("content.") and "content.template" in self.paths:
            return True
        return path in self.paths


def by_event_types(tenant: Tenant, code: str) -> list[Voice]:
    """What calls may name now, by name; one query, for at most a thousand."""
    rows = EventDefaults.for_tenant(tenant).filter(
        channel=code,
        version__event_type__active=True,
        version__in=_heard(tenant),
    )
    found = rows.select_related("version__event_type")
    return [
        _voice(
            one.version.event_type_id,
            one.version.event_type.name,
            ChannelDesign(
                template_id=one.template_id,
                sender_id=one.sender_id,
                account_id=one.account_id,
                values=one.values,
            ),
        )
        for one in found.order_by("version__event_type__name")[:_MOST]
    ]


def by_tenants(code: str) -> list[Voice]:
    """For operators: every tenant's defaults of the channel, by the tenant's name."""
    rows = TenantDefaults.across_tenants().filter(channel=code)
    found = rows.select_related("tenant").order_by("tenant__name")[:_MOST]
    return [_voice(one.id, str(one.tenant), design_of(one)) for one in found]


def _heard(tenant: Tenant) -> Any:
    rows = EventType.for_tenant(tenant).filter(published__isnull=False)
    return rows.values("published")


def _voice(identity: UUID, name: str, design: ChannelDesign) -> Voice:
    return Voice(identity, name, frozenset(_paths(values_of(design), "")))


def _paths(values: Mapping[str, Any], above: str) -> Iterator[str]:
    for name, value in values.items():
        path = f"{above}{name}"
        yield path
        if isinstance(value, Mapping) and path.count(".") < _DEPTH - 1:
            yield from _paths(value, f"{path}.")
