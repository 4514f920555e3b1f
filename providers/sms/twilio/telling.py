"""What Twilio tells us: of our texts, and of those that people send to our numbers.

https://www.twilio.com/docs/messaging/guides/track-outbound-message-status,
https://www.twilio.com/docs/messaging/guides/webhook-request, and for its proof
https://www.twilio.com/docs/usage/security#validating-requests.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.http import QueryDict
from django.utils.translation import gettext_noop
from twilio.request_validator import RequestValidator

from providers.base import IncomingText, Receipt, Told, Word
from providers.hooks import Forged, Hook, as_uuid, required

SIGNATURE = "x-twilio-signature"
MESSAGE = "message"  # our id, in the address that each text's receipts go to

# By its status. What is under way says no more than that Twilio has the text.
WORDS: Mapping[str, Word] = {
    "sent": Word.SENT,
    "delivered": Word.DELIVERED,
    "read": Word.DELIVERED,
    "undelivered": Word.PERM_FAILED,
    "failed": Word.PERM_FAILED,
    "canceled": Word.PERM_FAILED,
}
_UNDER_WAY = frozenset({"accepted", "scheduled", "queued", "sending"})
_TEMPORARY, _PERMANENT = Word.TEMP_FAILED, Word.PERM_FAILED
# By its code, where a text was not delivered: the word, and what it means.
ERRORS: Mapping[str, tuple[Word, str]] = {
    "21610": (_PERMANENT, gettext_noop("The recipient answered STOP.")),
    "30001": (_TEMPORARY, gettext_noop("Too many texts were waiting.")),
    "30002": (_PERMANENT, gettext_noop("The account is suspended.")),
    "30003": (_TEMPORARY, gettext_noop("The phone cannot be reached.")),
    "30004": (_PERMANENT, gettext_noop("The network blocks texts to this number.")),
    "30005": (_PERMANENT, gettext_noop("The number does not exist.")),
    "30006": (_PERMANENT, gettext_noop("A landline, or a network out of reach.")),
    "30007": (_PERMANENT, gettext_noop("The network took the text for spam.")),
    "30008": (_TEMPORARY, gettext_noop("Not delivered; nobody knows why.")),
    "30009": (_TEMPORARY, gettext_noop("A part of the text was lost.")),
    "30010": (_PERMANENT, gettext_noop("The text costs more than is allowed.")),
    "30034": (_PERMANENT, gettext_noop("The sender's number is not registered.")),
}
_STOPPED = frozenset({"21610"})
_WISHES = {"STOP": "stop", "START": "start"}


def verify(hook: Hook, tokens: Iterable[str]) -> None:
    """By its signature, over the address and the form; raises Forged.

    An API key signs nothing: without an auth token the account's address proves it.
    """
    known = list(tokens)
    if not known:
        if not hook.proven:
            raise Forged
        return
    given = hook.headers.get(SIGNATURE, "")
    form = QueryDict(hook.body.decode("utf-8", "replace"))
    if not any(RequestValidator(one).validate(hook.url, form, given) for one in known):
        raise Forged


def read(hook: Hook) -> Told:
    """A receipt, or a text that came in; raises Unreadable."""
    form = hook.form()
    if "MessageStatus" not in form and "Body" in form:
        return Told(texts=(_text(form),))
    ref, status = required(form, "MessageSid", "MessageStatus")
    code = form.get("ErrorCode", "")
    word, detail = WORDS.get(status, Word.SENT), ""
    if word == Word.PERM_FAILED:
        word, detail = ERRORS.get(code, (word, ""))
    return Told(
        receipts=(
            Receipt(
                word,
                ref,
                as_uuid(hook.query().get(MESSAGE, "")),
                code=code,
                detail=detail or status[:60],
                keep_away="stopped" if code in _STOPPED else "",
                unlisted=status not in WORDS and status not in _UNDER_WAY,
            ),
        )
    )


def _text(form: Mapping[str, str]) -> IncomingText:
    ref, number, sender = required(form, "MessageSid", "To", "From")
    wish = _WISHES.get(form.get("OptOutType", ""), "")
    return IncomingText(ref, number, sender, form["Body"], wish)
