"""One message on the page of its notification: recipients, state, waits, attempts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from delivery import crowds, reasons, telling
from delivery.models import Attempt, Message, Notification, Recipient
from delivery.reasons import Answer
from delivery.states import GOOD, Status
from providers.channels.base import channel

Words = list[tuple[object, int]]


def told_message(message: Message, attempts: Iterable[Attempt]) -> dict[str, Any]:
    """What its card shows, in words; its recipients are loaded already."""
    waits = message.state in (Status.QUEUED, Status.UNKNOWN)
    due_at = message.due_at
    return {
        "row": message,
        "channel": channel(message.channel).label,
        "state": telling.STATE_WORDS.get(message.state, message.state),
        "kind": telling.KINDS.get(message.state, "default"),
        "recipients": [_recipient(one) for one in message.recipients.all()],
        "problem": _problem(message),
        "due_at": due_at if waits and due_at > timezone.now() else None,
        "attempts": [_attempt(one) for one in attempts],
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
        "state": telling.STATE_WORDS.get(one.state, one.state),
        "detail": reasons.told(one.detail),
    }


def _attempt(one: Attempt) -> dict[str, Any]:
    return {
        "row": one,
        "asked": one.kind == "look_up",
        "provider": reasons.provider(one.provider) if one.provider else "",
        "outcome": telling.OUTCOME_WORDS.get(one.outcome, one.outcome),
        "answer": reasons.answer(one.code, one.detail),
    }
