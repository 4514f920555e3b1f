"""docs/guide/errors.md as the page that each problem's `type` links to.

The file keeps to a little of Markdown: one `#` title, `##` entries named by their
code, paragraphs, `code`. A Markdown library would be one more dependency for that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

ERRORS_GUIDE = Path("docs/guide/errors.md")

_CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True, slots=True)
class Entry:
    """One error: its code, which is its anchor, and what to know about it."""

    code: str
    paragraphs: tuple[SafeString, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """The whole page."""

    title: str
    intro: tuple[SafeString, ...]
    entries: tuple[Entry, ...]


def read(text: str) -> Guide:
    """The guide in `text`; anything but the Markdown named above stays as written."""
    head, *sections = re.split(r"^## ", text, flags=re.MULTILINE)
    title, _, intro = head.strip().removeprefix("# ").partition("\n")
    return Guide(title, _paragraphs(intro), tuple(map(_entry, sections)))


def _entry(section: str) -> Entry:
    code, _, text = section.partition("\n")
    return Entry(code.strip(" `"), _paragraphs(text))


def _paragraphs(text: str) -> tuple[SafeString, ...]:
    blocks = re.split(r"\n\s*\n", text.strip())
    return tuple(_marked(block) for block in blocks if block)


def _marked(block: str) -> SafeString:
    # Escaped first, so that what is marked safe holds no tag but ours.
    text = _CODE.sub(r"<code>\1</code>", escape(" ".join(block.split())))
    return mark_safe(text)  # noqa: S308  # see above


@lru_cache(maxsize=1)
def errors_guide() -> Guide:
    """The guide of this installation, read once per process."""
    return read((Path(settings.BASE_DIR) / ERRORS_GUIDE).read_text("utf-8"))


@require_safe
def errors_page(request: HttpRequest) -> HttpResponse:
    """GET /docs/errors: readable, for anybody, without a request to anywhere else."""
    guide = errors_guide()
    context = {"title": guide.title, "intro": guide.intro, "entries": guide.entries}
    return render(request, "notify_project/errors.html", context)
