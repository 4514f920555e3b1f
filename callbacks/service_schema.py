"""Document 001: what the service callback API takes, and its words for what is wrong.

The sentences are those of the original, but for one: none repeats a bearer token.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from callbacks import kinds
from callbacks.wishes import SHORTEST_TOKEN, TOKEN_LENGTH, URL_LENGTH

TYPES = kinds.SERVICE_KINDS
_FIELDS = ("url", "bearer_token", "updated_by_id", "callback_type")
CREATE_REQUIRED = ("url", "bearer_token", "updated_by_id")
UPDATE_REQUIRED = ("updated_by_id", "callback_type")

ONE_EACH = "You can only have one URL and bearer token for your service."
NOT_A_URL = "url is not a valid https url"
NO_SERVICE = "No result found"
NOT_FOUND: Mapping[str, str] = {
    kinds.DELIVERY_STATUS: "Service delivery receipt API not found",
    kinds.INBOUND_SMS: "Service inbound API not found",
    kinds.RETURNED_LETTER: "Service returned letter API not found",
    kinds.COMPLAINT: "Service complaint API not found",
}


def wrong(data: Mapping[str, Any], required: tuple[str, ...]) -> list[str]:
    """A sentence for each thing that is wrong; none if it may be stored."""
    found = [f"{name} is a required property" for name in required if name not in data]
    found += [
        sentence
        for name, check in _CHECKS.items()
        if name in data and (sentence := check(data[name]))
    ]
    unknown = sorted(set(data) - set(_FIELDS))
    if unknown:
        names = ", ".join(one[:60] for one in unknown[:10])
        found.append(f"Additional properties are not allowed ({names})")
    return found


def _url(value: Any) -> str:
    well = isinstance(value, str) and value.startswith("https://")
    well = well and len(value) <= URL_LENGTH
    return "" if well else NOT_A_URL


def _token(value: Any) -> str:
    if not isinstance(value, str):
        return "bearer_token is not of type string"
    if len(value) < SHORTEST_TOKEN:
        return "bearer_token is too short"
    if len(value) > TOKEN_LENGTH:
        return "bearer_token is too long"
    if not value.isascii() or not value.isprintable() or " " in value:
        return "bearer_token has characters that a header cannot have"
    return ""


def _uuid(value: Any) -> str:
    try:
        UUID(value)
    except (ValueError, TypeError, AttributeError):
        return "updated_by_id is not a valid UUID"
    return ""


def _type(value: Any) -> str:
    known = ", ".join(TYPES)
    return "" if value in TYPES else f"callback_type is not one of [{known}]"


_CHECKS: Mapping[str, Callable[[Any], str]] = {
    "url": _url,
    "bearer_token": _token,
    "updated_by_id": _uuid,
    "callback_type": _type,
}
