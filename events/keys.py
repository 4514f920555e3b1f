"""Answers under a caller's Idempotency-Key: given once, and again to equal requests.

The key is a unique row in the transaction of what it stands for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import OperationalError
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from events.errors import InvalidKey, KeyInUse, KeyReused
from events.models import IdempotencyKey
from notify_project.db import clock
from notify_project.db.hashing import keyed_hash
from notify_project.db.ids import uuid7
from notify_project.db.unique import db_value, insert_or_replace, is_lock_timeout
from notify_project.db.values import table
from notify_project.queue.writing import writing
from tenants.callers import Caller

KEY_LENGTH = 255


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to a request, and again to its equals."""

    status: int
    body: Mapping[str, Any]
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Key:
    """An Idempotency-Key with the request it came with."""

    caller: Caller
    endpoint: str
    key_hash: bytes
    body_hash: bytes


class Taken(Exception):
    """Another request with this key has committed its answer, or is still at it."""

    def __init__(self, key: Key) -> None:
        super().__init__(key.endpoint)
        self.key = key


def key_of(caller: Caller, endpoint: str, text: str, body: Mapping[str, Any]) -> Key:
    """Raises InvalidKey for what is not 1 to 255 printable ASCII characters."""
    if not (0 < len(text) <= KEY_LENGTH and text.isascii() and text.isprintable()):
        raise InvalidKey(
            _("Idempotency-Key must be 1 to 255 printable ASCII characters."),
            field="Idempotency-Key",
        )
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return Key(
        caller,
        endpoint,
        key_hash=keyed_hash("idempotency-key", text),
        body_hash=keyed_hash("idempotency-body", canonical),
    )


def earlier_answer(key: Key) -> Answer | None:
    """The answer given under this key; raises KeyReused for another body."""
    row = _rows(key).filter(expires_at__gt=Now()).first()
    if row is None:
        return None
    if bytes(row.body_hash) != key.body_hash:
        raise KeyReused(
            _(
                "This Idempotency-Key came before with another body. Use a new key for "
                "a new request."
            ),
            field="Idempotency-Key",
        )
    return Answer(row.status, row.answer, replayed=True)


def first_answer(key: Key) -> Answer:
    """What the request that was faster was answered; raises KeyInUse, KeyReused."""
    earlier = earlier_answer(key)
    if earlier is None:
        raise KeyInUse(
            _(
                "The first request with this Idempotency-Key is not finished. Try "
                "again."
            ),
            retry_after_seconds=1,
        )
    return earlier


def store_answer(key: Key, answer: Answer, *, now: datetime) -> None:
    """Insert the key's row in the caller's transaction; raises Taken.

    An equal key that is being inserted elsewhere is waited for (lock_timeout).
    """
    row = IdempotencyKey(
        id=uuid7(),
        tenant_id=key.caller.tenant.id,
        key_type=key.caller.key_type,
        endpoint=key.endpoint,
        key_hash=key.key_hash,
        body_hash=key.body_hash,
        status=answer.status,
        answer=dict(answer.body),
        expires_at=now + timedelta(seconds=settings.IDEMPOTENCY_KEY_SECONDS),
    )
    try:
        stored = insert_or_replace(
            row,
            unique="tenant_id, key_type, endpoint, key_hash",
            free=f"{table(IdempotencyKey)}.expires_at < %s",
            parameters=[db_value(IdempotencyKey, "expires_at", now)],
        )
    except OperationalError as error:
        if not is_lock_timeout(error):
            raise
        raise Taken(key) from None
    if not stored:
        raise Taken(key)


def once(
    caller: Caller,
    endpoint: str,
    text: str,
    given: Mapping[str, Any],
    make: Callable[[], Mapping[str, Any]],
) -> tuple[Mapping[str, Any], bool]:
    """As tenants/replaying.py has it, where it is registered."""
    key = key_of(caller, endpoint, text, given)
    if earlier := earlier_answer(key):
        return earlier.body, True
    try:
        with writing():
            # The key comes first, and equal requests wait at it: what is made may have
            # a name that only one can have.
            store_answer(key, _UNDER_WAY, now=clock.now())
            body = make()
            _rows(key).update(answer=dict(body))
    except Taken:
        return first_answer(key).body, True
    return body, False


_UNDER_WAY = Answer(201, {})


def _rows(key: Key) -> QuerySet[IdempotencyKey]:
    """The key's row, if there is one."""
    return IdempotencyKey.for_tenant(key.caller.tenant).filter(
        key_type=key.caller.key_type, endpoint=key.endpoint, key_hash=key.key_hash
    )
