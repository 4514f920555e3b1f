"""What SES publishes of a mail, in our words.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
and, of an identity's own feedback, notification-contents.html there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from providers.answers import json_object
from providers.base import Receipt, Word
from providers.errors import redacted
from providers.hooks import Unreadable, as_uuid

_COMPLAINED = gettext_noop("The recipient complained of the mail.")
_DELIVERED = gettext_noop("The recipient's mail server took the mail.")
_REJECTED = gettext_noop("Amazon SES refused the mail: it holds a virus.")
_DELAYED = gettext_noop("It is under way; the recipient's mail server lets it wait.")

Told = Mapping[str, Any]


def read(message: str, *, event: str, tag: str) -> tuple[Receipt, ...]:
    """A receipt for each recipient that is named; none for opens and clicks.

    `tag` names the tag of a mail that holds our own id. Raises Unreadable.
    """
    told: Told = json_object(message.encode())
    mail = told.get("mail")
    kind = str(told.get("eventType") or told.get("notificationType") or "")
    if not isinstance(mail, dict) or not kind or not mail.get("messageId"):
        raise Unreadable(_("This is no event of a mail."))
    about = _about(mail, tag)
    found = _READERS.get(kind)
    if found is None:
        return () if kind in _SILENT else (_unlisted(kind, about, event),)
    part = told.get(f"{kind[0].lower()}{kind[1:]}")
    return tuple(
        Receipt(event=event, **about, **one)
        for one in found(part if isinstance(part, dict) else {}, mail)
    )


def _about(mail: Told, tag: str) -> dict[str, Any]:
    tags = mail.get("tags")
    named = tags.get(tag) if isinstance(tags, dict) else None
    ours = named[0] if isinstance(named, list) and named else ""
    return {"provider_ref": str(mail["messageId"])[:200], "message_id": as_uuid(ours)}


def _delivery(part: Told, mail: Told) -> Iterator[dict[str, Any]]:
    for address in _texts(part.get("recipients")):
        yield {"word": Word.DELIVERED, "address": address, "detail": _DELIVERED}


def _bounce(part: Told, mail: Told) -> Iterator[dict[str, Any]]:
    """For good, or not: what is undetermined may be gone tomorrow."""
    for_good = part.get("bounceType") == "Permanent"
    for one in _objects(part.get("bouncedRecipients")):
        said = redacted(str(one.get("diagnosticCode") or ""))
        yield {
            "word": Word.PERM_FAILED if for_good else Word.TEMP_FAILED,
            "address": str(one.get("emailAddress") or ""),
            "code": str(one.get("status") or part.get("bounceSubType") or "")[:60],
            "detail": said or str(part.get("bounceSubType") or ""),
            "keep_away": "bounced" if for_good else "",
        }


def _complaint(part: Told, mail: Told) -> Iterator[dict[str, Any]]:
    """The mail has arrived, or nobody could complain of it."""
    for one in _objects(part.get("complainedRecipients")):
        yield {
            "word": Word.DELIVERED,
            "address": str(one.get("emailAddress") or ""),
            "code": str(part.get("complaintFeedbackType") or "")[:60],
            "detail": _COMPLAINED,
            "keep_away": "complained",
        }


def _reject(part: Told, mail: Told) -> Iterator[dict[str, Any]]:
    code = str(part.get("reason") or "")[:60]
    yield {"word": Word.PERM_FAILED, "code": code, "detail": _REJECTED}


def _send(part: Told, mail: Told) -> Iterator[dict[str, Any]]:
    yield {"word": Word.SENT}


def _delay(part: Told, mail: Told) -> Iterator[dict[str, Any]]:
    yield {"word": Word.SENT, "detail": _DELAYED}


_READERS: Mapping[str, Callable[[Told, Told], Iterator[dict[str, Any]]]] = {
    "Bounce": _bounce,
    "Complaint": _complaint,
    "Delivery": _delivery,
    "DeliveryDelay": _delay,
    "Reject": _reject,
    "Send": _send,
}
_SILENT = frozenset({"Open", "Click", "Subscription", "AmazonSnsSubscriptionSucceeded"})


def _unlisted(kind: str, about: Mapping[str, Any], event: str) -> Receipt:
    return Receipt(Word.SENT, code=kind[:60], unlisted=True, event=event, **about)


def _texts(given: object) -> Sequence[str]:
    return [str(one) for one in given] if isinstance(given, list) else []


def _objects(given: object) -> Sequence[Told]:
    rows = given if isinstance(given, list) else []
    return [one for one in rows if isinstance(one, dict)]
