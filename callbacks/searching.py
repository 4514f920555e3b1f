"""Find callbacks by what somebody holds in hand: an id, or a type of event."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from uuid import UUID

from django.db.models import Q, QuerySet

from callbacks.models import Callback

# What callbacks are about may be parts of something that people have the id of.
_parts: list[Callable[[UUID], Iterable[UUID]]] = []


def register(parts: Callable[[UUID], Iterable[UUID]]) -> None:
    """For an id, `parts` gives the subjects that belong to it: a bounded number."""
    _parts.append(parts)


def by_text(rows: QuerySet[Callback], text: str) -> QuerySet[Callback]:
    """Those of an event's id, of their own id, about what has it, or of that type.

    `rows` are scoped already: of what `parts` gives only theirs are found.
    """
    wanted = text.strip()[:100]
    try:
        key = UUID(wanted)
    except ValueError:
        return rows.filter(type=wanted.lower())
    about = {key, *(one for parts in _parts for one in parts(key))}
    return rows.filter(Q(id=key) | Q(event_id=key) | Q(subject__in=about))
