"""From words to one body: rendered, its layout around it, made into what is sent.

Sending, previews and the admin all come through here, so that what is shown is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from templates_app import finishing
from templates_app.engines import registry
from templates_app.engines.base import NO_PARTIALS
from templates_app.errors import MissingParams, TemplateError
from templates_app.finishing import Marks
from templates_app.rendering import render
from templates_app.shapes import CONTENT, Words

HTML_TYPES = ("html", "markdown", "mjml")
"""What becomes HTML; all else is text."""


@dataclass(frozen=True, slots=True)
class Body:
    """A body as it is sent; HTML comes with its text part."""

    body: str
    body_type: str
    text: str = ""


def write(
    words: Words,
    params: Mapping[str, object],
    *,
    field: str,
    missing: Literal["error", "empty"] = "error",
) -> Body:
    """Raises as templates_app.rendering.render does, and TemplateSyntax for MJML that
    cannot be read; of a body and its layout all missing names are told at once."""
    try:
        text = _Writing(words, params, missing).text()
        return _finished(text, words.body_type)
    except TemplateError as error:
        raise error.at(field) from None


def page(
    words: Words,
    params: Mapping[str, object],
    *,
    field: str,
    missing: Literal["error", "empty"] = "error",
) -> str:
    """A document's HTML: rendered, its layout around it, and nothing made of it."""
    try:
        return _Writing(words, params, missing).text()
    except TemplateError as error:
        raise error.at(field) from None


def ensure_suits(engine: str, body_type: str) -> None:
    """Raise TemplateError where an engine cannot keep values apart from Markdown."""
    if body_type == "markdown" and not registry.engine(engine).marks:
        message = _("Markdown is written in handlebars or mustache, not in %(name)s.")
        raise TemplateError(message % {"name": registry.engine(engine).name})


class _Writing:
    """One body and its layout; gathers what is missing in both."""

    def __init__(
        self,
        words: Words,
        params: Mapping[str, object],
        missing: Literal["error", "empty"],
    ) -> None:
        self._words = words
        self._params = params
        self._missing = missing
        self._lacking: dict[str, None] = {}

    def text(self) -> str:
        words = self._words
        marks = Marks() if words.body_type == "markdown" else None
        text = self._own(words, marks)
        if marks and not self._lacking:
            text = finishing.markdown(text, marks.values)
        if layout := words.layout:
            text = self._one(layout.engine, layout.source, {CONTENT: text}, None)
        if self._lacking:
            raise MissingParams(tuple(self._lacking))
        return text

    def _own(self, words: Words, marks: Marks | None) -> str:
        if not words.engine:
            return words.source
        ensure_suits(words.engine, words.body_type)
        return self._one(words.engine, words.source, NO_PARTIALS, marks)

    def _one(
        self, engine: str, source: str, slots: Mapping[str, str], marks: Marks | None
    ) -> str:
        try:
            return render(
                engine,
                source,
                self._params,
                html=self._words.body_type in HTML_TYPES,
                missing=self._missing,
                partials=self._words.partials,
                slots=slots,
                mark=marks.put if marks else None,
            )
        except MissingParams as error:
            self._lacking |= dict.fromkeys(error.names)
            return ""


def _finished(text: str, body_type: str) -> Body:
    if body_type not in HTML_TYPES:
        return Body(text, body_type)
    html = finishing.mjml(text) if body_type == "mjml" else text
    html = finishing.inlined(html)
    return Body(html, "html", finishing.text_of(html))
