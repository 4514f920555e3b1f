"""Why a message waits, failed or went on, told to people: codes as sentences.

The API and the ledger keep the codes; what stands here is for pages only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from delivery import passed_over
from delivery.models import Notification
from delivery.models.notification import OURS, TRYOUT
from delivery.states import Status
from providers.registry import UnknownProvider, provider_class
from tenants.models.credentials import KeyType

# The ledger's causes. Where an end reads otherwise than a wait, it is in _ENDS.
CAUSES: Mapping[str, str | Promise] = {
    "accepted": gettext_lazy("Accepted and queued."),
    "begin": gettext_lazy("An attempt began."),
    "look_up": gettext_lazy("The provider is asked whether it has the message."),
    "temporary": gettext_lazy("The provider could not take it now. It is tried again."),
    "throttled": gettext_lazy("The provider asked us to slow down. It is tried again."),
    "refused": gettext_lazy("The provider refused it."),
    "gave_up": gettext_lazy("Given up: it could not be sent in the time there was."),
    "misconfigured": gettext_lazy("It waits: the account needs mending."),
    "outcome_unknown": gettext_lazy("Nobody can say yet whether it was sent."),
    "repeat_same_key": gettext_lazy(
        "The same call is made again: the provider knows a repeat when it sees one."
    ),
    "not_found": gettext_lazy("The provider does not have it yet. It is asked again."),
    "surely_not_sent": gettext_lazy("The provider never had it. It is sent afresh."),
    "look_up_failed": gettext_lazy("The provider could not be asked. We try again."),
    "retry_once": gettext_lazy("Sent once more, though the first may have arrived."),
    "accepted_before": gettext_lazy("An earlier attempt turned out to be accepted."),
    "not_called": gettext_lazy("The worker stopped before the call. Queued again."),
    "poison": gettext_lazy("Taken aside: workers died over it again and again."),
    "tenant_inactive": gettext_lazy("It waits: the tenant is switched off."),
    "account_pausing": gettext_lazy("It waits: the provider asked us to slow down."),
    "account_broken": gettext_lazy("It waits: the provider does not answer."),
    "account_busy": gettext_lazy("It waits: others are before it."),
    "no_account": gettext_lazy("It waits: no active account can carry it."),
    "unreadable": gettext_lazy("Given up: its stored content cannot be read."),
    "documents_made": gettext_lazy("Its files or words were made."),
    "document_waits": gettext_lazy(
        "It waits: a file or a text cannot be made just now."
    ),
    "document_failed": gettext_lazy("Given up: a file could not be made."),
    "cancelled": gettext_lazy("Cancelled before it left."),
    "erased": gettext_lazy("Cancelled, since its recipient was erased."),
    "invalid_address": gettext_lazy("Not sent: its address cannot be used."),
    "words_failed": gettext_lazy("Not sent: its words cannot be made."),
    "rescheduled": gettext_lazy("Given another time."),
    "replayed": gettext_lazy("Queued again by hand."),
    "expired": gettext_lazy("Its time ran out before it could be sent."),
    "suppressed": gettext_lazy("Kept back."),
    "lease_expired": gettext_lazy("The worker that had it vanished."),
    "receipt": gettext_lazy("The provider reported: {state}."),
    "receipt_unlisted": gettext_lazy(
        "The provider reported something that its documents do not explain."
    ),
    "complaint": gettext_lazy("The recipient complained of it."),
}
_ENDS: Mapping[str, str | Promise] = {
    "misconfigured": gettext_lazy("Given up: nobody mended the account in time."),
    "outcome_unknown": gettext_lazy("Given up: nobody can say whether it was sent."),
    "tenant_inactive": gettext_lazy("Given up: the tenant stayed switched off."),
    "account_pausing": gettext_lazy("Given up: the provider had no room for too long."),
    "account_broken": gettext_lazy("Given up: the provider did not answer in time."),
    "no_account": gettext_lazy("Given up: no active account could carry it."),
    "document_waits": gettext_lazy("Given up: what it needs was not made in time."),
}
# Codes of ours on a message or an attempt; each says all that its detail says.
_WHOLE: Mapping[str, str | Promise] = {
    "no_account": gettext_lazy(
        "No active account can carry this message. Add one, or switch one on."
    ),
    "account_pausing": gettext_lazy("The provider asked us to slow down."),
    "account_broken": gettext_lazy(
        "The provider does not answer; it is tried again now and then."
    ),
    "account_busy": gettext_lazy(
        "Others are before it: the account takes only so many at a time."
    ),
    "tenant_inactive": gettext_lazy("The tenant is switched off; the message waits."),
    "expired": gettext_lazy("It was not sent before it expired."),
    "poison": gettext_lazy(
        "Workers died over this message again and again; it was taken aside."
    ),
    "worker_lost": gettext_lazy(
        "The worker that was sending it vanished, so it may have been sent."
    ),
    "unreadable": gettext_lazy("The stored content cannot be read."),
    "invalid_address": gettext_lazy("The address cannot be written to."),
}
# These say what it means for the message; the detail says what the provider said.
_HEADS: Mapping[str, str | Promise] = {
    "misconfigured": gettext_lazy(
        "The account's settings are wrong. Mend them, then press Check connection."
    ),
    "outcome_unknown": gettext_lazy(
        "Nobody can say whether it was sent, so it is not sent again."
    ),
    "gave_up": gettext_lazy("It could not be sent in the time there was."),
    "document_waits": gettext_lazy("A file or a text cannot be made just now."),
    "document_failed": gettext_lazy("A file could not be made."),
    "words_failed": gettext_lazy("Its words cannot be made."),
    "unclassified": gettext_lazy("The call ended in a way that nobody foresaw."),
}
# What sandboxes answer, in every language; they write it in English.
SANDBOX_SAYS = (
    gettext_lazy("Accepted by the sandbox; nothing was delivered."),
    gettext_lazy("Simulated by the sandbox."),
)
# Codes of ours whose detail is a sentence that says the same.
_SILENT = re.compile(
    r"http_\d+|temporary|permanent|misconfigured|unknown|absent|not_sent|no_answer|"
    r"address_not_allowed|unknown_provider|invalid_config|busy|tls|timeout|"
    r"connection_lost|lost_after_dot|no_starttls|unencrypted_auth|no_auth|sandbox|"
    r"message_too_long|delivery_failed|suppressed|"
)
_STATUS = re.compile(r"(.*\S) \(HTTP (\d{3})\)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said, in words; `code` is the provider's own, where it gave one."""

    text: str
    code: str = ""


