"""MMG, a British SMS aggregator. https://mmg.co.uk

One JSON POST per text. `cid` is our message id; MMG repeats it in its receipts, which
are JSON as well. So are texts that come in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote_plus

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import gettext_noop

from notify_project import egress
from providers.answers import asking, exchange, json_object, post_json, refusal
from providers.base import (
    Accepted,
    Capability,
    IncomingText,
    Provider,
    Receipt,
    Told,
    Word,
)
from providers.channels.sms import SmsPayload, chosen_sender, sender_problem
from providers.config import ProviderConfig, SecretStr, option
from providers.errors import Unknown
from providers.hooks import Forged, Hook, as_uuid, is_listed, required

API = "https://api.mmg.co.uk/jsonv2a/api.php"

# A receipt's status: the word, and its substatus in words.
_STATUSES: Mapping[str, tuple[Word, Mapping[str, str]]] = {
    "2": (
        Word.PERM_FAILED,
        {
            "1": gettext_noop("Number does not exist"),
            "4": gettext_noop("Rejected by operator"),
            "11": gettext_noop("Service for Subscriber suspended"),
            "2052": gettext_noop("Destination number blacklisted"),
        },
    ),
    "3": (
        Word.DELIVERED,
        {
            "2": gettext_noop("Delivered to operator"),
            "5": gettext_noop("Delivered to handset"),
        },
    ),
    "4": (
        Word.TEMP_FAILED,
        {
            "6": gettext_noop("Absent Subscriber"),
            "15": gettext_noop("Expired"),
            "32": gettext_noop("Delivery Failure"),
        },
    ),
    "5": (
        Word.PERM_FAILED,
        {
            "23": gettext_noop("Duplicate message id"),
            "24": gettext_noop("Message formatted incorrectly"),
            "25": gettext_noop("Message too long"),
        },
    ),
}
_REPEATED = ("5", "23")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")


@dataclass(frozen=True)
class MmgConfig(ProviderConfig):
    """A key, whom texts come from, and where MMG reports what became of them."""

    api_key: SecretStr = option(_lazy("API key"))
    sender: str = option(
        _lazy("From"),
        help=_lazy("A name, a short code or a number. A message's own sender wins."),
        default="",
        check=sender_problem,
    )
    receipt_url: SecretStr | None = option(
        _lazy("Receipt URL"),
        help=_lazy("Where MMG posts receipts. Empty: as it is set up with MMG."),
        url=True,
    )
    inbound_auth: SecretStr | None = option(
        _lazy("Passwords of MMG's calls"),
        help=_lazy(
            "With which MMG reports and brings texts, with commas between them. Not "
            "needed where MMG calls the account's own address."
        ),
    )
    api_base: str = option(_lazy("API address"), default=API, url=True)


class Mmg(Provider[SmsPayload]):
    """Sends one text per call; `provider_ref` is the Reference that MMG gives it."""

    label = "MMG"
    docs_url = "https://mmg.co.uk"
    config_class = MmgConfig
    capabilities = frozenset(
        {Capability.ECHO, Capability.RECEIPTS, Capability.INTERNATIONAL}
    )

    def send(self, payload: SmsPayload) -> Accepted:
        """One POST; see providers/errors.py for what it raises."""
        response = post_json(
            self.config.api_base,
            self._order(payload),
            headers={"Authorization": f"Basic {self.config.api_key.reveal()}"},
            total_seconds=self.call_seconds,
        )
        if 200 <= response.status < 300:
            return _accepted(response)
        raise refusal(response, code=_code(response))

    def check(self) -> str:
        """Reach the host by HEAD: MMG has no call that tries a key without sending."""
        with asking():
            exchange("HEAD", self.config.api_base, total_seconds=self.call_seconds)
        return _("MMG was reached. Whether it takes the key shows with the first text.")

    def _order(self, payload: SmsPayload) -> dict[str, object]:
        """`multi` lets a text of several segments through."""
        order: dict[str, object] = {
            "reqType": "BULK",
            "MSISDN": payload.to.removeprefix("+"),
            "msg": payload.text,
            "sender": chosen_sender(payload, self.config.sender).removeprefix("+"),
            "cid": str(payload.message_id),
            "multi": True,
        }
        if self.config.receipt_url:
            order["delurl"] = self.config.receipt_url.reveal()
        elif self.hook_url:
            order["delurl"] = self.hook_url
        return order

    def verify_hook(self, hook: Hook) -> None:
        """MMG signs nothing: the account's address proves it, or a password."""
        listed = self.config.inbound_auth
        known = listed and is_listed(hook.password, listed.reveal())
        if not (hook.proven or known):
            raise Forged

    def read_hook(self, hook: Hook) -> Told:
        """A receipt, or a text that came in."""
        told = hook.json()
        if "Message" in told:
            return Told(texts=(_text(told),))
        return Told(receipts=(_receipt(told),))


def _accepted(response: egress.Response) -> Accepted:
    """A JSON object without an error in it, whether or not it names the text."""
    told = json_object(response.body)
    if not told or "Error" in told:
        raise Unknown(
            _("MMG's answer could not be read."),
            code=_code(response) or "unreadable",
            http_status=response.status,
        )
    return Accepted(
        provider_ref=str(told.get("Reference") or "")[:100],
        detail=f"HTTP {response.status}",
    )


def _code(response: egress.Response) -> str:
    """MMG's own number of an error, where there is one."""
    number = json_object(response.body).get("Error")
    return f"mmg_{number}" if isinstance(number, int) else ""


def _receipt(told: Mapping[str, object]) -> Receipt:
    """By MMG's tables; a substatus that is not in them says no more than the status."""
    cid, status = required(told, "CID", "status")
    substatus = str(told.get("substatus") or "")
    word, details = _STATUSES.get(status, (Word.SENT, {}))
    return Receipt(
        word,
        provider_ref=str(told.get("reference") or "")[:100],
        message_id=as_uuid(cid),
        code=f"mmg_{status}_{substatus}"[:60].rstrip("_"),
        detail=details.get(substatus, ""),
        unlisted=status not in _STATUSES,
        repeated=(status, substatus) == _REPEATED,
        event=str(told.get("deliverytime") or ""),
    )


def _text(told: Mapping[str, object]) -> IncomingText:
    """Its words are escaped as in a URL, and before that as in JSON."""
    number, sender = required(told, "Number", "MSISDN")
    plain = unquote_plus(str(told.get("Message") or ""))
    unescaped = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), plain)
    text = unescaped.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    received = str(told.get("DateRecieved") or told.get("DateReceived") or "")
    return IncomingText(str(told.get("ID") or received)[:200], number, sender, text)
