"""Whose turn it is: endpoints with something due, that may be called now.

A callback waits in one lane with all others, and endpoints take turns in it. What an
endpoint may not be sent now stays untouched, however much it is: it is not claimed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, F, QuerySet
from django.db.models.functions import Greatest, Now

from callbacks.models import Callback, Endpoint
from notify_project.db import clock
from notify_project.queue import claiming
from notify_project.queue.claiming import Claim
from notify_project.queue.models import CLAIMED, QUEUED, SUSPECT_CLAIMS
from notify_project.queue.writing import writing

# More endpoints than will ever wait at once: those that are left alone are passed over.
_ENDPOINTS = 100_000
# Of so many one is looked for that was claimed too often.
_SUSPECTED = 20
# How much of a second's rate may go out together.
_BURST_SECONDS = 0.2
# A pump waits for an endpoint whose rate allows the next call within this time.
SOON = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Turn:
    """An endpoint that may be called, by how many calls, and from when on."""

    endpoint: Endpoint
    room: int
    at: datetime


def turns(*, after: Any = None) -> list[Turn]:
    """The endpoints that have something due, beginning behind `after`.

    Three queries, however many callbacks wait.
    """
    lane = settings.CALLBACKS_LANE
    due = claiming.due_keys(Callback, lane, _ENDPOINTS, after=after)
    if not due:
        return []
    now = clock.now()
    flying = _flying()
    found = _ready(now).filter(id__in=due, slot_at__lte=now + SOON)
    ready = found.in_bulk()
    return [
        Turn(one, room, max(one.slot_at, now))
        for one in (ready[key] for key in due if key in ready)
        if (room := _room(one, flying.get(one.id, 0))) > 0
    ]


def _ready(now: datetime) -> QuerySet[Endpoint]:
    """Endpoints that are on, and that nothing holds."""
    rows = Endpoint.across_tenants()
    return rows.filter(active=True, tenant__active=True, held_until__lte=now)


def _room(endpoint: Endpoint, flying: int) -> int:
    """By its breaker, by its concurrency, and by its rate."""
    by_rate = max(1, int(endpoint.per_second * _BURST_SECONDS))
    return min(endpoint.health.room(endpoint.concurrency, flying), by_rate)


def _flying() -> Mapping[UUID, int]:
    """How many calls are under way to each endpoint, by whatever worker."""
    held = Callback.across_tenants().filter(state=CLAIMED).order_by()
    counted = held.values_list("endpoint_id").annotate(count=Count("id"))
    return dict(counted)


def take(turn: Turn, limit: int, *, token: UUID) -> Claim | None:
    """Claim up to `limit` of an endpoint's due callbacks; None where none was left.

    While the breaker is open one worker sends one probe, and the others none.
    """
    endpoint = turn.endpoint
    if endpoint.health.is_open and not _may_probe(endpoint):
        return None
    claimed = claiming.claim_of(
        Callback,
        settings.CALLBACKS_LANE,
        endpoint.id,
        min(limit, turn.room),
        token=token,
    )
    if claimed:
        taken = timedelta(seconds=len(claimed.ids) / endpoint.per_second)
        with writing():
            _row(endpoint).update(slot_at=Greatest(F("slot_at"), Now()) + taken)
    return claimed


def take_suspect(*, token: UUID) -> Claim | None:
    """Claim one that was claimed twice without an outcome, of an endpoint that may be
    called now; None where there is none."""
    waiting = Callback.across_tenants().filter(
        state=QUEUED,
        lane=settings.CALLBACKS_LANE,
        claims__gte=SUSPECT_CLAIMS,
        due_at__lte=Now(),
    )
    theirs = _ready(clock.now()).filter(id__in=waiting.values("endpoint"))
    for endpoint in theirs[:_SUSPECTED]:
        if endpoint.health.is_open and not _may_probe(endpoint):
            continue
        claimed = claiming.claim_suspect(
            Callback, settings.CALLBACKS_LANE, token=token, key=endpoint.id
        )
        if claimed:
            return claimed
    return None


def _may_probe(endpoint: Endpoint) -> bool:
    held = endpoint.health.probing(clock.now()).held_until
    unchanged = _row(endpoint).filter(held_until=endpoint.held_until)
    with writing():
        return bool(unchanged.update(held_until=held))


def _row(endpoint: Endpoint) -> Any:
    return Endpoint.for_tenant(endpoint.tenant_id).filter(id=endpoint.id)
