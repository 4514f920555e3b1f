"""msgApp: messages to chat rooms; the address is the name of a destination.

A tenant keeps its destinations by name, each an account whose sealed settings hold
the room's URL. A request names destinations only, so it can neither see nor choose
a URL.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from providers.channels.base import (
    Channel,
    ContentField,
    HandOver,
    InvalidAddress,
    InvalidContent,
    check_line,
)

TITLE_LENGTH = 250
# Half of the 28 KB that Teams takes leaves room for its card and for other scripts;
# servers of Rocket.Chat take 5,000 unless told otherwise, and refuse the rest.
TEXT_LENGTH = 10_000
NAME_LENGTH = 100

BodyType = Literal["text", "markdown"]

_NAME = re.compile(r"[^\W_][\w .-]*")
_LINES = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# Tab and line feed stay. Marks of direction stay too: right-to-left texts need them.
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class ChatPayload:
    """One message to the room whose account sends it. `title` may be "".

    `reference` is the same in all attempts at one message. A `text` of body_type
    "text" is shown as it is; of "markdown" it is CommonMark.
    """

    message_id: UUID
    reference: str
    title: str = field(repr=False)
    text: str = field(repr=False)
    body_type: BodyType = "text"


class MsgApp(Channel):
    """The channel "msgApp"."""

    code = "msgApp"
    label = _lazy("Chat")
    label_plural = _lazy("Chat messages")
    address_label = _lazy("Destination")
    content_fields = (
        ContentField("title", _lazy("Title"), required=False, max_length=TITLE_LENGTH),
        ContentField("body", _lazy("Message"), max_length=TEXT_LENGTH, multiline=True),
    )
    body_types = ("text", "markdown")
    payload_class = ChatPayload
    addresses_are_accounts = True

    def normalise(self, address: str, *, region: str = "") -> str:
        """The destination's name in lower case, NFC, with single spaces.

        Letters, digits, dot, underscore, hyphen and space, beginning with a letter or
        digit, at most 100 characters; else InvalidAddress.
        """
        given = re.sub(" +", " ", address[:1000]).strip(" ").lower()
        name = unicodedata.normalize("NFC", given)
        if not name:
            raise InvalidAddress(_("The destination is empty. Give its name."))
        if len(name) > NAME_LENGTH or not _NAME.fullmatch(name):
            raise InvalidAddress(
                _(
                    "This is not a destination's name: at most %(limit)s letters, "
                    "digits, spaces and . _ - are allowed. A URL cannot be given here."
                )
                % {"limit": NAME_LENGTH}
            )
        return name

    def finish(self, texts: Mapping[str, str], *, path: str) -> dict[str, str]:
        title = check_title(texts.get("title", ""), field=f"{path}.title")
        body = check_text(texts["body"], field=f"{path}.body")
        return {"title": title, "body": body}

    def payload(self, order: HandOver) -> ChatPayload:
        is_markdown = order.body_type == "markdown"
        return ChatPayload(
            message_id=order.message_id,
            reference=order.reference,
            title=order.texts.get("title", ""),
            text=order.texts["body"],
            body_type="markdown" if is_markdown else "text",
        )


def check_title(title: str, *, field: str = "title") -> str:
    """One line of at most 250 characters, or ""; raises InvalidContent."""
    return check_line(title, field, max_length=TITLE_LENGTH).strip()


def check_text(text: str, *, field: str = "body") -> str:
    """The text as it is handed over: line ends are LF, nothing white at the end.

    Raises InvalidContent with the code chat_empty, chat_control_character or
    chat_too_long.
    """
    normalised = _LINES.sub("\n", text).rstrip(" \t\n")
    found = _CONTROL.search(normalised)
    table = (
        (not normalised, "chat_empty", _("%(field)s is empty. Give a text.")),
        (
            found is not None,
            "chat_control_character",
            _("%(field)s has a control character in it. Remove it."),
        ),
        (
            len(normalised) > TEXT_LENGTH,
            "chat_too_long",
            _("%(field)s has more than %(limit)s characters. Shorten it."),
        ),
    )
    for wrong, code, sentence in table:
        if wrong:
            facts = {"field": field, "limit": TEXT_LENGTH}
            raise InvalidContent(sentence % facts, field=field, code=code)
    return normalised
