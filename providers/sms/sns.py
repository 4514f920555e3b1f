"""Texts by Amazon SNS. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html

What became of a text, SNS writes to CloudWatch and tells nobody: there are no receipts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from notify_project import egress
from providers.answers import Verdict, asking, refusal
from providers.aws import VERDICTS, AmazonConfig, address, ask, error_word, signer
from providers.base import Accepted, Capability, Provider
from providers.channels.sms import SmsPayload, sender_problem
from providers.config import option
from providers.errors import Misconfigured, Permanent, ProviderError, Unknown

_VERSION = "2010-03-31"
_MESSAGE_ID = re.compile(rb"<MessageId>([0-9A-Za-z-]{1,100})</MessageId>")
_IN_SANDBOX = re.compile(rb"<IsInSandbox>(true|false)</IsInSandbox>")

_OPTED_OUT = Verdict(
    Permanent, _lazy("The recipient has opted out of texts from this account.")
)
_REFUSED = Verdict(Permanent, _lazy("Amazon SNS refused the text or its number."))
_SPENT = Verdict(
    Misconfigured, _lazy("The account's monthly spending on texts is used up.")
)

_VERDICTS: Mapping[str, Verdict] = {
    **VERDICTS,
    "InvalidParameter": _REFUSED,
    "InvalidParameterException": _REFUSED,
    "OptedOut": _OPTED_OUT,
    "OptedOutException": _OPTED_OUT,
    "ParameterValueInvalid": _REFUSED,
    "UserError": _REFUSED,
    "ValidationException": _REFUSED,
    "QuotaExceeded": _SPENT,
}


@dataclass(frozen=True)
class SnsConfig(AmazonConfig):
    """The account at Amazon, and whom texts come from."""

    sender: str = option(
        _lazy("From"),
        help=_lazy(
            "A name or a number of the account. Empty: what Amazon gives each country. "
            "A message's own sender wins."
        ),
        default="",
        check=sender_problem,
    )

    def problems(self) -> Iterator[tuple[str, str]]:
        """Names that Amazon takes are letters, digits and hyphens."""
        if self.sender and not _origin(self.sender):
            yield "sender", _("Give a number, or a name of letters and digits.")


class Sns(Provider[SmsPayload]):
    """Publishes one text per call; `provider_ref` is the MessageId."""

    label = "Amazon SNS"
    docs_url = "https://docs.aws.amazon.com/sns/latest/dg/sns-mobile-phone-number-as-subscriber.html"
    config_class = SnsConfig
    capabilities = frozenset({Capability.INTERNATIONAL})

    def send(self, payload: SmsPayload) -> Accepted:
        """One POST; see providers/errors.py for what it raises."""
        response = self._ask("Publish", _order(payload, self.config.sender))
        if response.status != 200:
            raise _error(response)
        found = _MESSAGE_ID.search(response.body)
        if not found:
            raise Unknown(
                _("Amazon SNS's answer names no text."),
                code="unreadable",
                http_status=response.status,
            )
        return Accepted(provider_ref=found[1].decode(), detail="HTTP 200")

    def check(self) -> str:
        """Ask whether texts reach everybody or verified numbers only; sends nothing."""
        with asking():
            response = self._ask("GetSMSSandboxAccountStatus", {})
            if response.status != 200:
                raise _error(response)
        found = _IN_SANDBOX.search(response.body)
        if found and found[1] == b"true":
            return _("In the sandbox: only verified numbers get texts.")
        return _("Amazon SNS knows these credentials.")

    def _ask(self, action: str, fields: Mapping[str, str]) -> egress.Response:
        body = urlencode({"Action": action, "Version": _VERSION, **fields})
        return ask(
            signer(self.config, "sns"),
            "POST",
            address(self.config, "sns") + "/",
            content_type="application/x-www-form-urlencoded",
            accept="*/*",
            body=body.encode(),
            total_seconds=self.call_seconds,
        )


def _order(payload: SmsPayload, own_sender: str) -> dict[str, str]:
    """Attributes are numbered, as the API of 2010 has it."""
    attributes = {"AWS.SNS.SMS.SMSType": "Transactional"}
    attributes |= _origin(payload.sender or own_sender)
    order = {"PhoneNumber": payload.to, "Message": payload.text}
    for place, (name, value) in enumerate(attributes.items(), start=1):
        entry = f"MessageAttributes.entry.{place}"
        order |= {
            f"{entry}.Name": name,
            f"{entry}.Value.DataType": "String",
            f"{entry}.Value.StringValue": value,
        }
    return order


def _origin(sender: str) -> dict[str, str]:
    """The attribute that carries a sender; none for one that Amazon does not take."""
    if re.fullmatch(r"\+\d{5,15}|\d{3,8}", sender):
        return {"AWS.MM.SMS.OriginationNumber": sender}
    if re.fullmatch(r"(?=.*[A-Za-z])[A-Za-z0-9-]{1,11}", sender):
        return {"AWS.SNS.SMS.SenderID": sender}
    return {}


def _error(response: egress.Response) -> ProviderError:
    """By SNS's word where it is a refusal; 5xx stay Unknown."""
    word = error_word(response)
    if not word or response.status >= 500:
        return refusal(response)
    verdict = _VERDICTS.get(word)
    return refusal(
        response,
        verdict=verdict,
        code="opted_out" if verdict is _OPTED_OUT else word,
    )
