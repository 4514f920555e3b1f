"""Words for people with a language or params of their own: subscribers, mostly.

The language is the request's, else the subscriber's, else that in the params, else the
tenant's (D49); the params of the request lie over theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from delivery.plan import OwnPlan, Wording
from events.audience import Audience
from recipients.people import Person
from templates_app.locales import chain
from templates_app.params import laid_over

_LANGUAGES = 50

# The wording for the languages that are wanted, the best first.
Find = Callable[[tuple[str, ...]], Wording]


@dataclass(frozen=True, slots=True)
class Said:
    """What of languages was said: by the request, in its params, by the tenant."""

    request: str
    params: str
    tenant: str

    def wanted(self, own: str = "") -> tuple[str, ...]:
        """The languages to look for; `own` is the subscriber's."""
        return chain(self.request, own, self.params, self.tenant)


def example(tenant_id: UUID, people: Audience) -> Person | None:
    """Whose words the channel's own are made as: of the first who has a message of
    their own, where nobody else gets any; else nobody's."""
    needed = (people.own.locales or people.own.params) and not people.shares
    return people.first(tenant_id) if needed else None


def params_for(first: Person | None, params: Mapping[str, Any]) -> Mapping[str, Any]:
    """A person's under the request's."""
    return laid_over(first.params, params) if first and first.params else params


def plan(
    people: Audience, said: Said, params: Mapping[str, Any], find: Find
) -> OwnPlan | None:
    """How workers make the words of each; None where all get the same. A query or two
    for each language, at most 50."""
    own = people.own
    if not (people.fan_outs and (own.locales or own.params)):
        return None
    base = find(said.wanted())
    wordings = {
        tag: found
        for tag in sorted(own.locales)[:_LANGUAGES]
        if (found := find(said.wanted(tag))) != base
    }
    return OwnPlan(wordings, people.with_link(params), base, shares=people.shares)
