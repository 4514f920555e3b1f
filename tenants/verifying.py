"""Is this API key good? Remembered for a few seconds, so that the usual call asks
nothing of the database."""

from __future__ import annotations

import hmac
import ipaddress
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from notify_project.remembering import Memory
from tenants import last_used
from tenants.backoff import Backoff
from tenants.callers import Caller
from tenants.keys import PresentedKey, parse
from tenants.models import ApiKey
from tenants.origin import Network, lies_in

_NO_SECRET = bytes(32)


@dataclass(frozen=True, slots=True)
class _Verified:
    caller: Caller
    expires_at: datetime
    allowed_addresses: tuple[Network, ...]


_verified: Memory[bytes, _Verified] = Memory(
    size=5000, seconds=lambda: settings.CACHE_SECONDS
)
# Secrets that were right within the hour: nobody can lock their owner out by failing
# with the same key id from behind the same proxy.
_once_right: Memory[bytes, bool] = Memory(size=5000, seconds=lambda: 3600.0)
_backoff = Backoff()


def verify_key(text: str, *, address: str) -> Caller | None:
    """The key's caller; None for every reason there is to refuse it.

    No query if the key was verified in the last settings.CACHE_SECONDS, else one.
    """
    presented = parse(text)
    if presented is None:
        return None
    verified = _verified.get(presented.secret_hash) or _look_up(presented, address)
    if verified is None or not _may_be_used(verified, address):
        return None
    if verified.caller.key_id is not None:
        last_used.note(verified.caller.key_id)
    return verified.caller


def owner(text: str) -> ApiKey | None:
    """The key with this secret, even if it may not be used any more; one query.

    For what is told to its tenant, never for what a caller may do.
    """
    presented = parse(text)
    if presented is None:
        return None
    key = ApiKey.across_tenants().filter(prefix=presented.prefix).first()
    if key is None:
        return None
    is_right = hmac.compare_digest(bytes(key.secret_hash), presented.secret_hash)
    return key if is_right else None


def _look_up(presented: PresentedKey, address: str) -> _Verified | None:
    is_known = _once_right.get(presented.secret_hash) is not None
    if not is_known and _backoff.is_waiting(address, presented.prefix):
        return None
    # Across tenants: which tenant it is, is what we are about to learn.
    keys = ApiKey.across_tenants().select_related("tenant")
    key = keys.filter(prefix=presented.prefix).first()
    # Compared even when there is no such key, so that the time tells nothing.
    stored = _NO_SECRET if key is None else bytes(key.secret_hash)
    is_right = hmac.compare_digest(stored, presented.secret_hash)
    if key is None or not is_right or key.revoked_at or not key.tenant.active:
        _backoff.failed(address, presented.prefix)
        return None
    return _remember(key, presented.secret_hash)


def _remember(key: ApiKey, secret_hash: bytes) -> _Verified:
    verified = _Verified(
        Caller(
            tenant=key.tenant,
            key_type=key.key_type,
            scopes=frozenset(key.scopes),
            name=key.prefix,
            key_id=key.pk,
            channels=frozenset(key.channels),
        ),
        key.expires_at,
        tuple(
            ipaddress.ip_network(network, strict=False)
            for network in key.allowed_addresses
        ),
    )
    _verified.put(secret_hash, verified)
    _once_right.put(secret_hash, True)
    return verified


def _may_be_used(verified: _Verified, address: str) -> bool:
    allowed = verified.allowed_addresses
    return timezone.now() < verified.expires_at and (
        not allowed or lies_in(address, allowed)
    )
