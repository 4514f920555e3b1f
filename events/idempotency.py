"""Equal requests count as one by what would be sent, whatever key they come with.

That is decided by a unique row in the accepting transaction, never by a read that is
followed by a write. keys.py has the other way, the caller's key; it does not switch off
this one. Only `allowDuplicate` does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings

from delivery.composed import Attached, Composed, ComposedChannel
from delivery.models import Notification
from delivery.states import Overall
from events.models import Fingerprint
from notify_project.db.hashing import keyed_hash
from notify_project.db.ids import uuid7
from notify_project.db.unique import db_value, insert_first, insert_or_replace
from notify_project.db.values import table
from providers.channels.base import channel
from providers.files import File
from tenants.models import Tenant


def window_seconds(tenant: Tenant, of_event: int | None = None) -> int:
    """How long equal decisions count as one; 0 means never. The event type's word
    goes before the tenant's, and that before the system's."""
    said = (of_event, tenant.idempotency_window_seconds)
    own = [one for one in said if one is not None]
    return own[0] if own else settings.IDEMPOTENCY_WINDOW_SECONDS


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
    if insert_first(row, unique=_ONE_PRINT):
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
    parameters = [db_value(Fingerprint, "expires_at", now), *_CAME_TO_NOTHING]
    return insert_or_replace(row, unique=_ONE_PRINT, free=free, parameters=parameters)


def fingerprint(composed: Composed) -> bytes:
    """The keyed hash of what would be sent: equal decisions, equal bytes.

    Literal content and recipients as rendered and normalised, in any order; groups and
    files by reference; sender and times. Not: correlation id, tags, the request's
    spelling.
    """
    plan = composed.plan
    decision = {
        "keyType": plan.key_type,
        "event": plan.event_type,
        "channels": sorted((_compared(one) for one in composed.live), key=str),
    }
    canonical = json.dumps(decision, sort_keys=True, separators=(",", ":"))
    return keyed_hash("fingerprint", plan.tenant_id.bytes, canonical)


def _compared(one: ComposedChannel) -> dict[str, Any]:
    plan = one.plan
    kind = channel(plan.channel)
    return {
        "channel": plan.channel,
        "recipients": sorted(
            {
                (each.kind, "group", each.group)
                if each.group
                else (each.kind, "", kind.folded(each.normalised))
                for each in one.addresses
            }
        ),
        "fanOuts": sorted([each.source, str(each.id)] for each in plan.fan_outs),
        "destinations": sorted(
            str(each.account_id)
            for each in one.addresses
            if kind.addresses_are_accounts
        ),
        "texts": one.texts,
        **({"outside": _asked(one.outside)} if one.outside else {}),
        "bodyType": plan.wording.body_type,
        "sender": [plan.sender.address, plan.sender.name],
        "replyTo": sorted(one.reply_to),
        "headers": dict(plan.headers),
        "files": sorted(
            [file.filename, file.content_type, _hashed(file)] for file in one.files
        ),
        "due": plan.due_at.isoformat() if plan.due_at else "",
        "account": str(plan.account_id or ""),
    }


def _hashed(file: Attached) -> str:
    """A document by what it is made of: nobody makes it to compare it."""
    if isinstance(file, File):
        return sha256(file.data).hexdigest()
    return sha256(json.dumps(file.recipe, sort_keys=True).encode()).hexdigest()


def _asked(recipe: Mapping[str, Any]) -> list[Any]:
    """Words that a service fills in, by what it is given: nobody asks it to compare."""
    wording = recipe["wording"]
    around = [wording["layout"], wording["partials"]]
    return [recipe["service"], recipe["data"], recipe["params"], *around]
