"""Callbacks in words for people: events, states, what went wrong."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from callbacks import kinds
from callbacks.models import DEAD, DELIVERED, FAILED, Callback, Endpoint
from notify_project import egress

Words = str | Promise

# Of the API; what is under way waits too.
WAITING = "waiting"
STATES: Mapping[str, Words] = {
    WAITING: _("Waiting"),
    DELIVERED: _("Told"),
    FAILED: _("Failed"),
    DEAD: _("Given up"),
}
KINDS: Mapping[str, str] = {
    WAITING: "info",
    DELIVERED: "success",
    FAILED: "danger",
    DEAD: "danger",
}
CHANNELS: Mapping[str, Words] = {
    "email": _("E-mail"),
    "sms": _("SMS"),
    "msgApp": _("Chat"),
}
EVENTS: Mapping[str, Words] = {
    "message.*": _("All that becomes of messages"),
    "message.sent": _("Sent: a provider took it"),
    "message.delivered": _("Delivered"),
    "message.failed": _("Failed"),
    "message.expired": _("Expired before it could be sent"),
    "message.suppressed": _("Kept back by the suppression list"),
    "message.cancelled": _("Cancelled"),
    "sms.received": _("A text message was received"),
    "email.complained": _("Somebody complained of a mail"),
    "letter.returned": _("A letter came back"),
    "endpoint.failing": _("Another endpoint has failed for a day"),
    "endpoint.disabled": _("Another endpoint was switched off"),
}
_EXAMPLE = _("An example")
_ERRORS: Mapping[str, Words] = {
    "": "",
    "status": "",  # the HTTP status says it
    "unclassified": _("The call broke on our side."),
    "workers_lost": _("Given up: workers died over it again and again."),
    "expunged": _("Not told: its content was deleted while it waited."),
    "unreadable": _("Given up: what is stored cannot be read."),
}


def state(one: Callback) -> str:
    """As the API says it."""
    return WAITING if one.finished_at is None else one.state


def event(type: str) -> Words:
    """A sentence for it; the type itself where there is none."""
    return _EXAMPLE if type == kinds.EXAMPLE else EVENTS.get(type, type)


def answer(http_status: int | None, error: str) -> str:
    """What an attempt brought."""
    if http_status:
        return f"HTTP {http_status}"
    told = _ERRORS.get(error)
    return str(egress.EgressError(error).detail if told is None else told)


def health(one: Endpoint) -> tuple[str, str]:
    """A kind, and the words."""
    if not one.active:
        return "off", str(one.get_off_because_display())
    if one.health.is_open:
        return "failing", str(_("Failing: one call at a time is tried"))
    return "on", str(_("Active"))
