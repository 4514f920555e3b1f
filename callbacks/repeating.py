"""Sending again what a person asks for: one, all that failed within a time, an example.

The same event under the same id, so that a receiver that has it can tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from callbacks import kinds
from callbacks.errors import (
    CallbackContentDeleted,
    CallbackNotFound,
    EndpointOff,
    InvalidEndpoint,
)
from callbacks.models import ENDED, NOT_TOLD, Callback, Endpoint, Recovery
from callbacks.publishing import Event, publish_to, stamp
from notify_project.db import clock
from notify_project.queue import custody
from notify_project.queue.bell import ring
from notify_project.queue.custody import Change, Suspicion
from notify_project.queue.models import QUEUED
from notify_project.queue.writing import writing
from tenants.models import Tenant

_REACH = timedelta(days=14)
LONGEST = _REACH + timedelta(minutes=5)  # who asks may be slow
_STEP = 500


def find(tenant: Tenant, callback_id: UUID) -> Callback:
    """One of the tenant's; raises CallbackNotFound."""
    rows = Callback.for_tenant(tenant).select_related("endpoint")
    found = rows.filter(id=callback_id).first()
    if found is None:
        raise CallbackNotFound(_("There is no callback with this id."))
    return found


def resend(callback: Callback, *, asked_by: str) -> None:
    """Once more, now; one that waits is brought forward.

    Raises EndpointOff or CallbackContentDeleted.
    """
    _refuse_off(callback.endpoint)
    if callback.content_deleted_at:
        raise CallbackContentDeleted(
            _("Its content was deleted: there is nothing to send.")
        )
    for was in (*ENDED, QUEUED):
        if _again([callback.id], was, asked_by):
            break
    ring(settings.CALLBACKS_LANE)


def recover(
    endpoint: Endpoint, *, since: datetime, until: datetime | None, asked_by: str
) -> Recovery:
    """Begin to send again what failed since then; workers do it, step by step.

    Raises EndpointOff, or InvalidEndpoint for a time that is too long.
    """
    _refuse_off(endpoint)
    now = clock.now()
    end = min(until or now, now)
    if not now - LONGEST <= since < end:
        raise InvalidEndpoint(
            _("since is before until, and at most 14 days ago."), field="since"
        )
    made = Recovery(
        tenant_id=endpoint.tenant_id,
        endpoint=endpoint,
        since=since,
        until=end,
        asked_by=asked_by[:300],
        created_at=now,
    )
    made.save(force_insert=True)
    return made


def oldest_failure(endpoint: Endpoint) -> datetime | None:
    """When the first of what can be recovered happened; None where nothing failed."""
    since = clock.now() - _REACH
    failed = _failed(endpoint.tenant_id, endpoint.id).filter(created_at__gte=since)
    return failed.order_by("created_at").values_list("created_at", flat=True).first()


def go_on() -> None:
    """One step of each recovery that is not done: some hundred callbacks."""
    waiting = Recovery.across_tenants().filter(finished_at__isnull=True)
    for one in waiting.order_by("created_at")[:20]:
        with writing():
            _step(one)


def example(endpoint: Endpoint) -> UUID:
    """Send what such an endpoint is told, made up; the id of the callback."""
    _refuse_off(endpoint)
    data = _EXAMPLES[endpoint.kind]
    return publish_to(endpoint, Event(endpoint.tenant_id, kinds.EXAMPLE, data))


def _step(one: Recovery) -> None:
    failed = _failed(one.tenant_id, one.endpoint_id).filter(
        created_at__gte=one.since, created_at__lte=one.until
    )
    if one.reached_at:
        further = Q(created_at__gt=one.reached_at)
        further |= Q(created_at=one.reached_at, id__gt=one.reached_id)
        failed = failed.filter(further)
    found = list(failed.order_by("created_at", "id").only("id", "created_at")[:_STEP])
    # The row is the lock: who reached this place before us has taken this step.
    mine = Recovery.for_tenant(one.tenant_id).filter(
        id=one.id, reached_id=one.reached_id, finished_at__isnull=True
    )
    if not found:
        mine.update(finished_at=clock.now())
        return
    last, ids = found[-1], [each.id for each in found]
    count = one.count + len(ids)
    if mine.update(reached_at=last.created_at, reached_id=last.id, count=count):
        for was in NOT_TOLD:
            _again(ids, was, one.asked_by)
        ring(settings.CALLBACKS_LANE)


def _failed(tenant_id: UUID, endpoint_id: UUID) -> QuerySet[Callback]:
    rows = Callback.for_tenant(tenant_id)
    return rows.filter(
        endpoint=endpoint_id, state__in=NOT_TOLD, content_deleted_at=None
    )


def _again(ids: list[UUID], was: str, asked_by: str) -> list[UUID]:
    values: dict[str, Any] = {"due_at": clock.now(), "finished_at": None}
    if was != QUEUED:
        # What still waits goes on as it would have, whatever comes of this try.
        values["asked_by"] = asked_by[:300]
    changes = [Change(one, None, values) for one in ids]
    with writing():
        return custody.change(
            Callback, changes, was=was, to=QUEUED, suspicion=Suspicion.CLEAR
        )


def _refuse_off(endpoint: Endpoint) -> None:
    if not endpoint.active:
        raise EndpointOff(
            _("The endpoint is switched off. Switch it on first: PATCH active to true.")
        )


_AT = stamp(datetime.fromisoformat("2017-05-14T12:15:30+00:00"))
_ID = "6ce466d0-fd6a-11e5-82f5-e0accb9d11a6"
_EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    kinds.EVENTS: {"message": "An example: nothing happened."},
    kinds.DELIVERY_STATUS: {
        "id": _ID,
        "reference": "12345678",
        "to": "hello@example.org",
        "status": "delivered",
        "created_at": _AT,
        "completed_at": _AT,
        "sent_at": _AT,
        "notification_type": "email",
    },
    kinds.INBOUND_SMS: {
        "id": _ID,
        "source_number": "447700912345",
        "destination_number": "07700987654",
        "message": "Hello Notify!",
        "date_received": _AT,
    },
    kinds.COMPLAINT: {
        "notification_id": _ID,
        "complaint_id": _ID,
        "reference": "12345678",
        "to": "hello@example.org",
        "complaint_date": _AT,
    },
    kinds.RETURNED_LETTER: {
        "notification_id": _ID,
        "reference": "12345678",
        "date_sent": _AT,
        "sent_by": None,
        "template_name": "Letter",
        "template_id": _ID,
        "template_version": 1,
        "spreadsheet_file_name": None,
        "spreadsheet_row_number": None,
        "upload_letter_file_name": None,
    },
}
