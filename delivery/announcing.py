"""What became of messages, told to the tenant's programs (callbacks).

Called by each change of a state, in its transaction, for those messages alone that
somebody hears of: nothing is read for the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max

from callbacks import endpoints, kinds, publishing
from callbacks.publishing import Event, Named, publish_all, stamp
from delivery.links import status_url
from delivery.meanings import Meaning
from delivery.models import Attempt, Message, Notification, Recipient
from delivery.outcomes import Kind
from delivery.plan import NotificationPlan
from notify_project.db import clock
from notify_project.db.encryption import CannotOpen
from notify_project.queue.beside import Look
from providers.accounts import capabilities
from providers.base import Capability

# The channels that document 004 has receipts for.
_WITH_RECEIPTS = ("email", "sms", "letter")
_STILL_SENDING = "sending"
# On a message: who hears of it besides the tenant's endpoints, or that nobody does.
NAMED, NOBODY = "named", "nobody"


@dataclass(frozen=True, slots=True)
class Told:
    """A message, and what its new state means."""

    message_id: UUID
    meaning: Meaning


def asked(plan: NotificationPlan) -> dict[str, Any] | None:
    """The endpoint that a plan names, made at its first use; {} is nobody."""
    if plan.callback is None:
        return None
    if not plan.callback.url:
        return {}
    endpoint = endpoints.named(plan.tenant_id, plan.callback.url)
    return {
        "endpoint": str(endpoint.id),
        "on": list(plan.callback.on),
        "headers": dict(plan.callback.headers),
    }


def listener(notification: Notification) -> str:
    """What its messages say of who hears of them."""
    if notification.callback is None:
        return ""
    return NAMED if notification.callback else NOBODY


def look(messages: Sequence[Message]) -> Look | None:
    """Whose endpoints are to be asked for with the change of these messages."""
    asked = [one for one in messages if one.callback != NOBODY]
    return publishing.look(one.tenant_id for one in asked) if asked else None


def heard(
    messages: Iterable[Message], meaning: Meaning, tenants: Collection[UUID]
) -> list[Told]:
    """Those of whom somebody is told; `tenants` are those that have endpoints."""
    return [
        Told(one.id, meaning)
        for one in messages
        if one.callback == NAMED
        or (one.callback != NOBODY and one.tenant_id in tenants)
    ]


def announce_ended(
    messages: Sequence[Message], meanings: Mapping[str, Meaning]
) -> None:
    """Tell of messages that ended as they were recorded: no move brought them there.

    One query where nobody hears of them.
    """
    asked = look(messages)
    if asked:
        found = asked.ask()
        told = [
            each
            for one in messages
            for each in heard([one], meanings[one.state], found)
        ]
        announce(told, meanings)


def announce(told: Sequence[Told], meanings: Mapping[str, Meaning]) -> None:
    """Publish these; `meanings` are of all states, for recipients who have their own.

    Of several states of one message only the last makes receipts.

    Five queries for the lot.
    """
    if not told:
        return
    by_id: dict[UUID, list[Meaning]] = defaultdict(list)
    for one in told:
        by_id[one.message_id].append(one.meaning)
    messages = list(
        Message.across_tenants()
        .filter(id__in=by_id)
        .select_related("notification")
        .prefetch_related("notification__tags")
        .order_by("id")
    )
    messages = [one for one in messages if not one.notification.is_ours]
    people = _recipients([one.id for one in messages])
    sent_at = _sent_at([one.id for one in messages])
    now = clock.now()
    publish_all(
        [
            event
            for one in messages
            for event in _events(
                _Known(one, people[one.id], sent_at.get(one.id), now),
                by_id[one.id],
                meanings,
            )
        ]
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """A message, and what is told of it."""

    message: Message
    people: Sequence[Recipient]
    sent_at: datetime | None
    now: datetime


def _events(
    known: _Known, states: Sequence[Meaning], meanings: Mapping[str, Meaning]
) -> Iterator[Event]:
    message = known.message
    *_others, last = states
    for meaning in states:
        receipts = meaning is last and message.channel in _WITH_RECEIPTS
        yield Event(
            message.tenant_id,
            f"{kinds.MESSAGES}.{meaning.event}",
            _data(message, meaning, known.people),
            channel=message.channel,
            subject=message.id,
            receipts=_receipts(known, meaning, meanings) if receipts else (),
            named=_named(message),
        )


def _named(message: Message) -> Named | None:
    asked = message.notification.callback if message.callback == NAMED else None
    if not asked:
        return None
    return Named(UUID(asked["endpoint"]), asked["on"], asked.get("headers") or {})


def _data(
    message: Message, meaning: Meaning, people: Sequence[Recipient]
) -> dict[str, Any]:
    notification = message.notification
    shown: dict[str, Any] = {
        "notifyId": str(notification.id),
        "statusUrl": status_url(notification.id),
        "messageId": str(message.id),
        "channel": message.channel,
        **_addresses(people),
        "correlationId": notification.correlation_id or None,
        "tags": [one.tag for one in notification.tags.all()],
        "attempt": message.attempts,
    }
    if notification.event_type:
        shown["eventType"] = notification.event_type
    if notification.key_type == "test":
        shown["test"] = True
    if message.maybe_duplicate:
        shown["maybeDuplicate"] = True
    if meaning.retryable is not None:
        shown["error"] = {
            "code": message.error_code,
            "message": message.error_detail,
            "retryable": meaning.retryable,
        }
    return shown


def _addresses(people: Sequence[Recipient]) -> dict[str, Any]:
    """One recipient by itself; of an envelope, all of them."""
    if len(people) == 1:
        return {"recipient": people[0].address}
    return {"recipients": [one.address for one in people]} if people else {}


def _word(message: Message, meaning: Meaning) -> str:
    """Document 004 knows ends only; where no receipt will come, sent is one."""
    if meaning.receipt != _STILL_SENDING:
        return meaning.receipt
    follows = str(Capability.RECEIPTS) in capabilities(message.provider)
    return "" if follows else "delivered"


def _receipts(
    known: _Known, meaning: Meaning, meanings: Mapping[str, Meaning]
) -> list[dict[str, Any]]:
    """Document 004's delivery receipts, key for key: one for each recipient."""
    message, notification = known.message, known.message.notification
    own = notification.correlation_id if notification.correlated else ""
    return [
        {
            "id": str(message.id),
            "reference": own or None,
            "to": one.address,
            "status": word,
            "created_at": stamp(notification.created_at),
            "completed_at": stamp(known.now),
            "sent_at": stamp(known.sent_at) if known.sent_at else None,
            "notification_type": message.channel,
        }
        for one in known.people
        if (word := _word(message, meanings[one.state] if one.state else meaning))
    ]


def _sent_at(messages: Iterable[UUID]) -> dict[UUID, datetime]:
    """When a provider took each of them, if one did."""
    taken = Attempt.across_tenants().filter(
        message_id__in=list(messages), outcome=Kind.ACCEPTED
    )
    return dict(
        taken.order_by().values_list("message_id").annotate(at=Max("started_at"))
    )


def _recipients(messages: Sequence[UUID]) -> Mapping[UUID, Sequence[Recipient]]:
    """What cannot be opened is told of without its addresses."""
    found: dict[UUID, list[Recipient]] = defaultdict(list)
    rows = Recipient.across_tenants().order_by("id")
    try:
        everybody = list(rows.filter(message_id__in=messages))
    except (CannotOpen, ValueError):
        everybody = [
            each for one in messages for each in _readable(rows.filter(message_id=one))
        ]
    for one in everybody:
        found[one.message_id].append(one)
    return found


def _readable(rows: Iterable[Recipient]) -> list[Recipient]:
    try:
        return list(rows)
    except (CannotOpen, ValueError):
        return []
