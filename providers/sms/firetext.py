"""FireText, a British SMS gateway. https://www.firetext.co.uk/docs

One form POST per text. Numbers outside the United Kingdom need a key of their own.
`reference` is our message id; FireText repeats it in its receipts, which are forms. So
are texts that come in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import gettext_noop

from notify_project import egress
from providers.answers import Verdict, asking, exchange, json_object, refusal
from providers.base import (
    EVERYWHERE,
    Accepted,
    Capability,
    IncomingText,
    Provider,
    Reach,
    Receipt,
    Told,
    Word,
)
from providers.channels.sms import SmsPayload, chosen_sender, sender_problem
from providers.config import ProviderConfig, SecretStr, option
from providers.errors import Misconfigured, Permanent, ProviderError, Unknown
from providers.hooks import Forged, Hook, as_uuid, is_listed, required

API = "https://www.firetext.co.uk/api/sendsms/json"
_HOME = "+44"

_NEAR = Reach((_HOME,), _lazy("It has no key for numbers outside +44."))

_KEY = Verdict(Misconfigured, _lazy("FireText refused the API key."))
_NUMBER = Verdict(Permanent, _lazy("Texts cannot be sent to this number."))
_SENDER = Verdict(Misconfigured, _lazy("FireText refused the sender."))
_MESSAGE = Verdict(Permanent, _lazy("FireText refused the text itself."))
_CREDIT = Verdict(Misconfigured, _lazy("The FireText account has no credit left."))
_RECEIPTS = Verdict(Misconfigured, _lazy("FireText refused the receipt URL."))
_LOOP = Verdict(Permanent, _lazy("FireText took the text for one in a loop."))

# Its "code"; 0 is success. Answers come as HTTP 200 whatever they say.
_VERDICTS: Mapping[int, Verdict] = {
    1: _KEY,
    2: _NUMBER,
    3: _SENDER,
    5: _MESSAGE,
    7: _CREDIT,
    8: _RECEIPTS,
    9: _KEY,
    12: _LOOP,
}

# A receipt's status.
_STATUSES: Mapping[str, Word] = {
    "0": Word.DELIVERED,
    "1": Word.PERM_FAILED,
    "2": Word.SENT,  # pending
}
_TEMPORARY, _PERMANENT = Word.TEMP_FAILED, Word.PERM_FAILED
# Of a text that was not delivered, its code: the word, and what it means.
_CODES: Mapping[str, tuple[Word, str]] = {
    "000": (_TEMPORARY, gettext_noop("No error was reported")),
    "101": (_PERMANENT, gettext_noop("Unknown Subscriber")),
    "102": (_TEMPORARY, gettext_noop("Absent Subscriber")),
    "103": (_TEMPORARY, gettext_noop("Subscriber Busy")),
    "104": (_TEMPORARY, gettext_noop("No Subscriber Memory")),
    "201": (_PERMANENT, gettext_noop("Invalid Number")),
    "301": (_PERMANENT, gettext_noop("SMS Not Supported")),
    "302": (_TEMPORARY, gettext_noop("SMS Not Supported")),
    "401": (_PERMANENT, gettext_noop("Message Rejected")),
    "900": (_TEMPORARY, gettext_noop("Routing Error")),
}


@dataclass(frozen=True)
class FiretextConfig(ProviderConfig):
    """Two keys, whom texts come from, and where FireText reports."""

    api_key: SecretStr = option(_lazy("API key"))
    international_api_key: SecretStr | None = option(
        _lazy("International API key"),
        help=_lazy(
            "For numbers outside +44. Without it, the account is not used for them."
        ),
    )
    sender: str = option(
        _lazy("From"),
        help=_lazy("A name, a short code or a number. A message's own sender wins."),
        default="",
        check=sender_problem,
    )
    receipt_url: SecretStr | None = option(
        _lazy("Receipt URL"),
        help=_lazy(
            "Where FireText posts receipts. Empty: as it is set up with FireText."
        ),
        url=True,
    )
    inbound_auth: SecretStr | None = option(
        _lazy("Passwords of FireText's calls"),
        help=_lazy(
            "With which FireText reports and brings texts, with commas between them. "
            "Not needed where FireText calls the account's own address."
        ),
    )
    api_base: str = option(_lazy("API address"), default=API, url=True)


class Firetext(Provider[SmsPayload]):
    """Sends one text per call; `provider_ref` is what X-Message says."""

    label = "FireText"
    docs_url = "https://www.firetext.co.uk/docs"
    config_class = FiretextConfig
    capabilities = frozenset(
        {Capability.ECHO, Capability.RECEIPTS, Capability.INTERNATIONAL}
    )

    @classmethod
    def reach(cls, config: FiretextConfig) -> Reach:
        """Numbers outside the United Kingdom only with the key for them."""
        return EVERYWHERE if config.international_api_key else _NEAR

    def send(self, payload: SmsPayload) -> Accepted:
        """One POST; see providers/errors.py for what it raises."""
        response = self._post(self.config.api_base, self._order(payload))
        if _code(response) == 0:
            return Accepted(
                provider_ref=response.headers.get("X-Message", "")[:100],
                detail=f"HTTP {response.status}",
            )
        raise _error(response)

    def check(self) -> str:
        """Ask for the credit that is left: proves the keys and sends nothing."""
        url = self.config.api_base.replace("/sendsms", "/credit")
        with asking():
            for key in filter(
                None, (self.config.api_key, self.config.international_api_key)
            ):
                response = self._post(url, {"apiKey": key.reveal()})
                if _code(response) != 0:
                    raise _error(response)
        return _("FireText knows the API key.")

    def _order(self, payload: SmsPayload) -> dict[str, str]:
        order = {
            "apiKey": self._key(payload.to).reveal(),
            "from": chosen_sender(payload, self.config.sender).removeprefix("+"),
            "to": payload.to.removeprefix("+"),
            "message": payload.text,
            "reference": str(payload.message_id),
        }
        if self.config.receipt_url:
            order["receipt"] = self.config.receipt_url.reveal()
        elif self.hook_url:
            order["receipt"] = self.hook_url
        return order

    def verify_hook(self, hook: Hook) -> None:
        """FireText signs nothing: the account's address proves it, or a password."""
        listed = self.config.inbound_auth
        known = listed and is_listed(hook.password, listed.reveal())
        if not (hook.proven or known):
            raise Forged

    def read_hook(self, hook: Hook) -> Told:
        """A receipt, or a text that came in."""
        form = hook.form()
        if "message" in form and "source" in form:
            return Told(texts=(_text(form),))
        return Told(receipts=(_receipt(form),))

    def _key(self, number: str) -> SecretStr:
        if number.startswith(_HOME):
            key: SecretStr = self.config.api_key
        elif self.config.international_api_key:
            key = self.config.international_api_key
        else:
            raise Misconfigured(
                _("The account has no key for numbers outside +44."),
                code="no_international_key",
            )
        return key

    def _post(self, url: str, fields: Mapping[str, str]) -> egress.Response:
        return exchange(
            "POST",
            url,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            body=urlencode(fields).encode(),
            total_seconds=self.call_seconds,
        )


