"""Standard Webhooks: secrets, and the headers by which a receiver knows that it is us.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md

The id stays the same over all attempts, so a receiver can tell a repeat; timestamp and
signature are made anew for each. Pure.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Sequence

PREFIX = "whsec_"
SECRET_BYTES = 32
_FEWEST, _MOST = 24, 64


def new_secret() -> str:
    """A secret of 32 random bytes, as receivers' libraries take it."""
    return PREFIX + base64.b64encode(os.urandom(SECRET_BYTES)).decode()


def key_of(secret: str) -> bytes:
    """The bytes behind whsec_; ValueError unless there are 24 to 64 of them."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("not base64") from None
    if not _FEWEST <= len(key) <= _MOST:
        raise ValueError("not 24 to 64 bytes")
    return key


def signature(secret: str, event_id: str, timestamp: int, body: bytes) -> str:
    """One signature: "v1," and the HMAC-SHA256 in base64."""
    digest = hmac.digest(key_of(secret), _signed(event_id, timestamp, body), "sha256")
    return "v1," + base64.b64encode(digest).decode()


def headers(
    secrets: Sequence[str], event_id: str, timestamp: int, body: bytes
) -> dict[str, str]:
    """The three headers of one attempt; each secret adds a signature of its own."""
    signatures = [signature(one, event_id, timestamp, body) for one in secrets]
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }


def hex_headers(secret: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Document 002's form, for receivers that were written for it: no id is signed.

    The key is the secret's whole text.
    """
    signed = f"{timestamp}.".encode() + body
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return {"X-Webhook-Signature": digest, "X-Webhook-Timestamp": str(timestamp)}


def _signed(event_id: str, timestamp: int, body: bytes) -> bytes:
    return f"{event_id}.{timestamp}.".encode() + body
