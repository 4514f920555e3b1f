"""What a caller sees of a rendering: its text, or the typed error."""

from __future__ import annotations

from collections.abc import Mapping

from notify_project.errors import Invalid
from templates_app.rendering import render


def outcome(
    engine: str, source: str, params: Mapping[str, object], *, html: bool
) -> str | Invalid:
    """The text or the error; any other exception is a defect, and passes through."""
    try:
        return render(engine, source, params, html=html)
    except Invalid as error:
        return error


def words_of(seen: str | Invalid) -> str:
    """The text, or the sentence of the error."""
    return seen if isinstance(seen, str) else seen.message
