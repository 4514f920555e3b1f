"""What became of a notification, told to people: each ledger entry as a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from delivery import reasons
from delivery.attempts import HELD
from delivery.models import Content, LedgerEntry, Message, Notification
from delivery.models.notification import TRYOUT
from delivery.outcomes import Kind
from delivery.states import Overall, Status
from notify_project.db.encryption import CannotOpen
from providers.channels.base import channel
from tenants.models.credentials import KeyType

_O, _S = Overall, Status

OVERALL_WORDS: Mapping[str, str | Promise] = {
    _O.SCHEDULED: gettext_lazy("Scheduled"),
    _O.QUEUED: gettext_lazy("Queued"),
    _O.SENDING: gettext_lazy("Sending"),
    _O.COMPLETED: gettext_lazy("Completed"),
    _O.PARTIALLY_COMPLETED: gettext_lazy("Partly completed"),
    _O.FAILED: gettext_lazy("Failed"),
    _O.CANCELLED: gettext_lazy("Cancelled"),
    _O.SUPPRESSED: gettext_lazy("Suppressed"),
}
STATE_WORDS: Mapping[str, str | Promise] = {
    _S.QUEUED: gettext_lazy("Queued"),
    _S.CLAIMED: gettext_lazy("Queued"),
    _S.SENDING: gettext_lazy("Sending"),
    _S.UNKNOWN: gettext_lazy("Outcome unknown"),
    _S.SENT: gettext_lazy("Sent"),
    _S.DELIVERED: gettext_lazy("Delivered"),
    _S.TEMP_FAILED: gettext_lazy("Failed for now"),
    _S.PERM_FAILED: gettext_lazy("Failed for good"),
    _S.FAILED: gettext_lazy("Failed"),
    _S.DEAD: gettext_lazy("Given up"),
    _S.EXPIRED: gettext_lazy("Expired"),
    _S.SUPPRESSED: gettext_lazy("Suppressed"),
    _S.CANCELLED: gettext_lazy("Cancelled"),
}
# How a badge looks: the five kinds that the admin's style has.
KINDS: Mapping[str, str] = {
    **dict.fromkeys((_O.COMPLETED, _S.SENT, _S.DELIVERED), "success"),
    **dict.fromkeys((_O.SCHEDULED, _O.QUEUED, _O.SENDING, _S.CLAIMED), "info"),
    **dict.fromkeys((_O.PARTIALLY_COMPLETED, _S.UNKNOWN, _S.TEMP_FAILED), "warning"),
    **dict.fromkeys((_O.FAILED, _S.PERM_FAILED, _S.DEAD, _S.EXPIRED), "danger"),
    **dict.fromkeys((_O.CANCELLED, _O.SUPPRESSED), "default"),
}
OUTCOME_WORDS: Mapping[str, str | Promise] = {
    "": gettext_lazy("runs"),
    Kind.ACCEPTED: gettext_lazy("accepted"),
    Kind.TEMPORARY: gettext_lazy("failed for now"),
    Kind.PERMANENT: gettext_lazy("refused"),
    Kind.MISCONFIGURED: gettext_lazy("the account needs mending"),
    Kind.UNKNOWN: gettext_lazy("unknown"),
    Kind.ABSENT: gettext_lazy("the provider does not have it"),
    Kind.NOT_CALLED: gettext_lazy("not called"),
    HELD: gettext_lazy("held, nobody was called"),
}
KIND_WORDS: Mapping[str, str | Promise] = {
    "to": pgettext_lazy("kind of recipient", "to"),
    "cc": pgettext_lazy("kind of recipient", "cc"),
    "bcc": pgettext_lazy("kind of recipient", "bcc"),
}
LAYER_WORDS: Mapping[str, str | Promise] = {
    "system": gettext_lazy("the system's defaults"),
    "tenant": gettext_lazy("the tenant's defaults"),
    "event": gettext_lazy("the event type"),
    "request": gettext_lazy("the call"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the timeline. `kind` is a badge's; `url` leads to more, if any."""

    at: datetime
    channel: str
    sentence: str
    detail: str
    kind: str
    url: str = ""


def timeline(entries: Iterable[LedgerEntry], messages: Sequence[Message]) -> list[Told]:
    """The entries in their order, in words; no query."""
    channels = {one.id: channel(one.channel).label for one in messages}
    return [
        Told(
            one.at,
            str(channels.get(one.message_id, "")),
            sentence(one),
            reasons.detail(one.cause, one.detail),
            KINDS.get(one.became, "default"),
        )
        for one in entries
    ]


def sentence(entry: LedgerEntry) -> str:
    """What an entry says; an unknown cause is told by its state and its own word."""
    state = str(STATE_WORDS.get(entry.became, entry.became))
    if entry.cause == "accepted" and entry.was:
        return _("The provider took it.")
    known = reasons.cause(entry.cause, became=entry.became, state=state)
    if known:
        return known
    if entry.became == entry.was or not entry.cause:
        return entry.cause.replace("_", " ") or state
    return _("%(state)s (%(cause)s).") % {
        "state": state,
        "cause": entry.cause.replace("_", " "),
    }


def layer_in_words(name: str) -> str:
    """What people call a layer; "system+tenant" is both."""
    return " + ".join(str(LAYER_WORDS.get(one, one)) for one in name.split("+"))


MADE_OF: Mapping[str, str | Promise] = {
    "template": gettext_lazy("Template, layout or partial"),
    "group": gettext_lazy("Group"),
    "list": gettext_lazy("List"),
    "locale": gettext_lazy("Language"),
}


def made_of(
    contents: QuerySet[Content], notification: Notification
) -> list[tuple[str, str, str]]:
    """By channel what its words and recipients came from: (channel, what, name); one
    query. Nothing of a content that is not kept any more."""
    try:
        found = list(contents.filter(notification=notification).order_by("channel"))
    except (CannotOpen, ValueError):  # what it was made of is not told then
        return []
    return [
        (str(channel(one.channel).label), str(MADE_OF[what]), name)
        for one in found
        for what, name in _named(one.body)
    ]


def _named(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, number in body.get("madeOf", {}).items():
        version = _("%(name)s, version %(number)s")
        yield "template", version % {"name": name, "number": number}
    if body.get("locale"):
        yield "locale", body["locale"]
    for what, name in body.get("named", ()):
        yield what, name


def is_test(notification: Notification) -> bool:
    """Whether a test key asked for it: it reached nobody."""
    return notification.key_type == KeyType.TEST


def is_tryout(notification: Notification) -> bool:
    """Whether a designer sent it to themselves."""
    return notification.key_type == TRYOUT
