"""Equal requests count as one: by the caller's key, and by what would be sent.

Both are decided by a unique row in the accepting transaction, never by a read that is
followed by a write. A key does not switch off the comparison of content; only
`allowDuplicate` does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import OperationalError, connection
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from delivery.composing import Composed, ComposedChannel
from delivery.models import Notification
from delivery.states import Overall
from events.errors import InvalidKey, KeyReused
from events.models import Fingerprint, IdempotencyKey
from notify_project.db.hashing import keyed_hash
from notify_project.db.ids import uuid7
from notify_project.db.values import table
from providers.channels.base import channel
from tenants.callers import Caller
from tenants.models import Tenant

KEY_LENGTH = 255
_LOCK_NOT_AVAILABLE = "55P03"


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
    row = (
        IdempotencyKey.for_tenant(key.caller.tenant)
        .filter(
            key_type=key.caller.key_type,
            endpoint=key.endpoint,
            key_hash=key.key_hash,
            expires_at__gt=Now(),
        )
        .first()
    )
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


def store_answer(key: Key, answer: Answer, *, now: datetime) -> None:
    """Insert the key's row in the accepting transaction; raises Taken.

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
    unique = "tenant_id, key_type, endpoint, key_hash"
    free = f"{table(IdempotencyKey)}.expires_at < %s"
    try:
        stored = _upsert(row, unique=unique, unless=free, parameters=[_db_time(now)])
    except OperationalError as error:
        if not is_lock_timeout(error):
            raise
        raise Taken from None
    if not stored:
        raise Taken


def is_lock_timeout(error: OperationalError) -> bool:
    """Whether PostgreSQL gave up waiting for a row that somebody holds."""
    return getattr(error.__cause__, "sqlstate", "") == _LOCK_NOT_AVAILABLE


def window_seconds(tenant: Tenant) -> int:
    """How long equal decisions count as one; 0 means never."""
    own = tenant.idempotency_window_seconds
    return settings.IDEMPOTENCY_WINDOW_SECONDS if own is None else own


def claim_fingerprint(
    composed: Composed, notification_id: UUID, *, window: int, now: datetime
) -> UUID | None:
    """None if this decision is new; else the notification that has it already.

    1. Insert: this waits for an equal request that is being accepted, and locks nothing
    that is there already, so that of many equals nobody waits for another. 2. Look who
    has it. 3. A fingerprint that has run out, or whose notification failed or was
    cancelled, is taken over.
    """
    plan = composed.plan
    row = Fingerprint(
        id=uuid7(),
        tenant_id=plan.tenant_id,
        hash=fingerprint(composed),
        notification_id=notification_id,
        created_at=now,
        expires_at=now + timedelta(seconds=window),
    )
    if _insert(row, unique=_ONE_PRINT):
        return None
    own = Fingerprint.for_tenant(plan.tenant_id).filter(hash=row.hash)
    holders = own.values_list("notification_id", flat=True)
    standing = holders.filter(expires_at__gte=now).exclude(
        notification__status__in=_CAME_TO_NOTHING
    )
    return standing.first() or (None if _take_over(row, now) else holders.first())


_ONE_PRINT = "tenant_id, hash"
_CAME_TO_NOTHING = (str(Overall.FAILED), str(Overall.CANCELLED))


def _take_over(row: Fingerprint, now: datetime) -> bool:
    """Whether it was still free; one statement, so that of many one has it."""
    mine = table(Fingerprint)
    status = (
        f"(SELECT n.status FROM {table(Notification)} n "
        f"WHERE n.id = {mine}.notification_id)"
    )
    # A notification that this statement cannot see is one that an equal request has
    # just committed, while we waited for its row: its status is NULL, so it stays.
    free = f"{mine}.expires_at < %s OR {status} IN (%s, %s)"
    parameters = [_db_time(now), *_CAME_TO_NOTHING]
    return _upsert(row, unique=_ONE_PRINT, unless=free, parameters=parameters)


def fingerprint(composed: Composed) -> bytes:
    """The keyed hash of what would be sent: equal decisions, equal bytes.

    Literal content and recipients as rendered and normalised, in any order; files by
    their hash; sender and times. Not: correlation id, tags, spelling of the request.
    """
    plan = composed.plan
    decision = {
        "keyType": plan.key_type,
        "event": plan.event_type,
        "channels": sorted((_compared(one) for one in composed.channels), key=str),
    }
    canonical = json.dumps(decision, sort_keys=True, separators=(",", ":"))
    return keyed_hash("fingerprint", plan.tenant_id.bytes, canonical)


def _compared(one: ComposedChannel) -> dict[str, Any]:
    plan = one.plan
    kind = channel(plan.channel)
    return {
        "channel": plan.channel,
        "recipients": sorted(
            (each.kind, kind.folded(each.normalised)) for each in one.addresses
        ),
        "texts": one.texts,
        "bodyType": plan.wording.body_type,
        "sender": [plan.sender.address, plan.sender.name],
        "replyTo": sorted(one.reply_to),
        "headers": dict(plan.headers),
        "files": sorted(
            [file.filename, file.content_type, sha256(file.data).hexdigest()]
            for file in plan.files
        ),
        "due": plan.due_at.isoformat() if plan.due_at else "",
        "account": str(plan.account_id or ""),
    }


def _insert(row: Any, *, unique: str) -> bool:
    """False if there is one already."""
    return _written(row, f"ON CONFLICT ({unique}) DO NOTHING", [])


def _upsert(row: Any, *, unique: str, unless: str, parameters: list[Any]) -> bool:
    """INSERT, or take over a row that `unless` says is free; False if it is not."""
    sets = ", ".join(
        f"{quoted} = EXCLUDED.{quoted}"
        for one in type(row)._meta.concrete_fields
        if (quoted := connection.ops.quote_name(one.column))
    )
    conflict = f"ON CONFLICT ({unique}) DO UPDATE SET {sets} WHERE {unless}"
    return _written(row, conflict, parameters)


def _written(row: Any, conflict: str, parameters: list[Any]) -> bool:
    model = type(row)
    fields = model._meta.concrete_fields
    names = ", ".join(connection.ops.quote_name(one.column) for one in fields)
    marks = ", ".join(["%s"] * len(fields))
    values = [
        one.get_db_prep_save(getattr(row, one.attname), connection) for one in fields
    ]
    statement = (
        f"INSERT INTO {table(model)} ({names}) VALUES ({marks}) {conflict} RETURNING 1"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, *parameters])
        return cursor.fetchone() is not None


def _db_time(now: datetime) -> Any:
    field = Fingerprint._meta.get_field("expires_at")
    return field.get_db_prep_save(now, connection)
