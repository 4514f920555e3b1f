"""Amazon SES, API version 2. https://docs.aws.amazon.com/ses/latest/APIReference-V2/

A mail goes as the bytes that every other mail server gets from us, so that files,
headers and names in any script come out alike. SES puts a Message-ID of its own on it.
What becomes of it comes by an SNS topic to the account's address (events.py).
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from notify_project import egress
from providers import notices
from providers.answers import Verdict, asking, json_bytes, json_object, refusal
from providers.aws import (
    VERDICTS,
    AmazonConfig,
    address,
    ask,
    error_word,
    error_words,
    signer,
)
from providers.base import Accepted, Capability, DnsRecord, Provider, Told
from providers.channels.email import EmailPayload
from providers.channels.mime import message_bytes
from providers.config import option
from providers.email.ses import events
from providers.errors import Misconfigured, Permanent, ProviderError, Unknown
from providers.hooks import Hook, Unreadable

MESSAGE_TAG = "notify_message_id"  # comes back in the events of a configuration set
_LISTED = 100

_REJECTED = Verdict(Permanent, _lazy("Amazon SES refused the mail."))
_NOT_VERIFIED = Verdict(
    Permanent,
    _lazy(
        "Amazon SES does not know the sender; in its sandbox, recipients have to be "
        "verified too."
    ),
)
_MAIL_FROM = Verdict(
    Permanent, _lazy("The domain for bounces (MAIL FROM) is not verified with SES.")
)
_QUOTA = Verdict(
    Misconfigured, _lazy("The account has sent as much as SES allows in 24 hours.")
)
_SUSPENDED = Verdict(
    Misconfigured, _lazy("Amazon SES has suspended or paused the account's sending.")
)
_SETTINGS = Verdict(
    Misconfigured, _lazy("Amazon SES does not know the configuration set.")
)

# https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html#API_SendEmail_Errors
_VERDICTS: Mapping[str, Verdict] = {
    **VERDICTS,
    "AccountSuspendedException": _SUSPENDED,
    "BadRequestException": _REJECTED,
    "InvalidParameterValue": _REJECTED,
    "LimitExceededException": _QUOTA,
    "MailFromDomainNotVerifiedException": _MAIL_FROM,
    "MessageRejected": _REJECTED,
    "NotFoundException": _SETTINGS,
    "SendingPausedException": _SUSPENDED,
    "ValidationException": _REJECTED,
}
# One word of theirs stands for several things; these tell them apart.
_BY_WORDS: tuple[tuple[str, Verdict], ...] = (
    ("daily message quota exceeded", _QUOTA),
    ("address is not verified", _NOT_VERIFIED),
)


def _topics_problem(value: str) -> str | None:
    strange = [one for one in _topics(value) if not notices.is_topic(one)]
    if not strange:
        return None
    return _("Give ARNs such as arn:aws:sns:ca-central-1:123456789012:mail.")


def _topics(value: str) -> list[str]:
    return [one.strip() for one in value.split(",") if one.strip()]


@dataclass(frozen=True)
class SesConfig(AmazonConfig):
    """The account at Amazon, and the configuration set that reports events."""

    configuration_set: str = option(
        _lazy("Configuration set"),
        help=_lazy(
            "Publishes what became of a mail. Empty: the identity's own, if any."
        ),
        default="",
        pattern="[A-Za-z0-9_-]+",
        max=64,
    )
    topics: str = option(
        _lazy("SNS topics"),
        help=_lazy(
            "ARNs of the topics that SES publishes to, with commas between them. Only "
            "what comes from these is believed."
        ),
        default="",
        check=_topics_problem,
    )


class Ses(Provider[EmailPayload]):
    """Hands a mail to SES; `provider_ref` is the MessageId that its events carry."""

    label = "Amazon SES"
    docs_url = (
        "https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html"
    )
    config_class = SesConfig
    capabilities = frozenset({Capability.ATTACHMENTS, Capability.RECEIPTS})
    recipients_per_call = 50
    call_seconds = 15.0

    def send(self, payload: EmailPayload) -> Accepted:
        """One POST for the whole envelope; see providers/errors.py for its errors."""
        if len(payload.recipients) > self.recipients_per_call:
            raise Permanent(_("Amazon SES takes 50 recipients at once."))
        try:
            written = message_bytes(payload)
        except (ValueError, UnicodeError):
            raise Permanent(_("The message cannot be written as a mail.")) from None
        body = _with_data(json_bytes(self._order(payload)), written)
        response = self._ask("POST", "/v2/email/outbound-emails", body)
        if response.status != 200:
            raise _error(response)
        found = json_object(response.body).get("MessageId")
        if not isinstance(found, str) or not found:
            raise Unknown(
                _("Amazon SES's answer names no message."),
                code="unreadable",
                http_status=response.status,
            )
        return Accepted(provider_ref=found[:200], detail="HTTP 200")

    def _order(self, payload: EmailPayload) -> dict[str, object]:
        """All but the mail itself. Addresses are in punycode already: the channel's
        normal form has them so."""
        order: dict[str, object] = {
            "FromEmailAddress": payload.sender,
            "Destination": {
                "ToAddresses": payload.to,
                "CcAddresses": payload.cc,
                "BccAddresses": payload.bcc,
            },
            "Content": {"Raw": {"Data": ""}},
            "EmailTags": [{"Name": MESSAGE_TAG, "Value": str(payload.message_id)}],
        }
        if self.config.configuration_set:
            order["ConfigurationSetName"] = self.config.configuration_set
        return order

    def verify_hook(self, hook: Hook) -> None:
        """By the signature of SNS, of a topic of this account; see notices.py."""
        notices.verified(hook, topics=_topics(self.config.topics))

    def read_hook(self, hook: Hook) -> Told:
        """What became of a mail; a topic that asks whether we want it is told so."""
        notice = notices.verified(hook, topics=_topics(self.config.topics))
        if notice.confirm_url:
            self._subscribe(notice)
        if notice.kind != "Notification":
            return Told()
        told = events.read(notice.message, event=notice.id, tag=MESSAGE_TAG)
        return Told(receipts=told)

    def _subscribe(self, notice: notices.Notice) -> None:
        try:
            notices.confirm(notice)
        except egress.EgressError:
            # SNS asks again some time later.
            raise Unreadable(_("Amazon SNS could not be told.")) from None

    def check(self) -> str:
        """Ask how the account stands: three calls at most, and nothing is sent."""
        with asking():
            account = self._told("/v2/email/account")
            listed = self._told(f"/v2/email/identities?PageSize={_LISTED}")
        return " ".join(_findings(account, listed))

    def dns_records(self, domain: str) -> Sequence[DnsRecord]:
        """Three aliases by which SES signs, and its servers in SPF; one call."""
        with asking():
            told = self._identity(domain)
        signing = told.get("DkimAttributes") or {}
        tokens = signing.get("Tokens") or []
        status = f"Amazon SES: {signing.get('Status') or '?'}"
        return (
            DnsRecord("SPF", domain, "TXT", "include:amazonses.com"),
            *(
                DnsRecord(
                    "DKIM",
                    f"{token}._domainkey.{domain}",
                    "CNAME",
                    f"{token}.dkim.amazonses.com",
                    told=status,
                )
                for token in tokens
            ),
        )

    def _identity(self, domain: str) -> Mapping[str, Any]:
        try:
            return self._told(f"/v2/email/identities/{quote(domain, safe='')}")
        except Misconfigured as error:
            if error.http_status != 404:
                raise
        raise Permanent(
            _(
                "Amazon SES has no identity of this domain. Add it there: then it "
                "names the DKIM records."
            )
        )

    def _told(self, path: str) -> Mapping[str, Any]:
        response = self._ask("GET", path)
        if response.status != 200:
            raise _error(response)
        return json_object(response.body)

    def _ask(self, method: str, path: str, body: bytes = b"") -> egress.Response:
        return ask(
            signer(self.config, "ses"),
            method,
            address(self.config, "email") + path,
            body=body,
            total_seconds=self.call_seconds,
        )


def _with_data(order: bytes, written: bytes) -> bytes:
    """The order with the mail in it: as text it would be copied three times more.

    Inside a JSON text quotes are escaped, so the empty Data is found for sure.
    """
    head, mark, tail = order.partition(b'"Data":"')
    return b"".join((head, mark, base64.b64encode(written), tail))


def _error(response: egress.Response) -> ProviderError:
    """By SES's word where it is a refusal; 5xx stay Unknown."""
    word = error_word(response)
    if not word or response.status >= 500:
        return refusal(response)
    words = error_words(response).lower()
    by_words = [verdict for part, verdict in _BY_WORDS if part in words]
    verdict = by_words[0] if by_words else _VERDICTS.get(word)
    return refusal(response, verdict=verdict, code=word)


