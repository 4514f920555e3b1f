"""What a design's recipients name: groups and lists, and their ids."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from delivery.problems import Problems
from events.designs import ChannelDesign, Design
from events.errors import InvalidDesign
from events.models import DefaultsReference, SystemDefaults, TenantDefaults
from recipients.groups import Groups
from recipients.lists import Found as List
from recipients.lists import Lists
from recipients.models import Group, SubscriberList
from tenants.models import Tenant

_KINDS = ("to", "cc", "bcc")
_OFFERED = 10
_CHOSEN = ("template", "sender", "account")

# By ("group" or "list", the name that was given).
Named = Mapping[tuple[str, str], UUID]


def ids_of(tenant: Tenant, code: str, one: ChannelDesign) -> Named:
    """Raises Invalid with an entry for each that is unknown, or named where it may not
    be. Two queries if there are groups, one if there are lists."""
    entries = [
        (field, kind, name)
        for field, entry in entries_of(code, one)
        if isinstance(entry, Mapping)
        for kind, name in entry.items()
    ]
    groups = [name for _field, kind, name in entries if kind == "group"]
    lists = [name for _field, kind, name in entries if kind == "list"]
    kept: Mapping[str, Groups | Lists] = {
        "group": Groups(tenant.id, groups, channel_code=code),
        "list": Lists(tenant.id, lists),
    }
    found = Problems()
    ids: dict[tuple[str, str], UUID] = {}
    for field, kind, name in entries:
        if kind == "list" and ".to[" not in field:
            text = _("A list belongs in to.")
            found.found.append(InvalidDesign(text, field=field))
            continue
        find: Callable[..., Group | List] = kept[kind].find
        if each := found.gather(find, name, field=field):
            ids[kind, name] = each.id
    found.raise_all()
    return ids


def names_of(tenant: Tenant) -> dict[str, str]:
    """Those of all its groups and lists, by id; two queries."""
    return {
        str(found): name
        for model in (Group, SubscriberList)
        for found, name in model.for_tenant(tenant).values_list("id", "name")
    }


def chosen_by_defaults(tenant: Tenant) -> dict[str, str]:
    """What the layers below its event types chose as template, sender and account, by
    id, whether or not it can be used now; two queries."""
    own = TenantDefaults.for_tenant(tenant).select_related(*_CHOSEN)
    system = SystemDefaults.objects.select_related("account")
    chosen = [getattr(row, name) for row in own for name in _CHOSEN]
    chosen += [row.account for row in system]
    return {str(one.pk): str(one) for one in chosen if one is not None}


# What stands in the values of defaults by its id, and has a name.
_NAMED = DefaultsReference.KINDS[:4]


def with_names(rows: QuerySet[TenantDefaults]) -> QuerySet[TenantDefaults]:
    """For `referred_by`: a query for each kind of thing, however many rows."""
    return rows.prefetch_related(*(f"references__{kind}" for kind in _NAMED))


def referred_by(defaults: TenantDefaults) -> list[Any]:
    """The groups, lists, documents and services that its values name."""
    rows = defaults.references.all()
    return [getattr(one, kind) for one in rows for kind in _NAMED]


def offered(tenant: Tenant, code: str, kind: str, words: str) -> Iterator[str]:
    """Groups and lists that may be named in to, cc or bcc of a channel and have these
    words in their names, as in "group: Approvers"; a few of each, by name."""
    if kind not in _KINDS:
        return
    before, colon, after = words.partition(":")
    only, part = (before.strip().lower(), after) if colon else ("", words)
    rows: dict[str, QuerySet[Any]] = {
        "group": Group.for_tenant(tenant).filter(channel=code)
    }
    if kind == "to":
        rows["list"] = SubscriberList.for_tenant(tenant)
    for what, each in rows.items():
        if only in ("", what):
            found = each.filter(name__icontains=part.strip()).order_by("name")
            for name in found.values_list("name", flat=True)[:_OFFERED]:
                yield f"{what}: {name}"


def of_lists(design: Design) -> set[str]:
    """The fields that name a list, as in email.recipients.to: nobody need have
    subscribed yet."""
    return {
        field.partition("[")[0]
        for code, one in design.channels.items()
        for field, entry in entries_of(code, one)
        if isinstance(entry, Mapping) and "list" in entry
    }


def entries_of(code: str, one: ChannelDesign) -> Iterator[tuple[str, Any]]:
    """(field, entry) of each recipient, as in email.recipients.to[0]."""
    recipients: Mapping[str, Any] = one.values.get("recipients", {})
    for kind in _KINDS:
        for position, entry in enumerate(recipients.get(kind, ())):
            yield f"{code}.recipients.{kind}[{position}]", entry
