"""The plan: what events decided, frozen, handed to delivery. Pure, serialisable.

Nothing is looked up after it: senders, accounts and wording are in it, so that a
change of configuration tomorrow does not change what was decided today.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any
from uuid import UUID

from providers.files import File
from templates_app.embedding import Embedded
from templates_app.shapes import Layout


class Priority(IntEnum):
    """The smaller, the sooner; high has a lane of its own."""

    HIGH = 0
    NORMAL = 1
    LOW = 2


@dataclass(frozen=True, slots=True)
class Wording:
    """The words before rendering.

    `texts` by content field ("subject", "body"). `engine` None sends them verbatim.
    `echo` holds what the preview repeats because some layer said so: renderer and
    bodyType in the caller's spelling. `body_key` is "message" where the source said so.
    `template` is the name of the one that the words are from, if they are from one.
    A template brings its `layout` and the `partials` that they call; `made_of` has the
    versions of all these by name, `locale` the language that was chosen, if any was.
    `images` are those that the sources name and that there are. With a `service` the
    texts are in a language that it reads, and it fills them in.
    """

    texts: Mapping[str, str]
    body_type: str
    engine: str | None
    echo: Mapping[str, str] = field(default_factory=dict)
    body_key: str = "body"
    template: str = ""
    layout: Layout | None = None
    partials: Mapping[str, str] = field(default_factory=dict)
    made_of: Mapping[str, int] = field(default_factory=dict)
    locale: str = ""
    images: Mapping[str, Embedded] = field(default_factory=dict)
    service: ServicePlan | None = None


# In place of words that could not be found; whoever composes leaves them alone.
UNKNOWN_WORDING = Wording({}, "text", None)


@dataclass(frozen=True, slots=True)
class SenderPlan:
    """Who a message comes from; empty where the account's own sender is used."""

    address: str = ""
    name: str = ""
    reply_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """A group among the recipients, with whom it had when this was decided."""

    id: UUID
    name: str
    addresses: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class ServicePlan:
    """A service that makes a file: what it is given of the params, as configured.

    `template` is its own id of one, `form` what the file is to become.
    """

    id: UUID
    required: tuple[str, ...]
    fixed: Mapping[str, Any] = field(repr=False)
    taken: Mapping[str, str]
    template: str = ""
    form: str = "pdf"


@dataclass(frozen=True, slots=True)
class DocumentPlan:
    """A file to be made, of a page or by a `service`.

    `ending` is what its name has to end with.
    """

    filename: str
    content_type: str
    ending: str
    source: str = field(default="", repr=False)
    engine: str = ""
    params: Mapping[str, Any] = field(default_factory=dict, repr=False)
    layout: Layout | None = None
    partials: Mapping[str, str] = field(default_factory=dict)
    service: ServicePlan | None = None
    # By name, as data: URLs: a page fetches nothing.
    images: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class ListPlan:
    """A list among the recipients: who was subscribed over the channel, by the id of
    the subscription. Each gets a message of their own, with their own link."""

    id: UUID
    name: str
    subscribers: Mapping[UUID, str] = field(repr=False)


Entry = str | GroupPlan | ListPlan


@dataclass(frozen=True, slots=True)
class FanOutPlan:
    """People who get a message each, by reference: too many to be composed at once.

    `source` and `id` say who knows them (recipients/people.py), `people` who was there
    when this was decided.
    """

    source: str
    id: UUID
    name: str
    people: tuple[UUID, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class OwnPlan:
    """How words are made for people who have a language or params of their own.

    `wordings` by language, those that differ from the channel's; `params` are the
    request's, without anybody's. Where nobody else `shares` the channel's own words,
    these are made for the first of the people, as an example.
    """

    wordings: Mapping[str, Wording]
    params: Mapping[str, Any] = field(repr=False)
    base: Wording
    shares: bool = False


@dataclass(frozen=True, slots=True)
class ChannelPlan:
    """One channel of one notification. Recipients may still hold `{{...}}`."""

    channel: str
    to: tuple[Entry, ...]
    cc: tuple[Entry, ...]
    bcc: tuple[Entry, ...]
    wording: Wording
    params: Mapping[str, Any]
    sender: SenderPlan
    account_id: UUID | None
    on_unknown: str
    priority: Priority = Priority.NORMAL
    headers: Mapping[str, str] = field(default_factory=dict)
    files: tuple[File | DocumentPlan, ...] = ()
    due_at: datetime | None = None
    expires_at: datetime | None = None
    # For chat: which account each of the tenant's destinations is, by normal name.
    destinations: Mapping[str, UUID] = field(default_factory=dict)
    # Beside, or instead of, those in `to`.
    fan_outs: tuple[FanOutPlan, ...] = ()
    # What stands in the words where each subscriber gets a link of their own.
    stand_in: str = ""
    own: OwnPlan | None = None
    path: str = ""  # where the caller wrote it, for errors: "email." or ""

    @property
    def named(self) -> tuple[tuple[str, str], ...]:
        """("group" or "list", its name) of each among the recipients, once."""
        entries = (*self.to, *self.cc, *self.bcc)
        groups = [("group", one.name) for one in entries if isinstance(one, GroupPlan)]
        few = [("list", one.name) for one in entries if isinstance(one, ListPlan)]
        long = [("list", one.name) for one in self.fan_outs]
        return tuple(dict.fromkeys([*groups, *few, *long]))


@dataclass(frozen=True, slots=True)
class CallbackPlan:
    """Who is told what becomes of it, besides the tenant's endpoints; without a URL,
    nobody is told at all."""

    url: str = field(default="", repr=False)
    on: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class NotificationPlan:
    """One notification: its channels, and what is remembered beside them."""

    tenant_id: UUID
    phone_region: str
    missing_params: str
    key_type: str
    key_name: str
    channels: tuple[ChannelPlan, ...]
    correlation_id: str = ""
    # Whether we made it, since the caller gave none.
    correlation_made: bool = False
    tags: tuple[str, ...] = ()
    event_type: str = ""
    event_version: int | None = None
    # Nobody can opt out of it: a wish is overridden, a dead address and STOP are not.
    mandatory: bool = False
    # How long equal decisions count as one, where the event type says so.
    window_seconds: int | None = None
    decided_by: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    callback: CallbackPlan | None = None
