"""The event types that callers may name, each with the params that it reads."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Lower

from events.models import EventType
from events.needing import Needs


def callable_now(tenant_id: UUID) -> QuerySet[EventType]:
    """Active and published; all that `presented` reads, in five more queries, and a few
    where templates have layouts, or files are made."""
    return (
        EventType.for_tenant(tenant_id)
        .filter(active=True, published__isnull=False)
        .select_related("published")
        .prefetch_related("names", "published__channels__template__published")
        .prefetch_related("published__channels__template__published__layout__published")
        .prefetch_related(f"{_FILES}__service", f"{_FILES}__template__published")
        .prefetch_related(f"{_FILES}__template__published__layout__published")
    )


_FILES = "published__channels__documents"


def of_name(rows: QuerySet[EventType], name: str) -> QuerySet[EventType]:
    """The one of this short name or alias, if there is any."""
    return rows.alias(folded=Lower("names__name")).filter(folded=name.lower())


def presented(event_type: EventType, needs: Needs | None = None) -> dict[str, Any]:
    """One event type as callers see it: nobody's addresses are in it. A list has the
    needs of all."""
    version = event_type.published
    needs = needs or Needs(event_type.tenant_id)
    if version is None:
        raise ValueError("not published")
    rows = list(version.channels.all())
    return {
        "eventTypeId": str(event_type.id),
        "name": event_type.name,
        "aliases": [one.name for one in event_type.names.all() if one.is_alias],
        "displayName": event_type.display_name,
        "description": event_type.description,
        "category": event_type.category,
        "urgency": version.urgency,
        "mandatory": version.mandatory,
        "version": version.number,
        "channels": [one.channel for one in rows if one.on],
        "params": needs.of(version),
        "paramsSchema": version.params_schema or None,
        "sampleParams": version.sample_params,
    }
