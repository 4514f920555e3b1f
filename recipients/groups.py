"""Groups kept here: make and change them, and read who is in those that are named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError
from django.db.models import ProtectedError, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from notify_project.db.hashing import address_hash
from notify_project.db.ids import read_id
from notify_project.db.values import insert_objects
from notify_project.errors import Invalid
from notify_project.queue.writing import writing
from providers.channels.base import Channel, channel
from providers.models import Service
from recipients import directories
from recipients.errors import (
    GroupInUse,
    GroupNameTaken,
    GroupWrongChannel,
    InvalidGroup,
    InvalidMember,
    UnknownGroup,
)
from recipients.models import Group, Member
from tenants.models import Tenant

MEMBERS = 1000
# Stands for a directory's people where it is not asked.
SOMEBODY = "somebody@directory.example"
NAME_LENGTH = 100


@dataclass(frozen=True, slots=True)
class KeptBy:
    """The directory that keeps a group, and its own id of it."""

    directory: Service
    group: str


@dataclass(frozen=True, slots=True)
class Found:
    """A group that recipients name, with its addresses in the order they came."""

    id: UUID
    name: str
    addresses: tuple[str, ...]


class Groups:
    """The groups that one channel's recipients name, by name or id."""

    def __init__(
        self,
        tenant_id: UUID,
        references: Iterable[str],
        *,
        channel_code: str,
        ask: bool = True,
    ) -> None:
        """Two queries if there are references, else none.

        Without `ask` no directory is called: somebody stands for its people.
        """
        self._channel = channel_code
        self._ask = ask
        wanted = set(references)
        named = _named(tenant_id, wanted) if wanted else []
        self._own = [one for one in named if one.channel == channel_code]
        self._others = [one for one in named if one.channel != channel_code]
        self._addresses = _addresses(tenant_id, self._own)

    def get(self, reference: str, *, field: str) -> Found:
        """Raises UnknownGroup or GroupWrongChannel, of `field`; ServiceUnavailable for
        a directory that does not answer."""
        row = self.find(reference, field=field)
        return Found(row.id, row.name, self._members(row, field))

    def _members(self, row: Group, field: str) -> tuple[str, ...]:
        if row.directory_id is None:
            return tuple(self._addresses.get(row.id, ()))
        return directories.addresses(row, field=field) if self._ask else (SOMEBODY,)

    def find(self, reference: str, *, field: str) -> Group:
        """The group itself; raises UnknownGroup or GroupWrongChannel, of `field`."""
        if row := _first(self._own, reference):
            return row
        name = repr(reference)[:80]
        if other := _first(self._others, reference):
            raise GroupWrongChannel(
                _("%(field)s: the group %(name)s is for %(theirs)s, not for %(ours)s.")
                % {
                    "field": field,
                    "name": name,
                    "theirs": other.channel,
                    "ours": self._channel,
                },
                field=field,
            )
        raise UnknownGroup(
            _("%(field)s: there is no group %(name)s. The admin lists them.")
            % {"field": field, "name": name},
            field=field,
        )


def create(
    tenant: Tenant,
    *,
    name: str,
    channel_code: str,
    addresses: Sequence[str] = (),
    description: str = "",
    kept_by: KeptBy | None = None,
) -> Group:
    """Raises InvalidGroup, InvalidMember and GroupNameTaken."""
    group = Group(tenant=tenant, channel=channel(channel_code).code)
    change(
        group,
        name=name,
        addresses=addresses,
        description=description,
        kept_by=kept_by,
    )
    return group


def change(
    group: Group,
    *,
    name: str,
    addresses: Sequence[str] = (),
    description: str = "",
    kept_by: KeptBy | None = None,
) -> None:
    """Who is in it afterwards is who is named here, or whom the directory names; raises
    what create raises."""
    kind = channel(group.channel)
    group.name, group.description = _checked_name(name), description
    _keep_by(group, kept_by, addresses)
    members = _members(group, kind, addresses, region=group.tenant.phone_region)
    _save(group, members)


