"""From rendered text to mail: Markdown and MJML become HTML, style rules move in.

Libraries that cannot be bounded in a thread run in a child process (press.py). The text
part is made here (plaintext.py): its time grows with its input only.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from notify_project.isolation import ChildFailed, Isolated, LimitReached, Limits
from templates_app import plaintext
from templates_app.errors import RenderLimit, TemplateError, TemplateSyntax, shown
from templates_app.rendering import HTML_BYTES

# Everything is answered within three seconds, as templates are.
_LIMITS = Limits(cpu_seconds=2.0, wall_seconds=2.8)
_PRESS = Isolated("templates_app.press:run", size=2, limits=_LIMITS)
_HAS_STYLES = re.compile(r"<style[\s>]", re.IGNORECASE)
_PLACE = re.compile(r"at position (\d{1,9})")


class Marks:
    """Stand in Markdown for the values of params, which nothing may read as Markdown.

    Nobody can guess a mark: it is drawn anew for each body.
    """

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self._token = f"nx{secrets.token_hex(8)}x"
        self._room = HTML_BYTES

    def put(self, value: str) -> str:
        """The mark of a value. Raises RenderLimit where all are too much."""
        self._room -= len(value)
        if self._room < 0:
            raise _too_large()
        mark = f"{self._token}{len(self.values)}z"
        self.values[mark] = value
        return mark


def markdown(source: str, marks: Mapping[str, str]) -> str:
    """HTML of CommonMark with tables; HTML within it is shown as text."""
    return _asked(do="markdown", source=source, marks=dict(marks))


def mjml(source: str) -> str:
    """HTML of MJML; raises TemplateSyntax, with its place where that is known."""
    return _asked(do="mjml", source=source)


def inlined(html: str) -> str:
    """With its style rules at their elements; as it is if there are none."""
    return _asked(do="mail", source=html) if _HAS_STYLES.search(html) else html


def text_of(html: str) -> str:
    """The text part of a mail."""
    try:
        return plaintext.text_of(html)
    except RecursionError:
        raise RenderLimit(_("The HTML is nested too deeply.")) from None


def _asked(**job: object) -> str:
    """The child's HTML, or its error as ours. `Any`: the edge, read by field."""
    try:
        answer: dict[str, Any] = json.loads(_PRESS.run(json.dumps(job).encode()))
    except LimitReached as error:
        raise RenderLimit(_REACHED.get(error.reason, _REACHED["time"])()) from None
    except ChildFailed:
        raise RenderLimit(_("The text cannot be made into HTML.")) from None
    if "error" in answer:
        raise _error(str(answer["error"]), str(answer["message"]), str(job["source"]))
    html = str(answer["html"])
    if len(html) > HTML_BYTES:
        raise _too_large()
    return html


_REACHED: Mapping[str, Callable[[], str]] = {
    "time": lambda: _("It takes too long to make HTML of the text."),
    "memory": lambda: _("It takes too much memory to make HTML of the text."),
    "size": lambda: (
        _("The HTML is larger than %(limit)d bytes.") % {"limit": HTML_BYTES}
    ),
}


def _too_large() -> RenderLimit:
    return RenderLimit(_REACHED["size"]())


def _error(kind: str, message: str, source: str) -> TemplateError:
    if kind == "limit":
        return RenderLimit(_("The text is nested too deeply."))
    reason = {"reason": shown(message, 120).rstrip(".")}
    if kind == "style":
        return TemplateError(_("The style rules cannot be read: %(reason)s.") % reason)
    text = _("The MJML cannot be read: %(reason)s.") % reason
    found = _PLACE.search(message)
    if found is None:
        return TemplateSyntax(text)
    at = min(max(0, int(found.group(1)) - 1), len(source))  # it counts behind the "<"
    line = source.count("\n", 0, at) + 1
    return TemplateSyntax(text, line=line, column=at - source.rfind("\n", 0, at))
