"""What HTML says, in lines of text: the part of a mail for readers without HTML.

Links keep their addresses, images are their texts, lists and tables their shape. Tables
that only arrange (role=presentation, or with blocks in their cells) are no tables here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import lxml.html
from lxml import etree

_SKIPPED = frozenset(
    {"head", "style", "script", "title", "template", "noscript", "svg", "object"}
)
# Blocks, and whether a blank line stands around them.
_BLOCKS = {
    **dict.fromkeys(
        ("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table"), True
    ),
    **dict.fromkeys(("blockquote", "pre", "hr"), True),
    **dict.fromkeys(("div", "section", "article", "header", "footer", "main"), False),
    **dict.fromkeys(("li", "tr", "td", "th", "dt", "dd", "address", "center"), False),
    **dict.fromkeys(("body", "html", "tbody", "thead", "tfoot", "caption"), False),
    **dict.fromkeys(("figure", "figcaption", "form", "fieldset", "nav"), False),
}
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
_ROW_PARTS = frozenset({"tbody", "thead", "tfoot"})
_SCHEMES = ("http:", "https:", "mailto:", "tel:")
# Fillers of preview lines, and soft hyphens: they are not to be seen.
_UNSEEN = re.compile("[\u00ad\u034f\u200b-\u200d\u2060\ufeff]")
_DEEPEST = 250
_RULE = "-" * 40


def text_of(source: str) -> str:
    """Raises RecursionError for what is nested deeper than 250 elements; else takes
    time in proportion to the source."""
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True)
    data = source.encode("utf-8", "surrogatepass")
    try:
        tree = lxml.html.document_fromstring(data, parser=parser)
    except etree.ParserError:  # nothing in it
        return ""
    page = _Page()
    _element(tree, page, 0)
    return page.text()


class _Page:
    """Lines so far, and the one that is being written.

    `prefix` begins each further line of a block, as "> " or the blanks below a bullet;
    `bullet` the next one only.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.words: list[str] = []
        self.prefix = ""
        self.bullet = ""
        self.gap = False
        self.lists = 0

    def say(self, text: str | None) -> None:
        """Running text: blanks and line breaks in it are one blank."""
        if text:
            self.words.append(text)

    def end_line(self) -> None:
        line = " ".join(_UNSEEN.sub("", "".join(self.words)).split())
        self.words.clear()
        if line:
            self.put(line)

    def put(self, line: str) -> None:
        """A line as it is, after the blank one that was wanted."""
        if not self.bullet:
            self.end_gap()
        self.gap = False
        self.lines.append((self.bullet or self.prefix) + line)
        self.bullet = ""

    def end_gap(self) -> None:
        if self.gap and self.lines:
            self.lines.append(self.prefix.rstrip())
        self.gap = False

    def part(self, *, blank: bool) -> None:
        """A block begins or ends here."""
        self.end_line()
        self.gap = self.gap or blank

    def text(self) -> str:
        self.end_line()
        return "\n".join(self.lines).strip("\n")


def _element(one: Any, page: _Page, depth: int) -> None:
    """One element with all that is in it, without what follows it."""
    tag = one.tag
    if depth > _DEEPEST:
        raise RecursionError
    if not isinstance(tag, str) or tag in _SKIPPED:
        return
    if _HIDDEN.search(one.get("style", "")) or "hidden" in one.attrib:
        return
    special = _SPECIAL.get(tag)
    blank = _BLOCKS.get(tag)
    if page.lists and tag in ("ul", "ol"):
        blank = False  # a list in a list goes on with it
    if blank is not None:
        page.part(blank=blank)
    if special:
        special(one, page, depth)
    else:
        _inside(one, page, depth)
    if blank is not None:
        page.part(blank=blank)


def _inside(one: Any, page: _Page, depth: int) -> None:
    page.say(one.text)
    for child in one:
        _element(child, page, depth + 1)
        page.say(child.tail)


