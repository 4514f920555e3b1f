"""The stored layers of the cascade, and what makes equal requests one."""

from events.models.defaults import SystemDefaults, TenantDefaults
from events.models.event_type import (
    EventDefaults,
    EventGroup,
    EventName,
    EventType,
    EventVersion,
)
from events.models.idempotency import Fingerprint, IdempotencyKey

__all__ = [
    "EventDefaults",
    "EventGroup",
    "EventName",
    "EventType",
    "EventVersion",
    "Fingerprint",
    "IdempotencyKey",
    "SystemDefaults",
    "TenantDefaults",
]