def _code(response: egress.Response) -> int | None:
    """FireText's own word on a call that it took; None where there is none."""
    if not 200 <= response.status < 300:
        return None
    code = str(json_object(response.body).get("code"))
    return int(code) if code.isdecimal() and len(code) < 6 else None


def _error(response: egress.Response) -> ProviderError:
    code = _code(response)
    if code is not None:
        verdict = _VERDICTS.get(code, _MESSAGE)
        return refusal(response, verdict=verdict, code=f"firetext_{code}")
    if 200 <= response.status < 300:
        return Unknown(
            _("FireText's answer could not be read."),
            code="unreadable",
            http_status=response.status,
        )
    return refusal(response)


def _receipt(form: Mapping[str, str]) -> Receipt:
    """By FireText's tables. A code that is not in them may be gone tomorrow."""
    reference, status = required(form, "reference", "status")
    code, detail = form.get("code", ""), ""
    word = _STATUSES.get(status, Word.SENT)
    if word == Word.PERM_FAILED and code:
        word, detail = _CODES.get(code, (Word.TEMP_FAILED, ""))
    return Receipt(
        word,
        message_id=as_uuid(reference),
        code=f"firetext_{status}_{code}"[:60].rstrip("_"),
        detail=detail,
        unlisted=status not in _STATUSES or bool(code and code not in _CODES),
        event=form.get("time", ""),
    )


def _text(form: Mapping[str, str]) -> IncomingText:
    """FireText names no id of a text: its time stands for one."""
    number, sender = required(form, "destination", "source")
    return IncomingText(form.get("time", ""), number, sender, form["message"])
