"""From words to one body: rendered, and with its layout around it.

Sending, previews and the admin all come through here, so that what is shown is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from templates_app.engines.base import NO_PARTIALS
from templates_app.errors import MissingParams
from templates_app.rendering import render
from templates_app.shapes import CONTENT, Words


def write(
    words: Words,
    params: Mapping[str, object],
    *,
    field: str,
    missing: Literal["error", "empty"] = "error",
) -> str:
    """The body. Raises as templates_app.rendering.render does; of a body and its layout
    all missing names are told at once."""
    is_html = words.body_type == "html"
    lacking: list[MissingParams] = []

    def one(engine: str, source: str, slots: Mapping[str, str]) -> str:
        try:
            return render(
                engine,
                source,
                params,
                html=is_html,
                field=field,
                missing=missing,
                partials=words.partials,
                slots=slots,
            )
        except MissingParams as error:
            lacking.append(error)
            return ""

    text = one(words.engine, words.source, NO_PARTIALS)
    if words.layout:
        text = one(words.layout.engine, words.layout.source, {CONTENT: text})
    if lacking:
        names = dict.fromkeys(name for each in lacking for name in each.names)
        raise MissingParams(tuple(names)).at(field)
    return text