def addresses_of(group: Group) -> list[str]:
    """The members' addresses in the order they came."""
    return [one.address for one in group.members.order_by("id")]


def delete(group: Group) -> None:
    """With its members. Raises GroupInUse, naming where."""
    try:
        with writing():
            group.delete()
    except ProtectedError as error:
        users = ", ".join(sorted({str(one) for one in error.protected_objects})[:5])
        raise GroupInUse(
            _(
                "The group is used by: %(users)s. Take it out there first; an earlier "
                "version keeps it, since one may go back to that."
            )
            % {"users": users}
        ) from None


def _named(tenant_id: UUID, wanted: set[str]) -> list[Group]:
    asked = (
        Q(id__in=[identity for one in wanted if (identity := read_id(one))])
        | Q(folded__in=[one.lower() for one in wanted])
        | Q(name__in=wanted)  # SQLite folds a to z only
    )
    rows = Group.for_tenant(tenant_id).alias(folded=Lower("name"))
    rows = rows.select_related("directory", "tenant")
    return list(rows.filter(asked).order_by("id"))


def _addresses(tenant_id: UUID, groups: Sequence[Group]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = {}
    if groups:
        rows = Member.for_tenant(tenant_id).filter(group__in=groups).order_by("id")
        for group_id, address in rows.values_list("group_id", "address"):
            found.setdefault(group_id, []).append(str(address))
    return found


def _first(rows: Sequence[Group], reference: str) -> Group | None:
    """By id before by name: somebody may call a group like another's id."""
    by_id = [one for one in rows if one.id == read_id(reference)]
    by_name = [one for one in rows if one.name.lower() == reference.lower()]
    return next(iter([*by_id, *by_name]), None)


def _members(
    group: Group, kind: Channel, addresses: Sequence[str], *, region: str
) -> list[Member]:
    if len(addresses) > MEMBERS:
        raise InvalidMember(
            _("A group has at most %(limit)s members.") % {"limit": MEMBERS},
            field="members",
        )
    found: dict[bytes, Member] = {}
    for position, address in enumerate(addresses):
        given = address.strip()
        normal = _normalised(kind, given, region=region, field=f"members[{position}]")
        key = address_hash(group.tenant_id, kind.folded(normal))
        row = Member(
            tenant_id=group.tenant_id, group=group, address=given, address_hash=key
        )
        found.setdefault(key, row)
    return list(found.values())


def _normalised(kind: Channel, address: str, *, region: str, field: str) -> str:
    try:
        return kind.normalise(address, region=region)
    except Invalid as error:
        raise InvalidMember(f"{field}: {error.message}", field=field) from None


def _keep_by(group: Group, kept_by: KeptBy | None, addresses: Sequence[str]) -> None:
    """Either has its people. A directory knows addresses, and no phones (D18)."""
    group.directory = kept_by.directory if kept_by else None
    group.directory_group = kept_by.group.strip() if kept_by else ""
    if kept_by is None:
        return
    if group.channel != "email":
        raise InvalidGroup(
            _("A directory knows e-mail addresses only."), field="directory"
        )
    reference = group.directory_group
    if not reference or len(reference) > 200 or not reference.isprintable():
        raise InvalidGroup(
            _("Give the directory's id of the group."), field="directory_group"
        )
    if addresses:
        raise InvalidGroup(
            _("The directory names its people. Leave the members empty."),
            field="members",
        )


def _save(group: Group, members: Sequence[Member]) -> None:
    try:
        with writing():
            group.save()
            Member.for_tenant(group.tenant_id).filter(group=group).delete()
            insert_objects(members)
    except IntegrityError:
        raise GroupNameTaken(
            _("There is a group of this name already. Choose another, or change that."),
            field="name",
        ) from None


def _checked_name(name: str) -> str:
    stripped = name.strip()
    if not stripped or len(stripped) > NAME_LENGTH or not stripped.isprintable():
        raise InvalidGroup(
            _("Give a name of 1 to %(limit)s printable characters.")
            % {"limit": NAME_LENGTH},
            field="name",
        )
    return stripped
