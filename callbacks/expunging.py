"""The content of what was told, deleted before its time: of one, or of a range.

Body, the request's further headers and the beginnings of answers go; what happened
when, and how each attempt ended, stays. What still waits is not told any more: it has
failed.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from callbacks import finishing
from callbacks.errors import CallbackBusy, InvalidEndpoint
from callbacks.models import (
    DELIVERED,
    ENDED,
    FAILED,
    Callback,
    CallbackAttempt,
    Endpoint,
    Expunging,
)
from notify_project.db import clock
from notify_project.queue import custody
from notify_project.queue.custody import Change, Suspicion
from notify_project.queue.models import QUEUED
from notify_project.queue.writing import writing

# Why one that still waited was not told.
UNTOLD = "expunged"
_STEP = 500


def expunge(callback: Callback) -> None:
    """Of this one; nothing where it is gone already.

    Raises CallbackBusy while a worker has it: it would bring the next excerpt.
    """
    with writing():
        _expunge(callback.tenant_id, [callback.id])
        row = Callback.for_tenant(callback.tenant_id).filter(id=callback.id)
        if row.filter(content_deleted_at=None).exists():
            raise CallbackBusy(
                _("It is being sent at this moment. Try again in half a minute.")
            )


def begin(
    endpoint: Endpoint, *, since: datetime, until: datetime | None, asked_by: str
) -> Expunging:
    """Of all that happened in that time; workers do it, step by step.

    Raises InvalidEndpoint for a time that ends before it begins.
    """
    now = clock.now()
    end = min(until or now, now)
    if since >= end:
        raise InvalidEndpoint(_("since is not before until."), field="since")
    made = Expunging(
        tenant_id=endpoint.tenant_id,
        endpoint=endpoint,
        since=since,
        until=end,
        asked_by=asked_by[:300],
        created_at=now,
    )
    made.save(force_insert=True)
    return made


def go_on() -> None:
    """One step of each that is not done: some hundred callbacks."""
    waiting = Expunging.across_tenants().filter(finished_at__isnull=True)
    for one in waiting.order_by("created_at")[:20]:
        with writing():
            _step(one)


def _step(one: Expunging) -> None:
    """What a worker has at the moment stays for a later step."""
    left = Callback.for_tenant(one.tenant_id).filter(
        endpoint=one.endpoint_id,
        content_deleted_at=None,
        created_at__gte=one.reached_at or one.since,
        created_at__lte=one.until,
    )
    found = list(left.order_by("created_at").only("id", "created_at")[:_STEP])
    row = Expunging.for_tenant(one.tenant_id).filter(id=one.id, finished_at=None)
    if not found:
        row.update(finished_at=clock.now())
        return
    done = _expunge(one.tenant_id, [each.id for each in found])
    held = [each.created_at for each in found if each.id not in done]
    reached_at = min(held, default=found[-1].created_at)
    row.update(reached_at=reached_at, count=F("count") + len(done))


def _expunge(tenant_id: UUID, ids: Collection[UUID]) -> set[UUID]:
    """Of those that no worker has; whose content is gone now."""
    now = clock.now()
    values = {"error": UNTOLD, "finished_at": now}
    told = finishing.told_before(ids)
    for to, some in ((DELIVERED, told), (FAILED, set(ids) - told)):
        custody.change(
            Callback,
            [Change(one, None, values) for one in some],
            was=QUEUED,
            to=to,
            suspicion=Suspicion.CLEAR,
        )
    rows = Callback.for_tenant(tenant_id).filter(id__in=ids)
    ended = rows.filter(state__in=ENDED, content_deleted_at=None)
    ended.update(body="", headers=None, content_deleted_at=now)
    gone = set(rows.exclude(content_deleted_at=None).values_list("id", flat=True))
    tried = CallbackAttempt.for_tenant(tenant_id).filter(callback__in=gone)
    tried.update(excerpt="")
    return gone
