"""Makes HTML of Markdown and MJML, and moves style rules, as it runs in the child.

The parent is finishing.py. This module imports neither Django nor our settings, and
speaks JSON: {"do": "markdown", "source", "marks"}, {"do": "mjml", "source"} and
{"do": "mail", "source"} are answered with {"html"}, or {"error", "message"}. Nothing is
fetched: no style sheet, no image, no included file.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import css_inline
import mrml
import nh3
from markdown_it import MarkdownIt

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_SCHEMES = {"http", "https", "mailto", "tel", "cid"}
_TAGS = {
    *("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "code"),
    *("ul", "ol", "li", "strong", "em", "s", "a", "img"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
_ALIGNED = {"style"}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "th": _ALIGNED,
    "td": _ALIGNED,
}
_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)


def run(payload: bytes) -> bytes:
    """One job in JSON, its answer in JSON. MemoryError is left to the caller."""
    job: dict[str, Any] = json.loads(payload)
    try:
        answer = _STEPS[job["do"]](job)
    except RecursionError:
        answer = {"error": "limit", "message": ""}
    return json.dumps(answer).encode()


# --- Markdown ---


def _markdown(job: Mapping[str, Any]) -> dict[str, str]:
    """CommonMark with tables; raw HTML is shown as text, and links to odd schemes are
    none. `marks` stand for values, which are put in when nothing reads Markdown any
    more."""
    made = _filled(_MARKDOWN.render(job["source"]), job["marks"])
    clean = nh3.clean(
        made,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel=None,
        filter_style_properties={"text-align"},
    )
    return {"html": clean}


def _filled(made: str, marks: Mapping[str, str]) -> str:
    if not marks:
        return made
    pieces: list[str] = []
    end, inside = 0, False
    for found in re.finditer("|".join(map(re.escape, marks)), made):
        between = made[end : found.start()]
        inside = _ends_inside(between, inside)
        value = html.escape(marks[found.group()])
        pieces += [between, value if inside else value.replace("\n", "<br />\n")]
        end = found.end()
    return "".join([*pieces, made[end:]])


def _ends_inside(text: str, inside: bool) -> bool:
    """Whether a tag is open at the end; the renderer escapes all other brackets."""
    opened, closed = text.rfind("<"), text.rfind(">")
    return inside if opened == closed == -1 else opened > closed


# --- MJML ---


def _mjml(job: Mapping[str, Any]) -> dict[str, str]:
    try:
        return {"html": mrml.to_html(job["source"]).content}
    except OSError as error:
        return {"error": "syntax", "message": str(error)[:200]}


# --- Mail ---


def _mail(job: Mapping[str, Any]) -> dict[str, str]:
    """Rules are moved to their elements, for many mail programs drop the rest; what
    cannot move (@media) stays."""
    try:
        return {"html": _INLINER.inline(job["source"])}
    except ValueError as error:  # css_inline.InlineError
        return {"error": "style", "message": str(error)[:200]}


_STEPS: dict[str, Callable[[Mapping[str, Any]], dict[str, str]]] = {
    "markdown": _markdown,
    "mjml": _mjml,
    "mail": _mail,
}
