"""Where a template is used: templates, event types, and what waits to be sent.

Event types and what was accepted are above this app: whoever knows them registers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from templates_app import using
from templates_app.models import Template

LISTED = 50  # event types; one more is fetched, to tell that there are more
COUNTED = 1000  # scheduled sends, likewise


@dataclass(frozen=True, slots=True)
class Use:
    """An event type that is sent with it; `page` is its page, as reverse takes it."""

    id: UUID
    name: str
    page: str


@dataclass(frozen=True, slots=True)
class Uses:
    """`scheduled` is how many were accepted with it for a later time; those above
    COUNTED are not counted."""

    templates: Sequence[Template] = ()
    event_types: Sequence[Use] = ()
    scheduled: int = 0

    @property
    def listed(self) -> Sequence[Use]:
        """The first event types."""
        return self.event_types[:LISTED]

    def __bool__(self) -> bool:
        return bool(self.templates or self.event_types or self.scheduled)


# Of templates of one tenant: the event types that name one, and how much waits.
Teller = Callable[[Sequence[Template]], tuple[Sequence[Use], int]]
_tellers: list[Teller] = []


def register(teller: Teller) -> None:
    """Have it asked who uses a template; it costs a query or two."""
    _tellers.append(teller)


def of(template: Template) -> Uses:
    """As things are now: of a layout or partial, by way of the templates made with it.

    Two queries for each level of parts, and those of the tellers.
    """
    is_part = template.purpose != Template.Purpose.TEMPLATE
    templates = using.users_of(template) if is_part else []
    sent = templates if is_part else [template]
    if not sent:
        return Uses()
    event_types: list[Use] = []
    scheduled = 0
    for teller in _tellers:
        found, waiting = teller(sent)
        event_types += found
        scheduled += waiting
    return Uses(templates, event_types, scheduled)
