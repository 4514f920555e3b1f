"""Who is meant: a channel's recipients, with the groups among them looked up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from delivery.plan import Entry, GroupPlan
from delivery.problems import Problems
from events.errors import InvalidField
from recipients.groups import Groups

KINDS = ("to", "cc", "bcc")
_GROUPS = 50


@dataclass(frozen=True, slots=True)
class Audience:
    """Recipients by kind; addresses may still hold `{{...}}`."""

    to: tuple[Entry, ...] = ()
    cc: tuple[Entry, ...] = ()
    bcc: tuple[Entry, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def named(self) -> list[str]:
        """All addresses of `to`, those of groups too."""
        return [
            address
            for one in self.to
            for address in (one.addresses if isinstance(one, GroupPlan) else (one,))
        ]


def of(
    tenant_id: UUID,
    channel: str,
    recipients: Mapping[str, Any],
    problems: Problems,
    *,
    path: str,
) -> Audience:
    """Two queries if there are groups, else none; an unknown group is a problem.

    A group without members is a warning: if nobody is left, composing says so.
    """
    named = [
        one["group"]
        for kind in KINDS
        for one in recipients.get(kind, ())
        if isinstance(one, Mapping)
    ]
    if len(named) > _GROUPS:
        problems.found.append(_too_many(f"{path}recipients"))
        return Audience()
    groups = Groups(tenant_id, named, channel_code=channel)
    found: dict[str, tuple[Entry, ...]] = {}
    warnings: list[str] = []
    for kind in KINDS:
        field = f"{path}recipients.{kind}"
        found[kind] = _entries(recipients.get(kind, ()), groups, problems, field)
        warnings += _empty(found[kind], field)
    return Audience(**found, warnings=tuple(warnings))


def _entries(
    given: Sequence[Any], groups: Groups, problems: Problems, path: str
) -> tuple[Entry, ...]:
    entries: list[Entry] = []
    for position, one in enumerate(given):
        if not isinstance(one, Mapping):
            entries.append(str(one))
            continue
        field = f"{path}[{position}]"
        found = problems.gather(groups.get, one["group"], field=field)
        if found:
            entries.append(GroupPlan(found.id, found.name, found.addresses))
    return tuple(entries)


def _empty(entries: Sequence[Entry], field: str) -> list[str]:
    return [
        _("%(field)s: the group %(name)s has no members.")
        % {"field": field, "name": one.name}
        for one in entries
        if isinstance(one, GroupPlan) and not one.addresses
    ]


def _too_many(field: str) -> InvalidField:
    return InvalidField(
        _("%(field)s names more than %(limit)s groups.")
        % {"field": field, "limit": _GROUPS},
        field=field,
    )
