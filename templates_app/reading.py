"""Which params a template reads, with its layout and all partials that both call."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from notify_project.errors import Invalid
from templates_app import partials
from templates_app.models import TemplateVersion
from templates_app.partials import Piece
from templates_app.rendering import DEFAULT_ENGINE, variables

Text = tuple[str, str]
"""The engine that reads a text, and the text."""


class Reader:
    """Reads the templates of one tenant; one query for each channel, and only where
    a template calls partials."""

    def __init__(self, tenant_id: UUID) -> None:
        self._tenant_id = tenant_id
        self._pieces: dict[str, dict[str, Piece]] = {}

    def params(self, version: TemplateVersion | None, channel: str) -> list[str]:
        """The names, in order; none where an engine was switched off since."""
        if version is None:
            return []
        own = [(version.engine, text) for text in texts_of(version)]
        read: set[str] = set()
        for engine, text in (*own, *self.beside(version, channel)):
            read |= names(engine, text)
        return sorted(read)

    def beside(self, version: TemplateVersion, channel: str) -> Iterator[Text]:
        """The texts that are rendered with a version's own."""
        called = {*partials.called(version.engine, texts_of(version))}
        layout = version.layout.published if version.layout else None
        if layout:
            yield from ((layout.engine, text) for text in texts_of(layout))
            called |= {*partials.called(layout.engine, texts_of(layout))}
        if called:
            yield from self._of_pieces(channel, called)

    def _of_pieces(self, channel: str, called: set[str]) -> Iterator[Text]:
        if channel not in self._pieces:
            self._pieces[channel] = partials.all_of(self._tenant_id, channel)
        known, seen = self._pieces[channel], set[str]()
        while called:
            name = called.pop()
            if name in known and name not in seen:
                seen.add(name)
                yield from ((known[name].engine, one) for one in known[name].sources)
                called |= {*known[name].calls}


def texts_of(version: TemplateVersion) -> list[str]:
    """Its texts in every language."""
    others = [text for words in version.variants.values() for text in words.values()]
    return [version.subject, version.body, *others]


def names(engine: str, text: str) -> frozenset[str]:
    """The params that one text reads."""
    try:
        return variables(engine or DEFAULT_ENGINE, text)
    except Invalid:
        return frozenset()
