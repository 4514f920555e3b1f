"""The stored layers of the cascade, and what makes equal requests one."""

from events.models.defaults import SystemDefaults, TenantDefaults
from events.models.idempotency import Fingerprint, IdempotencyKey

__all__ = ["Fingerprint", "IdempotencyKey", "SystemDefaults", "TenantDefaults"]
