"""One message on the page of its notification: recipients, state, waits, attempts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from delivery import crowds, reasons, telling
from delivery.advice import advice
from delivery.models import Attempt, Message, Notification, Recipient
from delivery.reasons import Answer
from delivery.states import GOOD, Status
from providers.channels.base import channel
from tenants.admin.times import in_both_zones

Words = list[tuple[object, int]]


def told_messages(
    notification: Notification, messages: Sequence[Message]
) -> list[dict[str, Any]]:
    """A card for each; one query: their recipients are loaded already."""
    tried: dict[UUID, list[Attempt]] = {one.id: [] for one in messages}
    attempts = Attempt.for_tenant(notification.tenant_id).filter(message__in=tried)
    for attempt in attempts.select_related("account").order_by("message", "number"):
        tried[attempt.message_id].append(attempt)
    zone = notification.tenant.time_zone
    return [_told_message(one, tried[one.id], zone) for one in messages]


def _told_message(
    message: Message, attempts: Iterable[Attempt], zone: str
) -> dict[str, Any]:
    waits = message.state in (Status.QUEUED, Status.UNKNOWN)
    due_at = message.due_at
    return {
        "row": message,
        "channel": channel(message.channel).label,
        "state": telling.STATE_WORDS.get(message.state, message.state),
        "kind": telling.KINDS.get(message.state, "default"),
        "recipients": [_recipient(one) for one in message.recipients.all()],
        "problem": _problem(message),
        "advice": advice(message),
        "due_at": due_at if waits and due_at > timezone.now() else None,
        "attempts": [_attempt(one, zone) for one in attempts],
    }


def told_crowd(notification: Notification) -> list[tuple[object, Words]]:
    """Of a large fan-out, by channel: how many people are how far; else nothing."""
    if not notification.fan_out:
        return []
    counts = crowds.of(notification).counts
    return [
        (
            channel(code).label,
            [(_word(name), number) for name, number in sorted(one.items())],
        )
        for code, one in counts.items()
    ]


def _word(name: str) -> object:
    """The API's word, in words for people."""
    return telling.STATE_WORDS.get(name) or telling.OVERALL_WORDS.get(name, name)


def _problem(message: Message) -> Answer | None:
    """What went wrong last, or what it waits for."""
    code = message.hold_reason or message.error_code
    if not code and not message.error_detail:
        return None
    if message.state in GOOD:
        return None
    return reasons.answer(code, message.error_detail)


def _recipient(one: Recipient) -> dict[str, Any]:
    return {
        "kind": telling.KIND_WORDS.get(one.kind, one.kind),
        "address": one.address,
        "state": _with_detail(one),
    }


def _with_detail(one: Recipient) -> str:
    state = str(telling.STATE_WORDS.get(one.state, one.state))
    if not (state and one.detail):
        return state
    # Other languages put a space before the colon.
    words = {"label": state, "text": reasons.told(one.detail)}
    return _("%(label)s: %(text)s") % words


def _attempt(one: Attempt, zone: str) -> dict[str, Any]:
    return {
        "row": one,
        "began": in_both_zones(one.started_at, zone),
        "asked": one.kind == "look_up",
        "provider": reasons.provider(one.provider) if one.provider else "",
        "outcome": telling.OUTCOME_WORDS.get(one.outcome, one.outcome),
        "answer": reasons.answer(one.code, one.detail),
    }
