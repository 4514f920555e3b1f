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
from templates_app.embedding import Embedded


@dataclass(frozen=True, slots=True)
class Address:
    """One recipient: as it reads after rendering, and in its channel's one form.

    `group` is the id of the group or list that it came with, `subscription` that by
    which it is on the list; `field` is where it stands in the request, `withheld` why
    it gets nothing (delivery/withholding.py).
    """

    kind: str
    shown: str
    normalised: str
    account_id: UUID | None = None
    group: str = ""
    field: str = ""
    withheld: str = ""
    subscription: UUID | None = None


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

    `left_out` are those who were meant and must not get it. `body_type` is what is
    sent: Markdown and MJML have become html; `images` are those that it shows. Where a
    service is yet to fill in the words, `outside` says how; it holds personal data.
    """

    plan: ChannelPlan
    addresses: tuple[Address, ...]
    texts: dict[str, str]
    reply_to: tuple[str, ...]
    left_out: tuple[Address, ...] = ()
    files: tuple[Attached, ...] = ()
    body_type: str = "text"
    images: tuple[Embedded, ...] = ()
    outside: Mapping[str, Any] | None = field(default=None, repr=False)

    def of_kind(self, kind: str) -> tuple[Address, ...]:
        """The recipients in to, cc or bcc, in order."""
        return tuple(one for one in self.addresses if one.kind == kind)

    @property
    def envelopes(self) -> tuple[tuple[Address, ...], ...]:
        """Who shares one message: all of an e-mail, one each elsewhere.

        A subscriber's is their own. Simulated recipients have an envelope of their own:
        no provider sees them.
        """
        code = self.plan.channel
        if channel(code).max_recipients == 1:
            return tuple((one,) for one in self.addresses)
        real: list[Address] = []
        simulated: list[Address] = []
        for one in self.addresses:
            if one.subscription is None:
                (simulated if is_simulated(code, one.normalised) else real).append(one)
        together = tuple(tuple(group) for group in (real, simulated) if group)
        alone = ((one,) for one in self.addresses if one.subscription is not None)
        return (*together, *alone)

    @property
    def withheld(self) -> tuple[tuple[Address, ...], ...]:
        """The envelopes that stay here: by reason, or one for each recipient."""
        one_each = channel(self.plan.channel).max_recipients == 1
        shared: dict[str, list[Address]] = {}
        alone: list[tuple[Address, ...]] = []
        for one in self.left_out:
            if one_each or one.subscription is not None:
                alone.append((one,))
            else:
                shared.setdefault(one.withheld, []).append(one)
        return (*map(tuple, shared.values()), *alone)


@dataclass(frozen=True, slots=True)
class Composed:
    """A whole notification, composed."""

    plan: NotificationPlan
    channels: tuple[ComposedChannel, ...]

    @property
    def live(self) -> tuple[ComposedChannel, ...]:
        """The channels that somebody gets something over."""
        return tuple(one for one in self.channels if one.addresses or one.plan.fan_outs)
