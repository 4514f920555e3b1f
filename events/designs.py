"""What a stored layer says: as its author gives it, and as the cascade takes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from events.cascade import Layer


@dataclass(frozen=True, slots=True)
class ChannelDesign:
    """What is said of one channel; one that is not `on` is described only, as all are
    in defaults.

    `values` holds free fields by their names in the API: recipients, content, replyTo,
    headers, attachments, priority, onUnknown, params; in defaults bodyType and
    defaultRenderer too.
    """

    on: bool = True
    template_id: UUID | None = None
    sender_id: UUID | None = None
    account_id: UUID | None = None
    values: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Design:
    """One version's say: `params` are defaults, `sample_params` are for previews.

    `callback` is who is told, as a request would say it: {} is nobody, None says
    nothing.
    """

    urgency: str = "normal"
    mandatory: bool = False
    tags: tuple[str, ...] = ()
    expires_after_seconds: int | None = None
    window_seconds: int | None = None
    params_schema: Mapping[str, Any] = field(default_factory=dict)
    sample_params: Mapping[str, Any] = field(default_factory=dict, repr=False)
    params: Mapping[str, Any] = field(default_factory=dict, repr=False)
    callback: Mapping[str, Any] | None = field(default=None, repr=False)
    channels: Mapping[str, ChannelDesign] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Event:
    """An event type as a request finds it. `version` 0 is one not saved yet."""

    name: str
    version: int
    design: Design
    layer: Layer


def event_of(name: str, version: int, design: Design) -> Event:
    """The design as a layer between the tenant's and the request's."""
    values: dict[str, Any] = {
        code: values_of(one) for code, one in design.channels.items()
    }
    if design.params:
        values["params"] = design.params
    if design.callback is not None:
        values["callback"] = design.callback
    off = frozenset(code for code, one in design.channels.items() if not one.on)
    return Event(
        name, version, design, Layer("event", values, switches=True, only_describes=off)
    )


def values_of(one: ChannelDesign) -> dict[str, Any]:
    """Free values by their names in the API, and the references as ids."""
    values = dict(one.values)
    if one.template_id:
        values["content"] = {
            **values.get("content", {}),
            "template": str(one.template_id),
        }
    if one.sender_id:
        values["identityId"] = str(one.sender_id)
    if one.account_id:
        values["account"] = str(one.account_id)
    return values