def cause(code: str, *, became: str, state: str) -> str | None:
    """A ledger entry's cause as a sentence; None for one that is not known."""
    ended = became == Status.DEAD
    found = _ENDS.get(code) if ended else None
    found = found or CAUSES.get(code)
    return str(found).format(state=state) if found else None


def answer(code: str, detail: str) -> Answer:
    """An error or a wait with its code, as stored."""
    if code in _WHOLE:
        return Answer(_and(str(_WHOLE[code]), passed_over.told(detail)))
    if code in _HEADS:
        return Answer(_and(str(_HEADS[code]), told(detail)))
    return Answer(told(detail), "" if _SILENT.fullmatch(code) else code)


def told(detail: str) -> str:
    """A stored sentence in the reader's language, where it is one of ours.

    Workers write them in English; a provider's own words stay as they are.
    """
    if not detail:
        return ""
    parts = _STATUS.fullmatch(detail)
    return f"{_(parts[1])} (HTTP {parts[2]})" if parts else _(detail)


def provider(key: str) -> str:
    """A provider's name for people; the key itself where its file is gone."""
    try:
        return str(provider_class(key).label)
    except UnknownProvider:
        return key


def detail(code: str, text: str) -> str:
    """What a ledger entry has to add to the sentence of its cause."""
    if code in ("begin", "look_up"):
        called, _end, _lines = text.partition("\n")
        key, _space, account = called.partition(" ")
        return _and(_and(provider(key), account), passed_over.told(text))
    if code in _WHOLE or code == "lease_expired":
        return passed_over.told(text)
    if code == "rescheduled" and (moment := parse_datetime(text)):
        return _moment(moment)
    return told(text)


def _moment(at: datetime) -> str:
    """By the reader's clock, with UTC beside."""
    utc = at.astimezone(UTC)
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M %Z} ({utc:%Y-%m-%d %H:%M} UTC)"


def _and(first: str, more: str) -> str:
    return f"{first} {more}" if more else first


def asked_by(notification: Notification) -> str:
    """The key that asked for it, and what such a key reaches."""
    if notification.key_type == OURS:
        return _("Notify itself")
    if notification.key_type == TRYOUT:
        return _("A test send of %(person)s") % {"person": notification.key_name}
    kind = dict(KeyType.choices).get(notification.key_type, notification.key_type)
    return f"{notification.key_name} ({kind})" if notification.key_name else str(kind)
