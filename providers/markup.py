"""Markdown for chat systems that read it otherwise: escaped, or in their notation."""

from __future__ import annotations

import re
from collections.abc import Callable

UNSEEN = "\u200b"  # takes no room, and keeps two characters from being read as one word

_URL = re.compile(r"(https?://[^\s<>]+)")
_MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!>~|])")
_CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)
# In this order; \x01 stands for the bold mark until italics are done. Spans are
# bounded, or a text of opening marks only would take quadratic time.
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"^([ \t]*)[*+-][ \t]+", re.MULTILINE), r"\1• "),
    (re.compile(r"^#{1,6}[ \t]+([^\n]{1,500})$", re.MULTILINE), "\x01\\1\x01"),
    (re.compile(r"(\*\*|__)(?=\S)([^\n]{1,500}?)(?<=\S)\1"), "\x01\\2\x01"),
    (re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]{1,500})(?<=\S)\*(?!\w)"), r"_\1_"),
    (re.compile(r"~~(?=\S)([^\n]{1,500}?)(?<=\S)~~"), r"~\1~"),
    (
        re.compile(r"!?\[([^\]\n]{1,500})\]\(((?:https?://|mailto:)[^\s)|]{1,2000})\)"),
        r"<\2|\1>",
    ),
    (re.compile("\x01+"), "*"),
)


def as_it_is(text: str) -> str:
    """Markdown that shows a plain text: marks do nothing, URLs still lead on."""
    parts = _URL.split(text)
    for index in range(0, len(parts), 2):
        parts[index] = _MARKS.sub(r"\\\1", parts[index])
    return "".join(parts)


def starred(markdown: str, *, escape: Callable[[str], str]) -> str:
    """The Markdown that people use, as Slack and Google write it: *bold*, <url|name>.

    `escape` is what the text gets before; code stays as it is.
    """
    parts = _CODE.split(escape(markdown.replace("\x01", "")))
    for index in range(0, len(parts), 2):
        for pattern, written in _RULES:
            parts[index] = pattern.sub(written, parts[index])
    return "".join(parts)
