"""The base class that all providers share, and what they take and give.

A provider is one file, providers/<channel>/<name>.py, with one `Provider` subclass;
its key in the database is "<channel>.<name>". Nothing else has to be edited.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Generic, Literal, TypeVar
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from providers.config import ProviderConfig
from providers.errors import Permanent
from providers.hooks import Forged, Hook, Unreadable


class Word(StrEnum):
    """What a receipt may say of a message, in our words."""

    SENT = "sent"
    DELIVERED = "delivered"
    TEMP_FAILED = "temp_failed"
    PERM_FAILED = "perm_failed"


@dataclass(frozen=True, slots=True)
class Receipt:
    """A provider's later word on a message; `provider_ref` or `message_id` names it.

    `address` (normalised) narrows it to one recipient of an envelope; "" means all.
    `keep_away` is why the address must not be written to again, as the suppression
    list has it: bounced, complained or stopped. `unlisted` marks what the provider's
    documents do not explain, `repeated` a refusal because it has our message already.
    `event` tells this receipt from others of the same words: the provider's id of it,
    or its time.
    """

    word: Word
    provider_ref: str = ""
    message_id: UUID | None = None
    address: str = ""
    code: str = ""
    detail: str = ""
    keep_away: str = ""
    unlisted: bool = False
    repeated: bool = False
    event: str = ""


@dataclass(frozen=True, slots=True)
class IncomingText:
    """A text that somebody sent to one of our numbers, as the provider tells it.

    `wish` is what the provider itself made of it: "stop", "start" or "".
    """

    provider_ref: str
    number: str
    sender: str = field(repr=False)
    text: str = field(repr=False)
    wish: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What one call of a provider tells."""

    receipts: tuple[Receipt, ...] = ()
    texts: tuple[IncomingText, ...] = ()


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took the message.

    `provider_ref` is its name for it ("" where it gives none). `receipts` are words
    that it spoke in the same breath: simulated recipients use them.
    """

    provider_ref: str = ""
    detail: str = ""
    receipts: tuple[Receipt, ...] = ()


class Capability(StrEnum):
    """What routing may count on; the words of an unknown outcome's policy are these."""

    KEY = "key"  # idempotent by our key: the same call may be repeated safely
    LOOKUP = "lookup"  # can be asked whether it has our message
    ECHO = "echo"  # names our message in its receipts
    RECEIPTS = "receipts"  # tells later what became of a message
    ATTACHMENTS = "attachments"
    INTERNATIONAL = "international"


@dataclass(frozen=True, slots=True)
class DnsRecord:
    """What a provider wants in the DNS of a sender's domain.

    `purpose` is SPF or DKIM; of SPF, `value` is the one term that has to be there.
    `told` is what the provider itself says of it.
    """

    purpose: Literal["SPF", "DKIM"]
    name: str
    kind: Literal["TXT", "CNAME"]
    value: str
    told: str = ""


@dataclass(frozen=True, slots=True)
class Reach:
    """Where an account can send to: normalised addresses with one of `beginnings`.

    `why` is the sentence for people about all others.
    """

    beginnings: tuple[str, ...] = ("",)
    why: str | Promise = ""

    def covers(self, address: str) -> bool:
        """Whether this address is within it."""
        return address.startswith(self.beginnings)


EVERYWHERE = Reach()

PayloadT = TypeVar("PayloadT")


class Provider(ABC, Generic[PayloadT]):
    """Speaks to one outside system. Made per account, used by many threads at once.

    Subclasses declare the class attributes and implement `send` and `check`. Calls end
    within `call_seconds` in all, whatever the other side does. One call takes
    `recipients_per_call` at most.
    """

    label: ClassVar[str | Promise]
    docs_url: ClassVar[str]
    config_class: ClassVar[type[ProviderConfig]]
    capabilities: ClassVar[frozenset[Capability]] = frozenset()
    recipients_per_call: ClassVar[int] = 1
    call_seconds: ClassVar[float] = 10.0
    # What a provider is answered that told us something: its media type and body.
    hook_answer: ClassVar[tuple[str, str]] = (
        "application/json",
        '{"result":"success"}',
    )
    # Where the provider can tell us of the account's messages; accounts.py sets it.
    hook_url: str = ""

    def __init__(self, config: ProviderConfig) -> None:
        self.config: Any = config

    @abstractmethod
    def send(self, payload: PayloadT) -> Accepted:
        """Hand one message over; raises one of the four of providers/errors.py."""

    @abstractmethod
    def check(self) -> str:
        """Try the account without sending; a sentence of what was found.

        Raises Temporary, Permanent or Misconfigured when it would not work.
        """

    @classmethod
    def reach(cls, config: Any) -> Reach:
        """Where an account of this configuration can send to; pure.

        Messages to other addresses go by another account, or wait for one.
        """
        return EVERYWHERE

    def find(self, payload: PayloadT) -> Accepted | None:
        """The message at the provider, if it has it; only with Capability.LOOKUP."""
        raise Permanent(f"{self.label} cannot be asked for a message.")

    def dns_records(self, domain: str) -> Sequence[DnsRecord]:
        """What has to be in the DNS of a domain that mail comes from; may ask outside.

        Raises Temporary, Permanent or Misconfigured where it cannot tell.
        """
        return ()

    def verify_hook(self, hook: Hook) -> None:
        """Raises Forged unless the provider made this call; by default a token says so.

        Whoever signs its calls overrides this, and looks at nothing else of the call.
        """
        if not hook.proven:
            raise Forged

    def read_hook(self, hook: Hook) -> Told:
        """What a verified call tells; raises Unreadable. It may be read again."""
        raise Unreadable(
            _("%(provider)s tells nothing of its messages here.")
            % {"provider": self.label}
        )

    def close(self) -> None:
        """Let go of pooled connections."""

    @classmethod
    def configured(cls, values: Mapping[str, object]) -> Provider[PayloadT]:
        """An instance from stored values; raises Misconfigured naming the field."""
        return cls(cls.config_class.from_values(values))
