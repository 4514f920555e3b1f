"""One-time codes of an authenticator app (RFC 6238): six digits, new every half minute.

The reckoning is the cryptography package's (docs/decisions/0023-log-in.md).
"""

from __future__ import annotations

import base64
import secrets

from cryptography.hazmat.primitives import constant_time
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

DIGITS = 6
STEP_SECONDS = 30
_SECRET_BYTES = 20
_GROUP = 4
# Clocks differ, and whoever types needs a moment: the code before counts, and the next.
_TOLERATED = (0, -1, 1)


def new_secret() -> bytes:
    """What the app and we share."""
    return secrets.token_bytes(_SECRET_BYTES)


def step_of(secret: bytes, code: str, *, now: float, after: int) -> int | None:
    """The half minute that `code` is of; None if it is wrong, or not later than
    `after`, the last one that was used: no code works twice."""
    typed, found = code.encode("ascii", "replace"), None
    present = int(now // STEP_SECONDS)
    for step in (present + one for one in _TOLERATED):
        right = _totp(secret).generate(step * STEP_SECONDS)
        # All are compared, so that the time tells nothing.
        if constant_time.bytes_eq(right, typed) and step > after:
            found = step
    return found


def uri(secret: bytes, *, account: str, issuer: str) -> str:
    """What the QR code says; apps show issuer and account beside their digits."""
    return _totp(secret).get_provisioning_uri(account, issuer)


def spelled(secret: bytes) -> str:
    """The secret as one types it: groups of four letters and digits."""
    text = base64.b32encode(secret).decode()
    return " ".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))


def _totp(secret: bytes) -> TOTP:
    # SHA-1 is what apps know; the scheme does not rest on its being free of collisions.
    return TOTP(secret, DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303
