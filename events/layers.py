"""The stored layers of a tenant as the cascade takes them, kept for CACHE_SECONDS."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.conf import settings

from events.cascade import Layer
from events.designs import ChannelDesign, values_of
from events.models import (
    CallbackDefaults,
    ChannelDefaults,
    SystemDefaults,
    TenantDefaults,
)
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


def forget() -> None:
    """Read them anew in this process: somebody has just changed one."""
    _kept.clear()


def design_of(row: ChannelDefaults) -> ChannelDesign:
    """What one row says; the system's has no template and no sender."""
    return ChannelDesign(
        on=False,
        template_id=getattr(row, "template_id", None),
        sender_id=getattr(row, "sender_id", None),
        account_id=row.account_id,
        values=row.values,
    )


def with_design(layer: Layer, code: str, design: ChannelDesign) -> Layer:
    """The layer as it would be if it said this of the channel."""
    said = values_of(design)
    others = {name: value for name, value in layer.values.items() if name != code}
    return replace(layer, values={**others, code: said} if said else others)


def with_locks(layer: Layer, code: str, names: Collection[str]) -> Layer:
    """The layer as if it kept just these fields of the channel for itself."""
    others = {one for one in layer.locked if not one.startswith(f"{code}.")}
    own = {f"{code}.{name}" for name in names}
    return replace(layer, locked=frozenset(others | own))


def as_allowed(layers: Sequence[Layer]) -> list[Layer]:
    """The layers, lowest first, without what a lower one has locked since they said it;
    for looking at: a call is refused for it (see events/cascade.py)."""
    locked: set[str] = set()
    found: list[Layer] = []
    for one in layers:
        values = one.values
        for path in sorted(locked):
            values = _without(values, path)
        found.append(replace(one, values=values))
        locked |= one.locked
    return found


def _without(values: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    name, _dot, rest = path.partition(".")
    inner = values.get(name)
    if not rest:
        return {key: value for key, value in values.items() if key != name}
    if not isinstance(inner, Mapping):
        return values
    return {**values, name: _without(inner, rest)}


def without_locks_on(layer: Layer, name: str) -> Layer:
    """The layer as if it kept nothing for itself of one field of any channel, such as
    recipients."""
    kept = {one for one in layer.locked if one.split(".")[1:2] != [name]}
    return replace(layer, locked=frozenset(kept))


def _system() -> Layer:
    locked: set[str] = set()
    values: dict[str, Any] = {}
    for row in SystemDefaults.objects.all():
        values |= _said(row)
        locked.update(f"{row.channel}.{name}" for name in row.locked)
    for default in CallbackDefaults.of_system():
        values["callback"] = default.values
    return Layer("system", values, locked=frozenset(locked))


def _tenant(tenant_id: UUID) -> Layer:
    values: dict[str, Any] = {}
    for row in TenantDefaults.for_tenant(tenant_id):
        values |= _said(row)
    for default in CallbackDefaults.for_tenant(tenant_id):
        values["callback"] = default.values
    return Layer("tenant", values)


def _said(row: ChannelDefaults) -> dict[str, Any]:
    """Nothing for a row that says nothing: {} would take away what it inherits."""
    said = values_of(design_of(row))
    return {row.channel: said} if said else {}