def _break(one: Any, page: _Page, depth: int) -> None:
    if "".join(page.words).strip():
        page.end_line()
    else:
        page.words.clear()
        page.gap = True


def _rule(one: Any, page: _Page, depth: int) -> None:
    page.put(_RULE)


def _image(one: Any, page: _Page, depth: int) -> None:
    page.say(one.get("alt"))


def _link(one: Any, page: _Page, depth: int) -> None:
    """`Pay here (https://pay.example)`; an address that is there is not told twice."""
    start = len(page.words)
    _inside(one, page, depth)
    address = one.get("href", "").strip()
    if not address.lower().startswith(_SCHEMES):
        return
    shown = address.removeprefix("mailto:").removeprefix("tel:")
    said = " ".join("".join(page.words[start:]).split())
    if not said and start <= len(page.words):
        page.say(shown)
    elif _bare(said) != _bare(shown):
        page.say(f" ({shown})")


def _bare(address: str) -> str:
    return address.lower().removeprefix("https://").removeprefix("http://").rstrip("/")


def _list(one: Any, page: _Page, depth: int) -> None:
    number = _start_of(one) if one.tag == "ol" else None
    page.lists += 1
    for child in one:
        if child.tag != "li":
            _element(child, page, depth + 1)
            continue
        bullet = "- " if number is None else f"{number}. "
        with_blanks = " " * len(bullet)
        _prefixed(child, page, depth, bullet, with_blanks)
        number = None if number is None else number + 1
    page.lists -= 1


def _start_of(one: Any) -> int:
    start = one.get("start", "1")
    return int(start) if start.isascii() and start.isdigit() and len(start) < 7 else 1


def _quote(one: Any, page: _Page, depth: int) -> None:
    _prefixed(one, page, depth, "> ", "> ")


def _prefixed(one: Any, page: _Page, depth: int, first: str, further: str) -> None:
    kept = page.prefix
    page.end_line()
    page.end_gap()
    page.bullet, page.prefix = (page.bullet or kept) + first, kept + further
    if one.tag == "li":
        _element(one, page, depth + 1)
    else:
        _inside(one, page, depth + 1)
    page.end_line()
    page.bullet, page.prefix = "", kept


def _verbatim(one: Any, page: _Page, depth: int) -> None:
    for line in one.text_content().strip("\n").split("\n"):
        page.put(line.rstrip())


def _table(one: Any, page: _Page, depth: int) -> None:
    rows = [list(_cells(row)) for row in _rows(one)]
    arranges = one.get("role", "").lower() in ("presentation", "none")
    wide = max((len(row) for row in rows), default=0)
    if arranges or wide < 2 or any(_has_blocks(cell) for row in rows for cell in row):
        _inside(one, page, depth)
        return
    texts = [[_said(cell, depth) for cell in row] for row in rows]
    widths = [
        max(len(row[column]) for row in texts if column < len(row))
        for column in range(wide)
    ]
    for row in texts:
        padded = (text.ljust(width) for text, width in zip(row, widths, strict=False))
        page.put("  ".join(padded).rstrip())


def _rows(table: Any) -> Iterator[Any]:
    for one in table:
        if one.tag == "tr":
            yield one
        elif one.tag in _ROW_PARTS:
            yield from (each for each in one if each.tag == "tr")


def _cells(row: Any) -> Iterable[Any]:
    return (one for one in row if one.tag in ("td", "th"))


def _has_blocks(cell: Any) -> bool:
    return any(_BLOCKS.get(one.tag) for one in cell.iterdescendants())


def _said(cell: Any, depth: int) -> str:
    page = _Page()
    _inside(cell, page, depth + 3)
    return page.text().replace("\n", " ")


_SPECIAL = {
    "a": _link,
    "blockquote": _quote,
    "br": _break,
    "hr": _rule,
    "img": _image,
    "ol": _list,
    "pre": _verbatim,
    "table": _table,
    "ul": _list,
}
