"""The stored layers of the cascade, what makes equal requests one, and erasures."""

from events.models.defaults import (
    CallbackDefaults,
    ChannelDefaults,
    DefaultsReference,
    SystemDefaults,
    TenantDefaults,
)
from events.models.erasure import Erasure
from events.models.event_type import (
    EventDefaults,
    EventDocument,
    EventGroup,
    EventImage,
    EventList,
    EventName,
    EventType,
    EventVersion,
)
from events.models.idempotency import Fingerprint, IdempotencyKey

__all__ = [
    "CallbackDefaults",
    "ChannelDefaults",
    "DefaultsReference",
    "Erasure",
    "EventDefaults",
    "EventDocument",
    "EventGroup",
    "EventImage",
    "EventList",
    "EventName",
    "EventType",
    "EventVersion",
    "Fingerprint",
    "IdempotencyKey",
    "SystemDefaults",
    "TenantDefaults",
]