def _findings(account: Mapping[str, Any], listed: Mapping[str, Any]) -> Iterator[str]:
    """What GetAccount and ListEmailIdentities say; Misconfigured if nothing is sent."""
    if account.get("SendingEnabled") is False:
        raise Misconfigured(str(_SUSPENDED.sentence), code="SendingPausedException")
    if account.get("ProductionAccessEnabled"):
        yield _("In production.")
    else:
        yield _("In the sandbox: only verified addresses get mail.")
    quota = account.get("SendQuota") or {}
    yield _("%(sent)s of %(most)s mails in 24 hours, at most %(rate)s a second.") % {
        "sent": _number(quota.get("SentLast24Hours")),
        "most": _number(quota.get("Max24HourSend")),
        "rate": _number(quota.get("MaxSendRate")),
    }
    names = [
        str(one.get("IdentityName"))
        for one in listed.get("EmailIdentities") or []
        if one.get("VerificationStatus", "SUCCESS") == "SUCCESS"
        and one.get("SendingEnabled", True)
    ]
    if names:
        shown = ", ".join(names[:5]) + (", …" if len(names) > 5 else "")
        yield _("Verified: %(names)s.") % {"names": shown}
    else:
        yield _("No identity is verified yet: nothing can be sent.")


def _number(given: object) -> str:
    """A quota as people write it: SES gives it as 200.0, and as -1 for no limit."""
    if not isinstance(given, int | float):
        return "?"
    return "∞" if given < 0 else f"{given:g}"
