"""What a channel declares, the channels there are, and the rule for one-line texts.

A channel is one file, providers/channels/<code in lower case>.py, with one `Channel`
subclass. It owns the form of its addresses: everybody else asks it.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from notify_project.errors import Invalid
from providers.files import File

# Controls (C0, DEL, C1 with NEL), line and paragraph separators, bidi marks,
# embeddings, overrides and isolates, lone surrogates: each can forge a header, a log
# line or what the reader believes to see.
_FORGING = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069"
    "\ud800-\udfff]"
)


class InvalidAddress(Invalid):
    """An address that the channel cannot send to; the message says why."""

    code = "invalid_address"
    title = gettext_noop("A recipient's address is not valid")


class InvalidContent(Invalid):
    """A text, header or attachment that the channel cannot carry."""

    code = "invalid_content"
    title = gettext_noop("The content cannot be sent over this channel")


class UnknownChannel(Invalid):
    """A channel code for which there is no file."""

    code = "unknown_channel"
    title = gettext_noop("There is no such channel")


@dataclass(frozen=True, slots=True)
class ContentField:
    """One text of the channel's content, for forms and serializers.

    `max_length` counts characters after rendering; None leaves it to the channel's
    own limit. `html` says that the text may be HTML when bodyType says so.
    """

    name: str
    label: str | Promise
    required: bool = True
    max_length: int | None = None
    multiline: bool = False
    html: bool = False


@dataclass(frozen=True, slots=True)
class HandOver:
    """What a channel makes its payload of: texts as `finish` gave them, rendered.

    `reference` is the same in all attempts at one message.
    """

    message_id: UUID
    reference: str
    sender: str
    sender_name: str
    to: tuple[str, ...] = field(repr=False)
    cc: tuple[str, ...] = field(repr=False)
    bcc: tuple[str, ...] = field(repr=False)
    texts: Mapping[str, str] = field(repr=False)
    body_type: str = "text"
    reply_to: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    files: tuple[File, ...] = ()


class Channel(ABC):
    """A way to reach people. Stateless; one instance serves all threads.

    `code` is the key in the API and in the database, as in msgApp. `body_types` has
    the default first. `max_recipients` bounds one envelope (1: a message each);
    `attachments` says whether files can go along. Where
    `addresses_are_accounts`, a recipient names the account that carries the message.
    Where it `needs_sender`, one has to be configured and verified.
    """

    code: ClassVar[str]
    label: ClassVar[str | Promise]
    label_plural: ClassVar[str | Promise]
    address_label: ClassVar[str | Promise]
    content_fields: ClassVar[tuple[ContentField, ...]]
    body_types: ClassVar[tuple[str, ...]] = ("text",)
    payload_class: ClassVar[type]
    max_recipients: ClassVar[int] = 1
    attachments: ClassVar[bool] = False
    addresses_are_accounts: ClassVar[bool] = False
    needs_sender: ClassVar[bool] = False

    @property
    def lane(self) -> str:
        """Folder of its providers, prefix of their keys and of its queue's lanes."""
        return self.code.lower()

    @property
    def wire(self) -> str:
        """Its name in the API."""
        return self.code

    @abstractmethod
    def normalise(self, address: str, *, region: str) -> str:
        """The one form for hand-over, idempotency and hashing.

        `region` is the ISO 3166 code that a number without country code belongs to.
        Normalising twice changes nothing. Raises InvalidAddress with a sentence that
        does not repeat the address.
        """

    def needs(self, address: str, *, region: str) -> frozenset[str]:
        """Capabilities that an account must have to reach a normalised address."""
        return frozenset()

    def normalise_sender(self, sender: str, *, region: str) -> str:
        """The one form of who a message comes from; raises an Invalid."""
        return self.normalise(sender, region=region)

    @abstractmethod
    def payload(self, order: HandOver) -> object:
        """The channel's payload of one message."""

    def finish(self, texts: Mapping[str, str], *, path: str) -> dict[str, str]:
        """Rendered texts as they are handed over; `path` names them in errors.

        One-line fields cannot break out of their line, all keep their lengths. Raises
        InvalidContent.
        """
        checked = dict(texts)
        for one in self.content_fields:
            if one.name in texts and not one.multiline:
                limit = one.max_length or len(texts[one.name])
                name = f"{path}.{one.name}"
                checked[one.name] = check_line(texts[one.name], name, max_length=limit)
        return checked

    def measured(self, texts: Mapping[str, str]) -> str:
        """What finished texts cost, in words; "" where nothing is counted."""
        return ""

    def check_extras(
        self, headers: Mapping[str, str], files: Sequence[File], *, path: str
    ) -> None:
        """Raise InvalidContent for headers and files that cannot go along."""
        for name, given in (("headers", headers), ("attachments", files)):
            if given:
                raise InvalidContent(
                    _("%(field)s cannot be sent over %(channel)s. Remove it.")
                    % {"field": f"{path}{name}", "channel": self.code},
                    field=f"{path}{name}",
                )

    def folded(self, normalised: str) -> str:
        """The form in which two normalised addresses of one person are equal."""
        return normalised


@functools.cache
def _by_code() -> dict[str, Channel]:
    """All channels by code, in alphabetical order; reads the folder once."""
    folder = Path(__file__).parent
    for module in pkgutil.iter_modules([str(folder)]):
        importlib.import_module(f"{__package__}.{module.name}")
    found = [kind() for kind in Channel.__subclasses__() if _is_ours(kind)]
    return {one.code: one for one in sorted(found, key=lambda c: c.code)}


def _is_ours(kind: type[Channel]) -> bool:
    return kind.__module__.rpartition(".")[0] == __package__


def channels() -> Sequence[Channel]:
    """Every channel there is."""
    return tuple(_by_code().values())


def channel(code: str, *, field: str = "") -> Channel:
    """The channel of this code or lane ("msgApp", "msgapp").

    Raises UnknownChannel, of the `field` that had the code.
    """
    for one in channels():
        if code in (one.code, one.lane):
            return one
    raise UnknownChannel(
        _("There is no channel %(code)s. Use one of: %(known)s.")
        % {"code": ascii(code)[:40], "known": ", ".join(_by_code())},
        field=field,
    )


def check_line(value: str, field: str, *, max_length: int = 255) -> str:
    """A text for one header line or sender name, NFC-normalised.

    Raises InvalidContent if it could break out of its line, deceive by its direction,
    or is longer than `max_length` characters.
    """
    if _FORGING.search(value):
        raise InvalidContent(
            _(
                "%(field)s contains a line break, a control character or a mark that "
                "changes the direction of text. Remove it."
            )
            % {"field": field},
            field=field,
        )
    line = unicodedata.normalize("NFC", value)
    if len(line) > max_length:
        raise InvalidContent(
            _("%(field)s has %(length)s characters; at most %(limit)s are allowed.")
            % {"field": field, "length": len(line), "limit": max_length},
            field=field,
        )
    return line
