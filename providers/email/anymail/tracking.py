"""What mail services tell of our mails, read by anymail's own views of their webhooks.

https://anymail.dev/en/stable/sending/tracking/. The account's address proves a call, as
anymail's shared secret would; where the service signs its calls and we have its key,
the signature has to be right as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from anymail.exceptions import AnymailError
from anymail.signals import EventType, RejectReason
from anymail.webhooks.brevo import BrevoTrackingWebhookView
from anymail.webhooks.mailersend import MailerSendTrackingWebhookView
from anymail.webhooks.mailgun import MailgunTrackingWebhookView
from anymail.webhooks.mailjet import MailjetTrackingWebhookView
from anymail.webhooks.mailtrap import MailtrapTrackingWebhookView
from anymail.webhooks.mandrill import MandrillCombinedWebhookView
from anymail.webhooks.postal import PostalTrackingWebhookView
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from anymail.webhooks.resend import ResendTrackingWebhookView
from anymail.webhooks.sendgrid import SendGridTrackingWebhookView
from anymail.webhooks.sparkpost import SparkPostTrackingWebhookView
from anymail.webhooks.unisender_go import UnisenderGoTrackingWebhookView
from django.core.exceptions import SuspiciousOperation
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest
from django.utils.translation import gettext as _

from providers.base import Receipt, Told, Word
from providers.errors import redacted
from providers.hooks import Forged, Hook, Unreadable, as_uuid


@dataclass(frozen=True, slots=True)
class Webhook:
    """A service's view, and its setting for the key that the calls are signed with."""

    view: type[Any]
    key: str = ""


# Scaleway tells through a queue of its own, Resend's signatures need another library.
WEBHOOKS: Mapping[str, Webhook] = {
    "brevo": Webhook(BrevoTrackingWebhookView),
    "mailersend": Webhook(MailerSendTrackingWebhookView, "signing_secret"),
    "mailgun": Webhook(MailgunTrackingWebhookView, "webhook_signing_key"),
    "mailjet": Webhook(MailjetTrackingWebhookView),
    "mailtrap": Webhook(MailtrapTrackingWebhookView, "tracking_secret"),
    "mandrill": Webhook(MandrillCombinedWebhookView, "webhook_key"),
    "postal": Webhook(PostalTrackingWebhookView, "webhook_key"),
    "postmark": Webhook(PostmarkTrackingWebhookView),
    "resend": Webhook(ResendTrackingWebhookView),
    "sendgrid": Webhook(
        SendGridTrackingWebhookView, "tracking_webhook_verification_key"
    ),
    "sparkpost": Webhook(SparkPostTrackingWebhookView),
    "unisender_go": Webhook(UnisenderGoTrackingWebhookView, "api_key"),
}

# What the services' words mean, as anymail sorts them; others are silent: who opens or
# clicks has the mail, but scanners do as well.
WORDS: Mapping[str, Word] = {
    EventType.QUEUED: Word.SENT,
    EventType.SENT: Word.SENT,
    EventType.DEFERRED: Word.SENT,
    EventType.DELIVERED: Word.DELIVERED,
    EventType.BOUNCED: Word.PERM_FAILED,
    EventType.REJECTED: Word.PERM_FAILED,
    EventType.FAILED: Word.PERM_FAILED,
    EventType.COMPLAINED: Word.DELIVERED,
}
_DEAD = frozenset({RejectReason.BOUNCED, RejectReason.INVALID})
_KINDS = ("event", "type", "Type", "RecordType")


def verify(hook: Hook, service: str, key: str) -> None:
    """Raises Forged."""
    if not hook.proven or service not in WEBHOOKS:
        raise Forged
    if not (key and WEBHOOKS[service].key):
        return
    try:
        _view(hook, service, key).run_validators(_request(hook))
    except (SuspiciousOperation, AnymailError, ValueError, TypeError):
        raise Forged from None


def read(hook: Hook, service: str, key: str) -> Told:
    """A receipt for each event of a mail; raises Unreadable."""
    try:
        events = _view(hook, service, key).parse_events(_request(hook))
    except Exception as error:  # the views raise all kinds at what they do not expect
        name = type(error).__name__
        raise Unreadable(
            _("The service's call could not be read (%(error)s).") % {"error": name}
        ) from None
    receipts = [_receipt(one) for one in events if one.event_type in WORDS]
    return Told(receipts=tuple(receipts))


def _view(hook: Hook, service: str, key: str) -> Any:
    """Anymail's view, without its settings: ours are the account's."""
    webhook = WEBHOOKS[service]
    # Some insist on a key when they are made; what they verify, we ask for above.
    given: dict[str, Any] = {"webhook_secret": "unused:unused"}
    if webhook.key and (key or service != "sendgrid"):
        given[webhook.key] = key or "unused"
    if service == "mandrill":
        given["webhook_url"] = hook.url
    view = webhook.view(**given)
    view.basic_auth = []  # the account's address has been looked at
    return view


def _request(hook: Hook) -> HttpRequest:
    parts = urlsplit(hook.url)
    return WSGIRequest(
        {
            **{
                f"HTTP_{n.upper().replace('-', '_')}": t
                for n, t in hook.headers.items()
            },
            "REQUEST_METHOD": "POST",
            "PATH_INFO": parts.path,
            "QUERY_STRING": parts.query,
            "SERVER_NAME": parts.hostname or "",
            "SERVER_PORT": str(parts.port or 443),
            "CONTENT_TYPE": hook.headers.get("content-type", ""),
            "CONTENT_LENGTH": str(len(hook.body)),
            "wsgi.input": BytesIO(hook.body),
        }
    )


def _receipt(event: Any) -> Receipt:
    word = WORDS[event.event_type]
    reason, away = str(event.reject_reason or ""), ""
    if event.event_type == EventType.BOUNCED:
        soft = _is_soft(event.esp_event) or reason == RejectReason.TIMED_OUT
        word = Word.TEMP_FAILED if soft else word
        away = "bounced" if reason in _DEAD and not soft else ""
    elif event.event_type == EventType.COMPLAINED:
        away = "complained"
    return Receipt(
        word,
        provider_ref=str(event.message_id or "")[:200],
        message_id=_ours(event),
        address=str(event.recipient or ""),
        code=(reason or str(event.event_type))[:60],
        detail=redacted(str(event.mta_response or event.description or "")),
        keep_away=away,
        event=str(event.event_id or event.timestamp or ""),
    )


def _is_soft(said: Any) -> bool:
    """A bounce that may be none tomorrow, by the service's own word."""
    if not isinstance(said, dict):
        return False
    words = " ".join(str(said.get(name, "")) for name in _KINDS).lower()
    return "soft" in words or said.get("hard_bounce") is False


def _ours(event: Any) -> Any:
    """Our id, from metadata or from a tag, as the mail was sent with it."""
    metadata = event.metadata if isinstance(event.metadata, dict) else {}
    named = [metadata.get("message_id"), *(event.tags or [])]
    return next((found for one in named if (found := as_uuid(str(one)))), None)
