"""Who changed what: a difference in JSON, in which secrets are only "changed".

Take a `snapshot` before and after a change, and `record` both in its transaction:

    before = snapshot(template)
    ...change and save...
    record(request.user, "changed", template, tenant=tenant, before=before)

The API's views say it shorter, by `record_call`.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import models

from tenants.callers import Caller
from tenants.models import AuditEntry, Tenant, User

Actor = User | Caller | None
Snapshot = Mapping[str, object]
_SECRET_NAME = re.compile(r"password|secret|hash|token|pepper", re.IGNORECASE)
_LONGEST_TEXT = 2000
_CHANGED = "changed"


@dataclass(frozen=True, slots=True, repr=False)
class _Hidden:
    """A value that is compared, and never shown."""

    value: object


def snapshot(obj: models.Model) -> dict[str, object]:
    """The columns of a row as they are now; no query. Secrets are held hidden."""
    return {
        field.name: _shown(field, field.value_from_object(obj))
        for field in obj._meta.concrete_fields
    }


def difference(before: Snapshot, after: Snapshot) -> dict[str, object]:
    """{"field": {"before": ..., "after": ...}}, or "changed" where it is a secret."""
    changes: dict[str, object] = {}
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        if isinstance(old, _Hidden) or isinstance(new, _Hidden):
            changes[name] = _CHANGED
        else:
            changes[name] = {"before": old, "after": new}
    return changes


def record(
    actor: Actor,
    action: str,
    obj: models.Model,
    *,
    tenant: Tenant | None,
    before: Snapshot | None = None,
    after: Snapshot | None = None,
) -> AuditEntry:
    """Store one entry; one INSERT. `after` is the row's present state if not given.

    `actor` is the person, the calling program, or None for the system itself.
    """
    is_gone = action == "deleted" and after is None
    now = {} if is_gone else snapshot(obj) if after is None else after
    kind, actor_id, label = _actor(actor)
    entry = AuditEntry(
        tenant=tenant,
        actor_kind=kind,
        actor_id=actor_id,
        actor_label=label[:300],
        action=action,
        object_type=obj._meta.label_lower,
        object_id=str(obj.pk)[:100],
        object_label=str(obj)[:300],
        changes=difference(before or {}, now),
    )
    entry.save(force_insert=True)
    return entry


def record_call(
    caller: Caller,
    action: str,
    obj: models.Model,
    *,
    before: Snapshot | None = None,
    after: Snapshot | None = None,
) -> None:
    """Record what a program did to its tenant's row; nothing where nothing changed."""
    now = snapshot(obj) if after is None else after
    if difference(before or {}, now):
        record(caller, action, obj, tenant=caller.tenant, before=before, after=now)


def _actor(actor: Actor) -> tuple[str, UUID | None, str]:
    if isinstance(actor, User):
        return AuditEntry.Actor.USER, actor.pk, actor.email
    if isinstance(actor, Caller):
        return AuditEntry.Actor.KEY, actor.key_id, actor.name
    return AuditEntry.Actor.SYSTEM, None, "system"


def _shown(field: models.Field[object, object], value: object) -> object:
    if isinstance(field, models.BinaryField) or _SECRET_NAME.search(field.name):
        return _Hidden(value)
    return _plain(value)


def _plain(value: object) -> object:
    """What JSON can hold; long texts are cut."""
    if value is None or isinstance(value, bool | int | float | dict | list):
        return value
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    text = str(value)
    return text if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT] + "..."
