"""The stored layers of the cascade, what makes equal requests one, and erasures."""

from events.models.defaults import SystemDefaults, TenantDefaults
from events.models.erasure import Erasure
from events.models.event_type import (
    EventDefaults,
    EventDocument,
    EventGroup,
    EventList,
    EventName,
    EventType,
    EventVersion,
)
from events.models.idempotency import Fingerprint, IdempotencyKey

__all__ = [
    "Erasure",
    "EventDefaults",
    "EventDocument",
    "EventGroup",
    "EventList",
    "EventName",
    "EventType",
    "EventVersion",
    "Fingerprint",
    "IdempotencyKey",
    "SystemDefaults",
    "TenantDefaults",
]
