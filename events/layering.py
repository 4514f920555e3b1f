"""The layers that one request is decided by, lowest first."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from events.cascade import Layer
from events.designs import Event
from events.layers import stored_layers
from events.requests import CHANNELS, NotifyRequest


def layers_of(
    tenant_id: UUID,
    request: NotifyRequest,
    event: Event | None,
    defaults: Sequence[Layer] | None = None,
) -> list[Layer]:
    """System, tenant, the event type's, the request's, and its overrides. `defaults`
    stand for the two that are stored."""
    layers = list(stored_layers(tenant_id) if defaults is None else defaults)
    if event:
        layers.append(event.layer)
        if request.for_all:
            # Said of whatever channels are on: it switches none on.
            layers.append(Layer("request", dict.fromkeys(CHANNELS, request.for_all)))
    layers.append(Layer("request", request.layer, switches=True))
    if request.overrides:
        layers.append(Layer("overrides", request.overrides, switches=True))
    return layers


def augments_of(request: NotifyRequest) -> Layer | None:
    """What the request adds to whatever these decide."""
    return Layer("augments", request.augments) if request.augments else None
