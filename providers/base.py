"""The base class that all providers share, and what they take and give.

A provider is one file, providers/<channel>/<name>.py, with one `Provider` subclass;
its key in the database is "<channel>.<name>". Nothing else has to be edited.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

from django.utils.functional import Promise

from providers.config import ProviderConfig
from providers.errors import Permanent


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
    """

    word: Word
    provider_ref: str = ""
    message_id: UUID | None = None
    address: str = ""
    code: str = ""
    detail: str = ""


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


PayloadT = TypeVar("PayloadT")


class Provider(ABC, Generic[PayloadT]):
    """Speaks to one outside system. Made per account, used by many threads at once.

    Subclasses declare the class attributes and implement `send` and `check`. Calls end
    within `call_seconds` in all, whatever the other side does.
    """

    label: ClassVar[str | Promise]
    docs_url: ClassVar[str]
    config_class: ClassVar[type[ProviderConfig]]
    capabilities: ClassVar[frozenset[Capability]] = frozenset()
    call_seconds: ClassVar[float] = 10.0

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

    def find(self, payload: PayloadT) -> Accepted | None:
        """The message at the provider, if it has it; only with Capability.LOOKUP."""
        raise Permanent(f"{self.label} cannot be asked for a message.")

    def close(self) -> None:
        """Let go of pooled connections."""

    @classmethod
    def configured(cls, values: Mapping[str, object]) -> Provider[PayloadT]:
        """An instance from stored values; raises Misconfigured naming the field."""
        return cls(cls.config_class.from_values(values))
