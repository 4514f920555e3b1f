"""What can be told, to whom: types of events, filters, and kinds of endpoints. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection

# What an endpoint is told: our events, or one of the service callback API's bodies.
EVENTS = "events"
DELIVERY_STATUS = "delivery_status"
INBOUND_SMS = "inbound_sms"
COMPLAINT = "complaint"
RETURNED_LETTER = "returned_letter"
SERVICE_KINDS = (DELIVERY_STATUS, INBOUND_SMS, COMPLAINT, RETURNED_LETTER)

MESSAGES = "message"
_OF_MESSAGES = (
    *("sent", "delivered", "failed"),
    *("expired", "suppressed", "cancelled"),
)
SMS_RECEIVED = "sms.received"
EMAIL_COMPLAINED = "email.complained"
LETTER_RETURNED = "letter.returned"
ENDPOINT_FAILING = "endpoint.failing"
ENDPOINT_DISABLED = "endpoint.disabled"
EXAMPLE = "example.sent"
TYPES = (
    *(f"{MESSAGES}.{one}" for one in _OF_MESSAGES),
    *(SMS_RECEIVED, EMAIL_COMPLAINED, LETTER_RETURNED),
    *(ENDPOINT_FAILING, ENDPOINT_DISABLED),
)
# Which kind of endpoint has the data of such an event as its whole body. Receipts of
# messages are bodies of their own, one for each recipient.
BODY_OF = {
    SMS_RECEIVED: INBOUND_SMS,
    EMAIL_COMPLAINED: COMPLAINT,
    LETTER_RETURNED: RETURNED_LETTER,
}

# What a request may ask to be told of: `on`, and the events that each word stands for.
SUCCESS, FAILURE = "success", "failure"
OUTCOMES = {
    SUCCESS: frozenset({"message.sent", "message.delivered"}),
    FAILURE: frozenset(
        f"{MESSAGES}.{one}" for one in ("failed", "expired", "suppressed", "cancelled")
    ),
}

_FILTER = re.compile(r"[a-z]+\.(\*|[a-z_]+)")


def is_filter(text: str) -> bool:
    """Whether some event can pass: message.delivered, or message.*"""
    if not _FILTER.fullmatch(text):
        return False
    return any(_passes(text, one) for one in TYPES)


def passes(filters: Collection[str], kind: str) -> bool:
    """Whether one of the filters lets the type of event through; none lets all."""
    return not filters or any(_passes(one, kind) for one in filters)


def asked_for(on: Collection[str], kind: str) -> bool:
    """Whether a request that asked for these outcomes is told of the event."""
    return any(kind in OUTCOMES[one] for one in on)


def _passes(one: str, kind: str) -> bool:
    return one == kind or (one.endswith(".*") and kind.startswith(one[:-1]))
