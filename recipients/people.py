"""Who is behind the ids of a fan-out: read again when a worker composes for them.

Between the request and then, people may have left, or been erased: they are not there
any more, and get nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from notify_project.db.encryption import CannotOpen
from recipients.models import Member, Subscription

GROUP = "group"
LIST = "list"


@dataclass(frozen=True, slots=True)
class Person:
    """One of them; an address that cannot be opened any more is empty."""

    id: UUID
    address: str
    # By which they are on a list, and can leave it.
    subscription: UUID | None = None
    locale: str = ""
    params: Mapping[str, Any] = field(default_factory=dict, repr=False)


def load(tenant_id: UUID, source: str, ids: Sequence[UUID]) -> list[Person]:
    """Those who are still there, in the order of `ids`; one query."""
    rows = _SOURCES[source](tenant_id).filter(id__in=ids)
    found = {one: _person(source, one, address) for one, address in _addresses(rows)}
    return [found[one] for one in ids if one in found]


def with_own(tenant_id: UUID, source: str, found: Sequence[Person]) -> list[Person]:
    """The same with their languages and params, if they have any; one query."""
    if source == GROUP:
        return list(found)
    rows = _SOURCES[source](tenant_id).filter(id__in=[one.id for one in found])
    own = {key: values for key, *values in _own(rows)}
    return [
        replace(one, locale=own[one.id][0], params=own[one.id][1] or {})
        for one in found
        if one.id in own
    ]


def _own(rows: QuerySet[Any]) -> list[tuple[UUID, str, Any]]:
    """Params that cannot be opened any more are none."""
    try:
        return list(rows.values_list("id", "locale", "params"))
    except (CannotOpen, ValueError):
        return [(key, tag, None) for key, tag in rows.values_list("id", "locale")]


def _person(source: str, identity: UUID, address: str) -> Person:
    return Person(identity, address, None if source == GROUP else identity)


def _addresses(rows: QuerySet[Any]) -> list[tuple[UUID, str]]:
    try:
        return list(rows.values_list("id", "address"))
    except (CannotOpen, ValueError):
        pass  # one of them: ask for each by itself
    found = []
    for identity in rows.values_list("id", flat=True):
        try:
            found.append(rows.filter(id=identity).values_list("id", "address").get())
        except (CannotOpen, ValueError):
            found.append((identity, ""))
    return found


def _members(tenant_id: UUID) -> QuerySet[Member]:
    return Member.for_tenant(tenant_id)


def _subscribers(tenant_id: UUID) -> QuerySet[Subscription]:
    return Subscription.for_tenant(tenant_id).filter(
        status=Subscription.Status.CONFIRMED
    )


_SOURCES: Mapping[str, Callable[[UUID], QuerySet[Any]]] = {
    GROUP: _members,
    LIST: _subscribers,
}
