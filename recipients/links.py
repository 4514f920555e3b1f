"""The links of subscribers: one that confirms, for a week; one that ends it, for ever.

Whoever holds a link may do what it says, and nothing else: each is signed for one
subscription and one purpose. An unsubscribe link has no end of life, because people
look for it in old mails, and laws want it to work. All have one length, so that a
message is as long for everybody.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.crypto import salted_hmac

CONFIRM_SECONDS = 7 * 86_400
_CONFIRM = "notify.subscription.confirm"
_UNSUBSCRIBE = "notify.subscription.unsubscribe"
_ID_BYTES = 16
_MARK_BYTES = 16
# Stands for the link while words are written that many subscribers get. It is a link
# that works too: its page says that it belongs to nobody.
NOBODY = UUID(int=0)


def confirm_url(subscription_id: UUID) -> str:
    """Where the owner of the address says yes."""
    token = signing.dumps(str(subscription_id), salt=_CONFIRM)
    return _url("confirm-subscription", token)


def confirmed_by(token: str) -> UUID | None:
    """The subscription that a link confirms; None if it is too old or altered."""
    try:
        return UUID(signing.loads(token, salt=_CONFIRM, max_age=CONFIRM_SECONDS))
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        return None


def unsubscribe_url(subscription_id: UUID) -> str:
    """Where one subscriber leaves the list, by one POST without a log-in (RFC 8058)."""
    token = base64.urlsafe_b64encode(subscription_id.bytes + _mark(subscription_id))
    return _url("unsubscribe", token.rstrip(b"=").decode())


def unsubscribed_by(token: str) -> UUID | None:
    """The subscription that a link ends, NOBODY for the stand-in; None if altered."""
    try:
        data = base64.b64decode(token + "=" * (-len(token) % 4), b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(data) != _ID_BYTES + _MARK_BYTES:
        return None
    found = UUID(bytes=data[:_ID_BYTES])
    return found if hmac.compare_digest(data[_ID_BYTES:], _mark(found)) else None


def stand_in() -> str:
    """What is written in place of each subscriber's own link until it is sent."""
    return unsubscribe_url(NOBODY)


def _mark(subscription_id: UUID) -> bytes:
    made = salted_hmac(_UNSUBSCRIBE, subscription_id.bytes, algorithm="sha256")
    return made.digest()[:_MARK_BYTES]


def _url(name: str, token: str) -> str:
    return f"{settings.PUBLIC_URL}{reverse(name, args=[token])}"
