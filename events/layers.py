"""The stored layers of a tenant as the cascade takes them, kept for CACHE_SECONDS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.conf import settings

from events.cascade import Layer
from events.models import CallbackDefaults, SystemDefaults, TenantDefaults
from notify_project.remembering import Memory

_kept: Memory[UUID, Sequence[Layer]] = Memory(
    size=10_000, seconds=lambda: settings.CACHE_SECONDS
)


def stored_layers(tenant_id: UUID) -> Sequence[Layer]:
    """System and tenant layer, lowest first; four queries at most every few seconds."""
    kept = _kept.get(tenant_id)
    if kept is None:
        kept = (_system(), _tenant(tenant_id))
        _kept.put(tenant_id, kept)
    return kept


def _system() -> Layer:
    rows = SystemDefaults.objects.select_related("account")
    locked: set[str] = set()
    values: dict[str, Any] = {}
    for row in rows:
        values[row.channel] = _channel(row)
        locked.update(f"{row.channel}.{name}" for name in row.locked)
    for default in CallbackDefaults.of_system():
        values["callback"] = default.values
    return Layer("system", values, locked=frozenset(locked))


def _tenant(tenant_id: UUID) -> Layer:
    rows = TenantDefaults.for_tenant(tenant_id).select_related("account", "sender")
    values: dict[str, Any] = {}
    for row in rows:
        values[row.channel] = _channel(row)
        if row.sender:
            values[row.channel]["identityId"] = row.sender.id
    for default in CallbackDefaults.for_tenant(tenant_id):
        values["callback"] = default.values
    return Layer("tenant", values)


def _channel(row: SystemDefaults | TenantDefaults) -> dict[str, Any]:
    """Free values by their names in the API, and the references as ids."""
    values = dict(row.values)
    if row.account_id:
        values["account"] = str(row.account_id)
    return values
