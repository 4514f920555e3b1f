"""What a template is for: the words of one channel, or a document that goes along.

A template's column `channel` holds the code of its kind. A document is a page of HTML
that is made a file (pdf.py); it is nobody's message, so it is no channel.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from providers.channels.base import ContentField, UnknownChannel, channels

DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Kind:
    """Which texts a template of this kind has, and what they may be."""

    code: str
    label: str | Promise
    content_fields: tuple[ContentField, ...]
    body_types: tuple[str, ...]

    @property
    def has_subject(self) -> bool:
        return any(one.name == "subject" for one in self.content_fields)


_DOCUMENTS = Kind(
    DOCUMENT,
    _lazy("Document"),
    (ContentField("body", _lazy("Page"), multiline=True, html=True),),
    ("html",),
)


@functools.cache
def kinds() -> Sequence[Kind]:
    """Every kind there is: the channels, then documents."""
    found = [
        Kind(one.code, one.label, one.content_fields, one.body_types)
        for one in channels()
    ]
    return (*found, _DOCUMENTS)


def kind(code: str, *, field: str = "") -> Kind:
    """The kind of this code ("msgApp", "msgapp"); raises UnknownChannel, of `field`."""
    for one in kinds():
        if code in (one.code, one.code.lower()):
            return one
    raise UnknownChannel(
        _("There is no kind of template %(code)s. Use one of: %(known)s.")
        % {"code": ascii(code)[:40], "known": ", ".join(one.code for one in kinds())},
        field=field,
    )
