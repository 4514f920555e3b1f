"""Images in a text: which it names, as in src="cid:logo", and how they are shown. Pure.

The form is that of mail itself, so every template language, Markdown and MJML have it.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

# In quotes, as an attribute has it, or in url(...) of a style; quotes may be escaped.
_QUOTE = r"""(?:["']|&quot;|&#x27;|&#39;)"""
_IN_HTML = rf"=\s*{_QUOTE}\s*cid:|\burl\(\s*{_QUOTE}?\s*cid:"
_REFERENCE = r"""([^"'\s()<>&]{1,200})"""
_SHOWN = re.compile(rf"({_IN_HTML}){_REFERENCE}", re.IGNORECASE)
_WRITTEN = re.compile(rf"({_IN_HTML}|\]\(\s*<?cid:){_REFERENCE}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Embedded:
    """An image that a text names, with the picture that it is now."""

    name: str
    picture: UUID
    content_type: str
    size: int
    filename: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A name that a source writes, and where it begins."""

    name: str
    at: int


def written(source: str) -> Iterator[Reference]:
    """The images that a source names, in any of the ways to write one."""
    for found in _WRITTEN.finditer(source):
        yield Reference(found[2], found.start(2))


def named(sources: Iterable[str]) -> frozenset[str]:
    """All names in these sources."""
    return frozenset(
        one.name for source in sources if "cid:" in source for one in written(source)
    )


def shown(html: str) -> tuple[str, ...]:
    """The names in a body that is ready to be sent, each once, in order."""
    if "cid:" not in html:
        return ()
    return tuple(dict.fromkeys(found[2] for found in _SHOWN.finditer(html)))


def inlined(html: str, load: Callable[[str], str | None]) -> str:
    """With data: URLs in the place of names, for readers that are no mail programs.

    `load` gives a name's; where it has none, the name stays.
    """

    def put(found: re.Match[str]) -> str:
        url = load(found[2])
        return found[0] if url is None else f"{found[1][: -len('cid:')]}{url}"

    return _SHOWN.sub(put, html) if "cid:" in html else html


def data_url(content_type: str, data: bytes) -> str:
    """The picture itself as an address."""
    return f"data:{content_type};base64,{base64.b64encode(data).decode()}"
