"""Rows of attempts: one before each call, one for each new reason to wait."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from delivery.calling import Call
from delivery.models import Attempt, Message
from delivery.outcomes import Kind, Outcome
from notify_project.db.ids import uuid7
from notify_project.db.values import insert_rows
from notify_project.queue.beside import Insert, Update
from providers.models import Account

WORKER = f"{socket.gethostname()[:60]}:{os.getpid()}"
# An attempt that called nobody, because there was nobody who might be called.
HELD = "held"

Row = Mapping[str, Any]


def number(message: Message) -> int:
    """Which of the message's attempts the next one is, from 1."""
    return message.attempts + 1


def begun(message: Message, account: Account, *, attempt_id: UUID) -> Row:
    """A call that is about to be made; its outcome is written when it lands."""
    return _row(
        message, id=attempt_id, account_id=account.id, provider=account.provider
    )


def held(message: Message, *, cause: str, detail: str) -> Row:
    """No call, and why; it spends no try."""
    return _row(message, outcome=HELD, code=cause[:60], detail=detail[:300])


def _row(message: Message, **values: Any) -> Row:
    return {
        "id": uuid7(),
        "tenant_id": message.tenant_id,
        "message_id": message.id,
        "number": number(message),
        "kind": "look_up" if message.asking else "send",
        "account_id": None,
        "worker": WORKER,
        **dict.fromkeys(("provider", "outcome", "code", "detail", "provider_ref"), ""),
        **values,
    }


def accepted(messages: Iterable[UUID]) -> dict[UUID, str]:
    """Which of them some provider took, in any attempt; by its reference. One query."""
    taken = Attempt.across_tenants().filter(
        message_id__in=list(messages), outcome=Kind.ACCEPTED
    )
    return dict(taken.values_list("message_id", "provider_ref"))


def beside(rows: list[Row]) -> Insert:
    """Stored in the statement that moves their messages, and only for those moved."""
    return Insert(Attempt, "message_id", rows)


def ended(calls: Iterable[tuple[Call, Outcome]]) -> Update:
    """How calls ended: written whatever became of their messages meanwhile."""
    rows = [
        {
            "id": call.attempt_id,
            "message_id": call.message_id,
            "outcome": outcome.kind,
            "duration_ms": outcome.duration_ms,
            "http_status": outcome.http_status,
            "code": outcome.code[:60],
            "detail": outcome.detail[:300],
            "provider_ref": outcome.provider_ref,
        }
        for call, outcome in calls
    ]
    return Update(Attempt, "message_id", rows, always=True)


def insert(rows: list[Row]) -> None:
    """Store them; one statement."""
    insert_rows(Attempt, rows)
