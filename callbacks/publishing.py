"""Publishing: an event becomes a callback for each endpoint that hears of it.

Part of the transaction in which the thing happened: told if and only if it commits.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from callbacks import kinds
from callbacks.models import LISTENING, Callback, Endpoint
from notify_project.db import clock
from notify_project.db.ids import uuid7
from notify_project.db.values import insert_rows
from notify_project.queue.bell import ring
from notify_project.queue.beside import Look
from notify_project.queue.models import QUEUED
from tenants.models import Tenant

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Named:
    """An endpoint that a request named, and what it wants to be told of."""

    endpoint_id: UUID
    on: Sequence[str]
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. `data` stands beside eventId, type and timestamp.

    `receipts` are bodies for the service callback API's endpoint of delivery receipts.
    `subject` is what it is about, by which it can be forgotten. `named` hears of it
    besides those that are registered.
    """

    tenant_id: UUID
    type: str
    data: Body = field(repr=False)
    channel: str = ""
    subject: UUID | None = None
    receipts: Sequence[Body] = field(default=(), repr=False)
    named: Named | None = None


def publish(tenant: Tenant, type: str, data: Body, *, channel: str = "") -> None:
    """Tell a tenant's endpoints of one event; one query where there are none.

    For the kinds of the service callback API (received texts, complaints, returned
    letters) `data` is the whole body, in the words of document 004.
    """
    publish_all([Event(tenant.id, type, data, channel=channel)])


def look(tenants: Iterable[UUID]) -> Look:
    """Which of these tenants have endpoints: asked together with another change."""
    return Look(Endpoint, "tenant_id", LISTENING, frozenset(tenants))


def publish_all(events: Sequence[Event]) -> None:
    """Tell of many; one query for all their endpoints, one statement for the rows."""
    if not events:
        return
    heard = _endpoints(events)
    now = clock.now()
    rows = [row for one in events for row in _rows(one, heard, now)]
    if rows:
        insert_rows(Callback, rows)
        ring(settings.CALLBACKS_LANE)


def publish_to(endpoint: Endpoint, event: Event) -> UUID:
    """One event for one endpoint, whatever it hears else; the id of the callback.

    Of a kind of the service callback API, `data` is the whole body.
    """
    event_id, now = uuid7(), clock.now()
    is_ours = endpoint.kind == kinds.EVENTS
    body = _framed(event_id, event, now) if is_ours else event.data
    row = _row(event, endpoint, event_id, body, now)
    insert_rows(Callback, [row])
    ring(settings.CALLBACKS_LANE)
    made: UUID = row["id"]
    return made


def _endpoints(events: Sequence[Event]) -> Mapping[UUID, Sequence[Endpoint]]:
    named = {one.named.endpoint_id for one in events if one.named}
    found = Endpoint.across_tenants().filter(
        Q(origin=Endpoint.Origin.REGISTERED) | Q(id__in=named),
        tenant__in={one.tenant_id for one in events},
        active=True,
    )
    by_tenant: dict[UUID, list[Endpoint]] = defaultdict(list)
    for one in found.only("id", "tenant_id", "kind", "origin", "events", "channels"):
        by_tenant[one.tenant_id].append(one)
    return by_tenant


def _rows(
    event: Event, heard: Mapping[UUID, Sequence[Endpoint]], now: datetime
) -> list[dict[str, Any]]:
    """Its event_id is the same for all endpoints; each receipt has one of its own.

    Of an endpoint's own trouble only the others are told.
    """
    event_id, rows = uuid7(), []
    receipts = [(uuid7(), one) for one in event.receipts]
    for endpoint in heard.get(event.tenant_id, ()):
        if endpoint.kind == kinds.EVENTS:
            if _hears(endpoint, event):
                body = _framed(event_id, event, now)
                rows.append(_row(event, endpoint, event_id, body, now))
        elif endpoint.kind == kinds.DELIVERY_STATUS:
            rows += [_row(event, endpoint, key, one, now) for key, one in receipts]
        elif kinds.BODY_OF.get(event.type) == endpoint.kind:
            rows.append(_row(event, endpoint, event_id, event.data, now))
    return rows


def _hears(endpoint: Endpoint, event: Event) -> bool:
    """By its own filters if it is registered, by the request's if that named it."""
    if event.subject == endpoint.id:
        return False
    named = _named(event, endpoint)
    if named and kinds.asked_for(named.on, event.type):
        return True
    registered = endpoint.origin == Endpoint.Origin.REGISTERED
    return registered and endpoint.wants(event.type, event.channel)


def _named(event: Event, endpoint: Endpoint) -> Named | None:
    named = event.named
    return named if named and named.endpoint_id == endpoint.id else None


def _framed(event_id: UUID, event: Event, now: datetime) -> Body:
    """Our event body; what is in `data` stands beside its frame."""
    return {
        "eventId": str(event_id),
        "type": event.type,
        "event": event.type.partition(".")[2],
        **event.data,
        "timestamp": stamp(now),
    }


def _row(
    event: Event, endpoint: Endpoint, event_id: UUID, body: Body, now: datetime
) -> dict[str, Any]:
    named = _named(event, endpoint)
    return {
        "id": uuid7(),
        "tenant_id": event.tenant_id,
        "endpoint_id": endpoint.id,
        "lane": settings.CALLBACKS_LANE,
        "state": QUEUED,
        "priority": 1,
        "claims": 0,
        "due_at": now,
        "event_id": event_id,
        "type": event.type,
        "channel": event.channel,
        "subject": event.subject,
        "body": json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        "headers": dict(named.headers) if named and named.headers else None,
        "created_at": now,
        "tries": 0,
        "asked_by": "",
        "error": "",
    }


def stamp(moment: datetime) -> str:
    """RFC 3339 in UTC with six decimals and Z, as document 004 has it."""
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
