"""From source to pieces: texts and tags, each with its place.

Here are settled, once for both dialects: where a tag ends, `~`, backslashes before
braces, and that a tag alone on its line takes the line with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from django.utils.translation import gettext as _

from templates_app.braces.dialects import Dialect
from templates_app.errors import RenderLimit, TemplateSyntax
from templates_app.shapes import CONTENT

MAX_TAGS = 5_000

Kind: TypeAlias = Literal[
    "text", "print", "raw", "open", "invert", "close", "else", "partial", "inline",
    "comment",
]  # fmt: skip

_SIGILS: dict[str, Kind] = {
    "{": "raw",
    "&": "raw",
    "#": "open",
    "^": "invert",
    "/": "close",
    ">": "partial",
    "!": "comment",
}
_TAKES_ITS_LINE = frozenset(
    {"open", "invert", "close", "else", "partial", "inline", "comment"}
)
_BLANK_TO_LINE_END = re.compile(r"[ \t]*(?:\r?\n|\Z)")
_TRIPLE_END = re.compile(r"\}~?\}\}")
_COMMENT_END = re.compile(r"--~?\}\}")
# Every alternative starts with a character of its own: no backtracking to speak of.
_INNER = re.compile(r"""[^"'{}~]+|"[^"]*"|'[^']*'|~?\}\}|\{\{|.""", re.DOTALL)
_ELSE = re.compile(r"else(?=\s|\Z)")


class Source:
    """The text of one template; knows lines and columns."""

    def __init__(self, text: str) -> None:
        self.text = text

    def error(self, at: int, message: str) -> TemplateSyntax:
        """A TemplateSyntax that points at character `at`."""
        line, column = self.place(at)
        return TemplateSyntax(message, line=line, column=column)

    def place(self, at: int) -> tuple[int, int]:
        """Line and column of character `at`, counted from 1."""
        line = self.text.count("\n", 0, at) + 1
        return line, at - (self.text.rfind("\n", 0, at) + 1) + 1


@dataclass(frozen=True, slots=True)
class Piece:
    """A text, or a tag's inner words; `indent` is what stood before it on its line."""

    kind: Kind
    text: str
    at: int
    indent: str = ""


@dataclass(frozen=True, slots=True)
class _Tag:
    kind: Kind
    text: str
    start: int
    end: int
    trims_left: bool
    trims_right: bool


def scan(source: Source, dialect: Dialect) -> Iterator[Piece]:
    """The pieces in order, without comments.

    Raises TemplateSyntax for a tag that does not end, RenderLimit over 5,000 tags.
    """
    text, cursor, fresh, trims, count = source.text, 0, True, False, 0
    while True:
        literal, start = _literal(text, cursor, escapes=dialect.helpers)
        if trims:
            literal = literal.lstrip()
        if start < 0:
            yield Piece("text", literal, cursor)
            return
        count = _counted(count)
        tag = _tag(source, start, dialect)
        blank = _line_taken(text, cursor, tag, fresh=fresh)
        if blank is not None:
            literal = literal[: len(literal) - len(blank.indent)] if literal else ""
        if tag.trims_left:
            literal = literal.rstrip()
        yield Piece("text", literal, cursor)
        if tag.kind != "comment":
            yield Piece(tag.kind, tag.text, start, blank.indent if blank else "")
        cursor, fresh = (blank.end, True) if blank else (tag.end, False)
        trims = tag.trims_right


def _counted(count: int) -> int:
    if count >= MAX_TAGS:
        message = _("The template has more than %(limit)d tags.")
        raise RenderLimit(message % {"limit": MAX_TAGS})
    return count + 1


def _literal(text: str, cursor: int, *, escapes: bool) -> tuple[str, int]:
    """The text up to the next tag, and where that begins (-1: no further tag).

    One backslash before braces makes them text; of several, one is taken away.
    """
    kept: list[str] = []
    mark = look = cursor
    while (start := text.find("{{", look)) >= 0:
        before = text[mark:start]
        slashes = len(before) - len(before.rstrip("\\")) if escapes else 0
        if slashes != 1:
            kept.append(before[:-1] if slashes else before)
            return "".join(kept), start
        kept.append(before[:-1] + "{{")
        mark = look = start + 2
    kept.append(text[mark:])
    return "".join(kept), -1


@dataclass(frozen=True, slots=True)
class _Line:
    indent: str
    end: int


def _line_taken(text: str, cursor: int, tag: _Tag, *, fresh: bool) -> _Line | None:
    """The line that `tag` has to itself, if it has; `fresh`: one begins at cursor."""
    if tag.kind not in _TAKES_ITS_LINE or _is_slot(tag):
        return None
    newline = text.rfind("\n", cursor, tag.start)
    if newline < 0 and not fresh:
        return None
    indent = text[max(newline + 1, cursor) : tag.start]
    rest = _BLANK_TO_LINE_END.match(text, tag.end)
    if indent.strip(" \t") or rest is None:
        return None
    return _Line(indent, rest.end())


def _is_slot(tag: _Tag) -> bool:
    """A layout's text rarely ends with a line break: the layout's own has to stay."""
    return tag.kind == "partial" and tag.text == CONTENT


def _tag(source: Source, start: int, dialect: Dialect) -> _Tag:
    text = source.text
    if text.startswith("{{{{", start):
        raise source.error(start, _("Four braces are not supported. Write two."))
    trims_left = text.startswith("~", start + 2)
    at = start + 2 + trims_left
    kind = _SIGILS.get(text[at : at + 1], "print")
    inner_at, close = _close(source, start, at, dialect)
    inner = text[inner_at : close.start].strip()
    if kind == "open" and inner.startswith("*"):
        kind, inner = "inline", inner[1:].strip()
    elif dialect.helpers and _is_else(kind, inner):
        kind, inner = "else", inner[4:].strip()
    return _Tag(kind, inner, start, close.end, trims_left, close.trims)


def _is_else(kind: Kind, inner: str) -> bool:
    if kind == "invert":
        return not inner
    return kind == "print" and _ELSE.match(inner) is not None


@dataclass(frozen=True, slots=True)
class _Close:
    start: int
    end: int
    trims: bool


def _close(source: Source, start: int, at: int, dialect: Dialect) -> tuple[int, _Close]:
    """Where the inner text begins, and the braces that end the tag."""
    text = source.text
    sigil = text[at : at + 1]
    if sigil == "{":
        return at + 1, _found(source, start, _TRIPLE_END.search(text, at))
    if text.startswith("!--", at):
        return at + 3, _found(source, start, _COMMENT_END.search(text, at + 3))
    inner_at = at + 1 if sigil in _SIGILS else at
    end = text.find("}}", inner_at)
    inner = text[inner_at:end] if end >= 0 else ""
    if sigil != "!" and dialect.helpers and ('"' in inner or "'" in inner):
        return inner_at, _quoted_close(source, start, inner_at)
    if end < 0 or (sigil != "!" and "{{" in inner):
        raise source.error(start, _("This tag is not closed. Add }}."))
    trims = inner.endswith("~")
    return inner_at, _Close(end - trims, end + 2, trims)


def _found(source: Source, start: int, match: re.Match[str] | None) -> _Close:
    if match is None:
        raise source.error(start, _("This tag is not closed. Add its last braces."))
    return _Close(match.start(), match.end(), "~" in match.group())


def _quoted_close(source: Source, start: int, at: int) -> _Close:
    """As _close, where braces within quotes do not end the tag."""
    for match in _INNER.finditer(source.text, at):
        word = match.group()
        if word in ("}}", "~}}"):
            return _Close(match.start(), match.end(), word[0] == "~")
        if word == "{{":
            break
    raise source.error(start, _("This tag is not closed. Add }}."))
