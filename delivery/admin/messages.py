"""One message on the page of its notification: recipients, state, waits, attempts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from delivery import reasons, telling
from delivery.models import Attempt, Message, Recipient
from delivery.reasons import Answer
from delivery.states import GOOD, Status
from providers.channels.base import channel


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
