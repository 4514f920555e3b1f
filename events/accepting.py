"""accept(): the one use case behind every POST that sends.

1. Look the Idempotency-Key up. 2. Resolve and compose, by reads only and outside any
transaction. 3. In one transaction: the key's row, the fingerprint, and all rows of the
notification. 4. On commit, ring. What is answered 202 has been committed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import OperationalError
from django.utils.translation import gettext as _

from delivery import recording
from delivery.composed import Composed
from delivery.links import status_url
from delivery.models import Notification
from delivery.states import Overall
from events import idempotency, keys
from events.deciding import decide
from events.keys import Answer, Key
from events.requests import NotifyRequest
from notify_project.db import clock
from notify_project.db.unique import is_lock_timeout
from notify_project.queue.bell import ring
from notify_project.queue.writing import writing
from tenants.callers import Caller

# Each waits for a row as long as the database's lock_timeout says: 2 s.
_TRIES = 3


def accept(caller: Caller, request: NotifyRequest, *, key: Key | None = None) -> Answer:
    """The 202 answer; raises Invalid for what cannot be sent, KeyInUse, KeyReused.

    An equal request within the window answers with the original's id and
    `duplicate: true`; nothing is sent again.
    """
    if key and (earlier := keys.earlier_answer(key)):
        return earlier
    composed = decide(caller, request)
    try:
        answer, due_lanes = _committed(composed, request, caller, key)
    except keys.Taken as taken:
        return keys.first_answer(taken.key)
    for lane in due_lanes:
        ring(lane)
    return answer


def _committed(
    composed: Composed, request: NotifyRequest, caller: Caller, key: Key | None
) -> tuple[Answer, set[str]]:
    """Again, if others held a row for too long: by then an equal one has committed."""
    for _try in range(_TRIES - 1):
        try:
            return _commit(composed, request, caller, key)
        except OperationalError as error:
            if not is_lock_timeout(error):
                raise
    return _commit(composed, request, caller, key)


def _commit(
    composed: Composed, request: NotifyRequest, caller: Caller, key: Key | None
) -> tuple[Answer, set[str]]:
    with writing():
        now = clock.now()
        notification = recording.new_notification(composed, now=now)
        of_event = composed.plan.window_seconds
        window = idempotency.window_seconds(caller.tenant, of_event)
        original: UUID | None = None
        if window and not request.allow_duplicate:
            original = idempotency.claim_fingerprint(
                composed, notification.id, window=window, now=now
            )
        if original is None:
            recording.record(composed, notification)
            answer = _accepted(notification, composed, request)
        else:
            answer = _duplicate(original, composed, request)
        if key:
            keys.store_answer(key, answer, now=now)
    due = recording.lanes(composed, now=now) if original is None else set()
    return answer, due


def _accepted(
    notification: Notification, composed: Composed, request: NotifyRequest
) -> Answer:
    status = "scheduled" if notification.status == Overall.SCHEDULED else "accepted"
    body: dict[str, Any] = {
        **_named(notification.id),
        "status": status,
        "channels": [one.plan.channel for one in composed.live],
        "createdAt": timestamp(notification.created_at),
    }
    return Answer(202, _with_rest(body, composed, request))


def _duplicate(original_id: UUID, composed: Composed, request: NotifyRequest) -> Answer:
    original = Notification.for_tenant(composed.plan.tenant_id).get(id=original_id)
    recording.record_repeat(original, request.correlation_id)
    scheduled = original.status == Overall.SCHEDULED
    body: dict[str, Any] = {
        **_named(original.id),
        "status": "scheduled" if scheduled else "accepted",
        "channels": original.channels,
        "createdAt": timestamp(original.created_at),
        "duplicate": True,
        "message": _(
            "An equal notification was accepted before; nothing is sent again. Send "
            '"allowDuplicate": true to send it all the same.'
        ),
    }
    return Answer(202, _with_rest(body, composed, request))


def _named(notification_id: UUID) -> dict[str, Any]:
    return {
        "notifyId": str(notification_id),
        "statusUrl": status_url(notification_id),
    }


def _with_rest(
    body: Mapping[str, Any], composed: Composed, request: NotifyRequest
) -> dict[str, Any]:
    rest: dict[str, Any] = {}
    if request.correlation_id:
        rest["correlationId"] = request.correlation_id
    if composed.plan.warnings:
        rest["warnings"] = list(composed.plan.warnings)
    return {**body, **rest}


def timestamp(moment: datetime) -> str:
    """RFC 3339 in UTC, milliseconds and Z."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
