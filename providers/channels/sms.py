"""SMS: the channel, its senders, and what a text may be.

phones.py has the rules of numbers, gsm.py the price of a text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import gettext_noop

from providers.channels.base import (
    Channel,
    ContentField,
    HandOver,
    InvalidAddress,
    InvalidContent,
)
from providers.channels.gsm import (
    Segments,
    control_character,
    normalise_text,
    segments,
)
from providers.channels.phones import is_abroad, normalise_phone
from providers.errors import Misconfigured

__all__ = [
    "Segments",
    "Sms",
    "SmsPayload",
    "check_text",
    "chosen_sender",
    "normalise_sender",
    "normalise_text",
    "segments",
    "sender_problem",
]

TEXT_LENGTH = 918  # places, as GOV.UK Notify has it: six full GSM segments
GSM_SEGMENTS = 6
_ABROAD = frozenset({"international"})


class InvalidSender(InvalidContent):
    """A sender that no text can come from."""

    code = "invalid_sender"
    title = gettext_noop("The sender is not valid for SMS")


@dataclass(frozen=True, slots=True)
class SmsPayload:
    """One text to one person. `to` is E.164; `sender` is as `normalise_sender` has it.

    `sender` may be "": then the account's own is used. `reference` is the same in all
    attempts at one message.
    """

    message_id: UUID
    reference: str
    sender: str
    to: str = field(repr=False)
    text: str = field(repr=False)


class Sms(Channel):
    """The channel "sms"."""

    code = "sms"
    label = _lazy("SMS")
    label_plural = _lazy("Text messages")
    address_label = _lazy("Phone number")
    content_fields = (ContentField("body", _lazy("Text"), multiline=True),)
    payload_class = SmsPayload

    def normalise(self, address: str, *, region: str) -> str:
        """E.164, as in +17787001234; a number without country code is `region`'s.

        Raises InvalidAddress with the code phone_letters, phone_extension,
        phone_country, phone_too_short, phone_too_long, phone_premium_rate,
        phone_satellite or phone_unreadable.
        """
        return normalise_phone(address, region=region)

    def finish(self, texts: Mapping[str, str], *, path: str) -> dict[str, str]:
        """Texts as they are handed over, by `check_text`."""
        return {**texts, "body": check_text(texts["body"], field=f"{path}.body")}

    def measured(self, texts: Mapping[str, str]) -> str:
        """How many parts are billed, and why so many."""
        told = segments(texts.get("body", ""))
        return _(
            "Parts that are billed: %(count)s (%(encoding)s, %(length)s places)"
        ) % {
            "count": told.count,
            "encoding": told.encoding,
            "length": told.length,
        }

    def needs(self, address: str, *, region: str) -> frozenset[str]:
        """A number of another country than the tenant's asks for who can text it."""
        return _ABROAD if is_abroad(address, region=region) else frozenset()

    def payload(self, order: HandOver) -> SmsPayload:
        return SmsPayload(
            message_id=order.message_id,
            reference=order.reference,
            sender=order.sender,
            to=order.to[0],
            text=order.texts["body"],
        )

    def normalise_sender(self, sender: str, *, region: str) -> str:
        """As the function of this name; raises InvalidSender."""
        return normalise_sender(sender, region=region)


def check_text(text: str, *, field: str = "body") -> str:
    """The text as it is handed over; `field` names it in errors, as in sms.body.

    Raises InvalidContent with the code sms_empty, sms_control_character or
    sms_too_long: more than 918 places, or more than six segments of GSM.
    """
    found = control_character(text)
    if found:
        raise InvalidContent(
            _(
                "%(field)s has the control character %(name)s at place %(place)s. "
                "Remove it."
            )
            % {"field": field, "name": found[1], "place": found[0]},
            field=field,
            code="sms_control_character",
        )
    # Normalising shortens, but never that much: a megabyte is refused, not polished.
    hopeless = len(text) > 20 * TEXT_LENGTH
    normalised = text if hopeless else normalise_text(text)
    if not normalised:
        raise InvalidContent(
            _("%(field)s is empty. Give a text.") % {"field": field},
            field=field,
            code="sms_empty",
        )
    _check_length(segments(normalised), field)
    return normalised


def _check_length(cost: Segments, field: str) -> None:
    dear = cost.encoding == "GSM-7" and cost.count > GSM_SEGMENTS
    if cost.length > TEXT_LENGTH or dear:
        raise InvalidContent(
            _(
                "%(field)s takes %(length)s characters (%(count)s text messages); at "
                "most %(limit)s are allowed. Shorten it."
            )
            % {
                "field": field,
                "length": cost.length,
                "count": cost.count,
                "limit": TEXT_LENGTH,
            },
            field=field,
            code="sms_too_long",
        )


# A sender that is no number of this account, in the forms that networks know.
_SHORT_CODE = re.compile(r"[1-9]\d{2,7}")
_NAME = re.compile(r"[A-Za-z0-9 &._+-]{1,11}")
_SERVICE = re.compile(r"MG[0-9a-f]{32}")


def normalise_sender(sender: str, *, region: str, field: str = "sender") -> str:
    """The one form of a sender; raises InvalidSender.

    A name (at most 11 letters, digits, spaces and & . _ + -, with one letter at
    least), a short code of 3 to 8 digits, an E.164 number, or the id of a messaging
    service, which only the provider whose pool it names can take.
    """
    bare = sender.strip()
    if _SERVICE.fullmatch(bare) or _SHORT_CODE.fullmatch(bare):
        return bare
    if re.search("[^\\W\\d_]", bare):
        return _name(bare, field)
    try:
        return Sms().normalise(bare, region=region)
    except InvalidAddress as refusal:
        raise InvalidSender(refusal.message, field=field, code=refusal.kind) from None


def sender_problem(sender: str) -> str | None:
    """What is wrong with the sender of an account's settings, or None."""
    try:
        normalise_sender(sender, region="")
    except InvalidSender as refused:
        return refused.message
    return None


def chosen_sender(payload: SmsPayload, own: str) -> str:
    """The message's sender, else the account's own; Misconfigured for neither."""
    if payload.sender or own:
        return payload.sender or own
    raise Misconfigured(
        _("The account has no sender, and the message brings none. Give it one."),
        code="no_sender",
    )


def _name(bare: str, field: str) -> str:
    if not _NAME.fullmatch(bare):
        raise InvalidSender(
            _(
                "%(field)s is not a name that texts can come from: at most 11 letters, "
                "digits, spaces and & . _ + - are allowed."
            )
            % {"field": field},
            field=field,
        )
    return bare
