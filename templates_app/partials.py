"""Partials: pieces of wording that templates of one channel call by their names.

A template calls the partial that is published at that moment: who changes the footer
changes it for all mails from then on, and for none that was accepted before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from templates_app import locales
from templates_app.engines.base import PartialCall
from templates_app.errors import RenderLimit, TemplateError, TemplateSyntax, shown
from templates_app.models import Template
from templates_app.rendering import DEFAULT_ENGINE, calls
from templates_app.shapes import CONTENT

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,99}")
MOST = 50


@dataclass(frozen=True, slots=True)
class Piece:
    """A partial's published version; an empty `engine` is the default one."""

    id: UUID
    name: str
    number: int
    body: str
    engine: str
    locale: str = ""
    variants: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def calls(self) -> tuple[str, ...]:
        """The partials that it calls in turn, in any language."""
        return called(self.engine, self.sources)

    @property
    def sources(self) -> tuple[str, ...]:
        """Its text in each language."""
        return (self.body, *(one.get("body", "") for one in self.variants.values()))

    def said_in(self, wanted: Collection[str]) -> str:
        """Its text in the first language that is wanted and there, else its own."""
        tag = locales.chosen(wanted, self.variants, self.locale)
        return self.variants[tag]["body"] if tag in self.variants else self.body


_COLUMNS = (
    *("id", "name", "published__number", "published__body", "published__engine"),
    *("locale", "published__variants"),
)


def all_of(tenant_id: UUID, channel: str) -> dict[str, Piece]:
    """Every published partial of a channel, by name; one query."""
    return {one.name: one for one in _pieces(_rows(tenant_id, channel))}


def drafted(tenant_id: UUID, channel: str) -> frozenset[str]:
    """The names of those that were never published; one query."""
    rows = Template.for_tenant(tenant_id).filter(
        purpose=Template.Purpose.PARTIAL, channel=channel, published__isnull=True
    )
    return frozenset(rows.values_list("name", flat=True))


def ensure_no_draft(
    made: Iterable[PartialCall], names: Collection[str], *, field: str
) -> None:
    """Raise TemplateSyntax, of `field`, for a call of one that nobody hears yet."""
    for call in made:
        if call.name in names:
            message = _("The partial %(name)s is only a draft. Publish it first.")
            place = {"line": call.line, "column": call.column}
            told = message % {"name": shown(call.name)}
            raise TemplateSyntax(told, **place).at(field)


def found(tenant_id: UUID, channel: str, names: Collection[str]) -> dict[str, Piece]:
    """Those that are called by these names, and all that they call; a query for each
    level. Unknown ones are left out. Raises RenderLimit beyond 50."""
    pieces: dict[str, Piece] = {}
    wanted = set(names)
    while wanted:
        new = list(_pieces(_rows(tenant_id, channel).filter(name__in=sorted(wanted))))
        pieces.update({one.name: one for one in new})
        if len(pieces) > MOST:
            raise RenderLimit(
                _("The template calls more than %(limit)d partials.") % {"limit": MOST}
            )
        wanted = {name for one in new for name in one.calls} - pieces.keys()
    return pieces


def called(engine: str, sources: Iterable[str]) -> tuple[str, ...]:
    """The names that texts call; of one that cannot be read, none."""
    names: dict[str, None] = {}
    for source in sources:
        try:
            found = calls(engine or DEFAULT_ENGINE, source) if source else ()
        except TemplateError:
            continue  # whoever renders it says what is wrong
        names |= dict.fromkeys(one.name for one in found)
    return tuple(name for name in names if name != CONTENT)


def circle(
    name: str, made: Iterable[PartialCall], pieces: Mapping[str, Piece]
) -> tuple[PartialCall, tuple[str, ...]] | None:
    """The first call by which the partial `name` would come to call itself, and the
    way there: ("address", "footer")."""
    for call in made:
        way = _way(call.name, name, lambda one: pieces[one].calls, pieces)
        if way:
            return call, way
    return None


def _way(
    start: str,
    goal: str,
    calls_of: Callable[[str], Iterable[str]],
    known: Collection[str],
) -> tuple[str, ...]:
    """From start to goal by calls, both included; () if there is no way."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    while ways:
        way = ways.pop()
        if way[-1] == goal:
            return way
        if way[-1] not in known:
            continue
        for name in calls_of(way[-1]):
            if name not in seen:
                seen.add(name)
                ways.append((*way, name))
    return ()


def _rows(tenant_id: UUID, channel: str) -> QuerySet[Template]:
    return Template.for_tenant(tenant_id).filter(
        purpose=Template.Purpose.PARTIAL, channel=channel, published__isnull=False
    )


def _pieces(rows: QuerySet[Template]) -> Iterator[Piece]:
    values: Iterable[Any] = rows.order_by().values_list(*_COLUMNS)
    for row in values:
        yield Piece(*row)
