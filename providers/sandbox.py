"""The base of all sandboxes: accepts everything, delivers nothing, answers at once.

For demos, test sends, test keys and our own tests. Simulated recipients, whom no real
provider ever sees, decide by their address what is said of the message.
"""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol, TypeVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from providers.base import Accepted, Capability, Provider, Receipt, Word
from providers.config import ProviderConfig, option
from providers.errors import (
    Misconfigured,
    Permanent,
    ProviderError,
    Temporary,
    Unknown,
)

# The address as its channel normalises it -> what becomes of the message. The
# gov.uk and canada.ca ones are those of the services whose clients we also serve;
# the numbers are Ofcom's for drama, so nobody owns them.
SIMULATED: Mapping[str, Mapping[str, Word]] = {
    "email": {
        "delivered@simulator.notify": Word.DELIVERED,
        "perm-fail@simulator.notify": Word.PERM_FAILED,
        "temp-fail@simulator.notify": Word.TEMP_FAILED,
        "simulate-delivered@notifications.service.gov.uk": Word.DELIVERED,
        "simulate-delivered-2@notifications.service.gov.uk": Word.DELIVERED,
        "simulate-delivered-3@notifications.service.gov.uk": Word.DELIVERED,
        "simulate-delivered@notification.canada.ca": Word.DELIVERED,
        "simulate-delivered-2@notification.canada.ca": Word.DELIVERED,
        "simulate-delivered-3@notification.canada.ca": Word.DELIVERED,
    },
    "sms": {
        "+447700900000": Word.DELIVERED,
        "+447700900111": Word.DELIVERED,
        "+447700900222": Word.DELIVERED,
        "+447700900002": Word.PERM_FAILED,
        "+447700900003": Word.TEMP_FAILED,
    },
}


def simulated_word(channel_code: str, normalised_address: str) -> Word | None:
    """What becomes of a message to this address; None if it is a real one."""
    return SIMULATED.get(channel_code, {}).get(normalised_address.lower())


def is_simulated(channel_code: str, normalised_address: str) -> bool:
    """Whether no real provider may be given this address. Pure, no I/O."""
    return simulated_word(channel_code, normalised_address) is not None


class Addressed(Protocol):
    """What a sandbox has to know of any channel's payload."""

    @property
    def message_id(self) -> UUID: ...
    @property
    def reference(self) -> str: ...


AddressedT = TypeVar("AddressedT", bound=Addressed)


@dataclass(frozen=True)
class SandboxConfig(ProviderConfig):
    """How the sandbox behaves: by default like a provider on its best day."""

    answer: str = option(
        _("Answer"),
        help=_("What every call gets. Simulated recipients are always accepted."),
        default="accepted",
        choices={
            "accepted": _("Accepted and delivered"),
            "temporary": _("Temporary error: fails over or is tried again"),
            "permanent": _("Permanent error"),
            "misconfigured": _("Wrong credentials"),
            "unknown": _("No clear answer"),
        },
    )
    delay_ms: int = option(
        _("Pause in milliseconds"),
        help=_("How long a call takes, to try out slow providers."),
        default=0,
        min=0,
        max=8000,
    )


_REFUSALS: Mapping[str, Callable[[str], ProviderError]] = {
    "temporary": Temporary,
    "permanent": Permanent,
    "misconfigured": Misconfigured,
    "unknown": Unknown,
}


class Sandbox(Provider[AddressedT]):
    """Base class; a channel's sandbox adds its code and who the recipients are.

    The same message gets the same `provider_ref` however often it is sent.
    """

    channel_code: ClassVar[str]
    docs_url = "https://docs.notifications.service.gov.uk/rest-api.html#testing"
    config_class = SandboxConfig
    capabilities = frozenset({Capability.KEY, Capability.ECHO, Capability.RECEIPTS})

    @abstractmethod
    def recipients(self, payload: AddressedT) -> tuple[str, ...]:
        """The normalised addresses of this payload."""

    def send(self, payload: AddressedT) -> Accepted:
        """Accepted with a receipt for each recipient, or the error of the form."""
        addresses = self.recipients(payload)
        real = not all(is_simulated(self.channel_code, a) for a in addresses)
        time.sleep(self.config.delay_ms / 1000)
        if real and self.config.answer in _REFUSALS:
            raise _REFUSALS[self.config.answer]("The sandbox was told to answer so.")
        ref = f"sandbox-{payload.reference}"
        return Accepted(
            provider_ref=ref,
            detail="Accepted by the sandbox; nothing was delivered.",
            receipts=tuple(self._receipt(payload, ref, one) for one in addresses),
        )

    def _receipt(self, payload: AddressedT, ref: str, address: str) -> Receipt:
        word = simulated_word(self.channel_code, address) or Word.DELIVERED
        return Receipt(
            word=word,
            provider_ref=ref,
            message_id=payload.message_id,
            address=address,
            code="sandbox",
            detail="Simulated by the sandbox.",
        )

    def check(self) -> str:
        """Always well: there is nothing outside to ask."""
        return str(_("The sandbox is ready. It delivers nothing."))
