"""What came of composing: who gets which words over which channel. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from delivery.plan import ChannelPlan, NotificationPlan
from providers.channels.base import channel
from providers.files import File
from providers.sandbox import is_simulated


@dataclass(frozen=True, slots=True)
class Address:
    """One recipient: as it reads after rendering, and in its channel's one form.

    `group` is the id of the group that it came with, `field` where it stands in the
    request, `withheld` why it gets nothing (delivery/withholding.py).
    """

    kind: str
    shown: str
    normalised: str
    account_id: UUID | None = None
    group: str = ""
    field: str = ""
    withheld: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A file that is yet to be made; `recipe` is plain JSON and holds personal data."""

    filename: str
    content_type: str
    recipe: Mapping[str, Any] = field(repr=False)


Attached = File | Document


@dataclass(frozen=True, slots=True)
class ComposedChannel:
    """One channel, ready to be stored, previewed or compared.

    `left_out` are those who were meant and must not get it.
    """

    plan: ChannelPlan
    addresses: tuple[Address, ...]
    texts: dict[str, str]
    reply_to: tuple[str, ...]
    left_out: tuple[Address, ...] = ()
    files: tuple[Attached, ...] = ()

    def of_kind(self, kind: str) -> tuple[Address, ...]:
        """The recipients in to, cc or bcc, in order."""
        return tuple(one for one in self.addresses if one.kind == kind)

    @property
    def envelopes(self) -> tuple[tuple[Address, ...], ...]:
        """Who shares one message: all of an e-mail, one each elsewhere.

        Simulated recipients have an envelope of their own: no provider sees them.
        """
        code = self.plan.channel
        if channel(code).max_recipients == 1:
            return tuple((one,) for one in self.addresses)
        simulated = [
            one for one in self.addresses if is_simulated(code, one.normalised)
        ]
        real = [one for one in self.addresses if one not in simulated]
        return tuple(tuple(group) for group in (real, simulated) if group)

    @property
    def withheld(self) -> tuple[tuple[Address, ...], ...]:
        """The envelopes that stay here, one for each reason or address."""
        if channel(self.plan.channel).max_recipients == 1:
            return tuple((one,) for one in self.left_out)
        reasons = dict.fromkeys(one.withheld for one in self.left_out)
        return tuple(
            tuple(one for one in self.left_out if one.withheld == reason)
            for reason in reasons
        )


@dataclass(frozen=True, slots=True)
class Composed:
    """A whole notification, composed."""

    plan: NotificationPlan
    channels: tuple[ComposedChannel, ...]

    @property
    def live(self) -> tuple[ComposedChannel, ...]:
        """The channels that somebody gets something over."""
        return tuple(one for one in self.channels if one.addresses or one.plan.fan_outs)
