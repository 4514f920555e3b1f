"""Keyed hashes: find a row by a value that is not stored readably."""

from __future__ import annotations

import hashlib
import hmac
from uuid import UUID

from django.conf import settings


def keyed_hash(purpose: str, *parts: str | bytes) -> bytes:
    """32 bytes, HMAC-SHA256 with SEARCH_KEY; equal only for equal purpose and parts.

    Parts are length-prefixed, so ("ab", "c") differs from ("a", "bc").
    """
    digest = hmac.new(settings.SEARCH_KEY.encode(), purpose.encode(), hashlib.sha256)
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8))
        digest.update(data)
    return digest.digest()


def address_hash(tenant_id: UUID, address: str) -> bytes:
    """What search and suppression compare; `address` is in its channel's normal form.

    Keyed by tenant as well, so that two tenants' rows cannot be joined by it.
    """
    return keyed_hash("address", tenant_id.bytes, address)
