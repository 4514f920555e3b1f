"""Any program of a tenant that takes a message by HTTP, signed as Standard Webhooks.

https://www.standardwebhooks.com: webhook-id stays the same over all attempts at one
message, so the receiver can tell a repeat, and a call may be repeated safely.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import time
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from providers.answers import asking, exchange, json_bytes, post_json, refusal
from providers.base import Accepted, Capability, Provider
from providers.channels.msgapp import ChatPayload
from providers.config import ProviderConfig, SecretStr, option

_PREFIX = "whsec_"


def signing_key(secret: SecretStr) -> bytes | None:
    """The bytes behind whsec_ and base64; None unless there are 24 to 64 of them."""
    text = secret.reveal().removeprefix(_PREFIX)
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return key if 24 <= len(key) <= 64 else None


def signature(key: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """The value of webhook-signature: "v1," and the HMAC-SHA256 in base64."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def _check_secret(secret: SecretStr) -> str | None:
    if signing_key(secret):
        return None
    return _("Give whsec_ and 24 to 64 bytes in base64.")


@dataclass(frozen=True)
class WebhookConfig(ProviderConfig):
    """Where messages are posted, and by what the receiver knows that we did."""

    url: SecretStr = option(
        _lazy("URL"),
        help=_lazy("Kept secret, since such URLs often have a token in them."),
        url=True,
    )
    secret: SecretStr | None = option(
        _lazy("Signing secret"),
        help=_lazy("whsec_ and base64. Without it, messages are not signed."),
        check=_check_secret,
    )


class Webhook(Provider[ChatPayload]):
    """Posts {"id", "title", "text", "bodyType"}; any 2xx is success."""

    label = "Webhook"
    docs_url = "https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md"
    config_class = WebhookConfig
    capabilities = frozenset({Capability.KEY})

    def send(self, payload: ChatPayload) -> Accepted:
        """One POST; see providers/errors.py for what it raises."""
        body = json_bytes(content(payload))
        response = post_json(
            self.config.url.reveal(),
            body,
            headers=self._headers(payload.reference, body),
            total_seconds=self.call_seconds,
        )
        if 200 <= response.status < 300:
            return Accepted(detail=f"HTTP {response.status}")
        raise refusal(response)

    def check(self) -> str:
        """Reach the host by HEAD, whatever it answers: nothing is posted."""
        with asking():
            response = exchange(
                "HEAD", self.config.url.reveal(), total_seconds=self.call_seconds
            )
        return _(
            "The server of this URL was reached and said %(status)s to a HEAD request. "
            "No message was sent."
        ) % {"status": response.status}

    def _headers(self, reference: str, body: bytes) -> dict[str, str]:
        now = int(time.time())
        headers = {"webhook-id": reference, "webhook-timestamp": str(now)}
        key = signing_key(self.config.secret) if self.config.secret else None
        if key:
            headers["webhook-signature"] = signature(key, reference, now, body)
        return headers


def content(payload: ChatPayload) -> dict[str, str]:
    """The body, equal over all attempts: a receiver may compare it."""
    return {
        "id": payload.reference,
        "messageId": str(payload.message_id),
        "title": payload.title,
        "text": payload.text,
        "bodyType": payload.body_type,
    }
