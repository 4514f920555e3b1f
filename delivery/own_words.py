"""Words made for one person of a fan-out: their language, and their params.

The recipe is stored, sealed, with the channel's content when a request is accepted, so
that a template that changes tomorrow changes nothing of it; workers make the words when
they compose the messages (delivery/expanding.py).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from delivery import wordings, words
from delivery.filling import Filling
from delivery.models import Content
from delivery.plan import OwnPlan
from notify_project.db.encryption import CannotOpen
from notify_project.errors import Invalid
from providers.channels.base import channel
from recipients.people import Person
from templates_app.errors import MissingParams, ObjectPrinted
from templates_app.params import laid_over

Recipe = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Made:
    """What one person reads, as a content's body has it; or why there is nothing."""

    body: Mapping[str, Any] | None = None
    code: str = ""
    detail: str = ""


def recipe(own: OwnPlan, *, missing: str) -> Recipe:
    """As it is stored: plain JSON."""
    return {
        "missing": missing,
        "params": dict(own.params),
        "wordings": {
            tag: wordings.stored(one)
            for tag, one in (("", own.base), *own.wordings.items())
        },
    }


def stored(content_id: UUID) -> Recipe:
    """Of a channel's content; {} where all read the same. One query. What cannot be
    opened is told of each message, when it is to be sent."""
    rows = Content.across_tenants().filter(id=content_id)
    try:
        body: Any = rows.values_list("body", flat=True).first() or {}
    except (CannotOpen, ValueError):
        return {}
    found: Recipe = body.get("own") or {}
    return found


def sources(own: OwnPlan) -> dict[str, str]:
    """The texts before anybody's params are in them: what all have in common."""
    return dict(own.base.texts)


class Maker:
    """Makes the words of one fan-out; people with the same of everything share them."""

    def __init__(self, channel_code: str, stored: Recipe) -> None:
        self._kind = channel(channel_code)
        self._stored = stored
        kept = stored["wordings"].items()
        self._wordings = {tag: wordings.read(one) for tag, one in kept}
        self._made: dict[str, Made] = {}

    def words_for(self, person: Person) -> Made:
        """Never raises for what is wrong with one person's params."""
        tag = person.locale if person.locale in self._wordings else ""
        key = json.dumps([tag, person.params], sort_keys=True, default=str)
        if key not in self._made:
            self._made[key] = self._make(tag, person)
        return self._made[key]

    def _make(self, tag: str, person: Person) -> Made:
        wording = self._wordings[tag]
        params = laid_over(person.params, self._stored["params"])
        plan = wordings.plan_of(self._kind.code, wording, params)
        missing = str(self._stored["missing"])
        try:
            made = words.texts_of(plan, self._kind, Filling(), missing_params=missing)
        except Invalid as error:
            # The names of params may be told; what was given for them may not.
            detail = error.message if isinstance(error, _NAMING) else _DETAIL
            return Made(code=FAILED, detail=detail[:300])
        return Made(words.stored(made, wording))


FAILED = "words_failed"
_NAMING = (MissingParams, ObjectPrinted)
_DETAIL = "The words cannot be made with this subscriber's params."
