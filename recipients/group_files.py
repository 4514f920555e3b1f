"""A group as a file: its members out, and what a file of members would change.

The file is the group: who is not in it leaves. Nothing is changed before somebody has
looked at the difference, and then all of it or nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from notify_project.api import spreadsheets
from notify_project.api.spreadsheets import Problem
from notify_project.errors import Invalid
from providers.channels.base import Channel, channel
from recipients import groups
from recipients.errors import InvalidGroup
from recipients.models import Group

COLUMNS = ("address",)


@dataclass(frozen=True, slots=True)
class GroupDifference:
    """Addresses as the file spells them; `changed` pairs another spelling before and
    after. `members` are all that the group would have, in the order of the file."""

    added: tuple[str, ...] = ()
    changed: tuple[tuple[str, str], ...] = ()
    removed: tuple[str, ...] = ()
    same: int = 0
    problems: tuple[Problem, ...] = ()
    members: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.changed or self.removed)


def lines(group: Group) -> Iterator[str]:
    """The file, a line at a time."""
    rows = ([one] for one in groups.addresses_of(group))
    return spreadsheets.marked(spreadsheets.written(COLUMNS, rows))


def compare(group: Group, data: bytes) -> GroupDifference:
    """Raises Malformed for what is no such file, InvalidGroup where a directory keeps
    the group."""
    if group.directory_id is not None:
        raise InvalidGroup(_("A directory names the people of this group."))
    rows = spreadsheets.read(data, COLUMNS, most_rows=groups.MEMBERS)
    kind, region = channel(group.channel), group.tenant.phone_region
    now = {_key(kind, one, region=region): one for one in groups.addresses_of(group)}
    wanted, problems = _wanted(kind, rows, region=region)
    return _difference(now, wanted, problems)


def apply(group: Group, difference: GroupDifference) -> None:
    """Raises what groups.change raises."""
    groups.change(
        group,
        name=group.name,
        description=group.description,
        addresses=difference.members,
    )


def _wanted(
    kind: Channel, rows: Sequence[spreadsheets.Row], *, region: str
) -> tuple[dict[str, str], list[Problem]]:
    """By the one form of each address, as it is spelt; and the lines that are wrong."""
    wanted: dict[str, str] = {}
    lines_of: dict[str, int] = {}
    problems: list[Problem] = []
    for row in rows:
        address = row.cells["address"]
        try:
            key = _key(kind, address, region=region)
        except Invalid as error:
            problems.append(Problem(row.line, error.message))
            continue
        if key in wanted:
            twice = _("The same address as in line %(line)s.") % {"line": lines_of[key]}
            problems.append(Problem(row.line, twice))
            continue
        wanted[key], lines_of[key] = address, row.line
    return wanted, problems


def _key(kind: Channel, address: str, *, region: str) -> str:
    return kind.folded(kind.normalise(address, region=region))


def _difference(
    now: Mapping[str, str], wanted: Mapping[str, str], problems: Sequence[Problem]
) -> GroupDifference:
    both = [key for key in wanted if key in now]
    changed = tuple((now[key], wanted[key]) for key in both if now[key] != wanted[key])
    return GroupDifference(
        added=tuple(one for key, one in wanted.items() if key not in now),
        changed=changed,
        removed=tuple(one for key, one in now.items() if key not in wanted),
        same=len(both) - len(changed),
        problems=tuple(problems),
        members=tuple(wanted.values()),
    )
