"""Who is meant: a channel's recipients, with the groups and lists among them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from delivery.errors import TooManyRecipients
from delivery.plan import Entry, FanOutPlan, GroupPlan, ListPlan
from delivery.problems import Problems
from events.errors import InvalidField
from recipients import fetching, links, lists, people
from recipients.groups import Groups
from recipients.lists import Lists, Own
from recipients.people import LIST, Person
from tenants.models import Tenant

KINDS = ("to", "cc", "bcc")
LINK = "unsubscribeUrl"
_NAMED = 50
_LOOKED_AT = 50


@dataclass(frozen=True, slots=True)
class Audience:
    """Recipients by kind; addresses may still hold `{{...}}`."""

    to: tuple[Entry, ...] = ()
    cc: tuple[Entry, ...] = ()
    bcc: tuple[Entry, ...] = ()
    fan_outs: tuple[FanOutPlan, ...] = ()
    warnings: tuple[str, ...] = ()
    own: Own = field(default_factory=Own)  # of those who are on lists

    @property
    def named(self) -> list[str]:
        """All addresses of `to`, those of groups too."""
        return [
            address
            for one in self.to
            if not isinstance(one, ListPlan)
            for address in (one.addresses if isinstance(one, GroupPlan) else (one,))
        ]

    @property
    def shares(self) -> bool:
        """Whether somebody gets what others get too."""
        return any(not isinstance(one, ListPlan) or one.subscribers for one in self.to)

    def first(self, tenant_id: UUID) -> Person | None:
        """The first who has params, or else the first, of those who get a message each:
        the words that are made for them are the example."""
        for one in self.fan_outs:
            found = people.load(tenant_id, one.source, one.people[:_LOOKED_AT])
            own = people.with_own(tenant_id, one.source, found)
            return next(iter([each for each in own if each.params] or own), None)
        return None

    @property
    def stand_in(self) -> str:
        """What is written where each subscriber gets their own link; "" without any."""
        has_lists = any(isinstance(one, ListPlan) for one in self.to)
        return links.stand_in() if has_lists or self.fan_outs else ""

    def with_link(self, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """With `unsubscribeUrl`, if there are subscribers; nobody else sets it then."""
        stand_in = self.stand_in
        return {**params, LINK: stand_in} if stand_in else params


@dataclass(frozen=True, slots=True)
class _Lookup:
    """What the entries of one channel name, looked up."""

    tenant_id: UUID
    channel: str
    groups: Groups
    lists: Lists
    locale: str
    ask: bool
    own: list[Own] = field(default_factory=list)


def of(
    tenant: Tenant,
    channel: str,
    recipients: Mapping[str, Any],
    problems: Problems,
    *,
    path: str,
    ask: bool = True,
) -> Audience:
    """Two queries if there are groups, one and two more each if there are lists. With
    `ask`, a call for each group that a directory keeps and did not name lately, and
    some for each list that a service keeps.

    What is unknown is a problem. A group or list with nobody in it is a warning: if
    nobody is left, composing says so.
    """
    references = _references(recipients)
    if len(references) > _NAMED:
        problems.found.append(_too_many(f"{path}recipients"))
        return Audience()
    named = _lookup(tenant, channel, references, ask=ask)
    found: dict[str, tuple[Entry, ...]] = {}
    fan_outs: list[FanOutPlan] = []
    warnings: list[str] = []
    for kind in KINDS:
        field = f"{path}recipients.{kind}"
        entries = _entries(recipients.get(kind, ()), named, problems, field)
        fan_outs += [one for one in entries if isinstance(one, FanOutPlan)]
        found[kind] = tuple(one for one in entries if not isinstance(one, FanOutPlan))
        warnings += _empty(found[kind], field)
    if len(fan_outs) > 1:
        fan_outs = problems.gather(_once, named, fan_outs, path=path) or []
    return Audience(
        **found,
        fan_outs=tuple(fan_outs),
        warnings=tuple(warnings),
        own=_joint(named.own),
    )


def _lookup(
    tenant: Tenant,
    channel: str,
    references: Sequence[Mapping[str, str]],
    *,
    ask: bool,
) -> _Lookup:
    groups = _those(references, "group")
    return _Lookup(
        tenant.id,
        channel,
        Groups(tenant.id, groups, channel_code=channel, ask=ask),
        Lists(tenant.id, _those(references, "list")),
        tenant.locale,
        ask,
    )


def _joint(own: Sequence[Own]) -> Own:
    locales = frozenset(tag for one in own for tag in one.locales)
    return Own(locales, any(one.params for one in own))


def _once(
    named: _Lookup, fan_outs: Sequence[FanOutPlan], *, path: str
) -> list[FanOutPlan]:
    """Who is on several long lists gets one message, by the first; one query a list."""
    seen: set[bytes] = set()
    kept: list[FanOutPlan] = []
    for one in fan_outs:
        hashes = lists.address_hashes(named.tenant_id, one.id, named.channel)
        new: list[UUID] = []
        for each in one.people:
            key = hashes.get(each)
            if key is not None and key not in seen:
                seen.add(key)
                new.append(each)
        kept += [replace(one, people=tuple(new))] if new else []
    most = settings.FAN_OUT_RECIPIENTS
    if len(seen) > most:
        raise TooManyRecipients(
            _("%(field)s: these lists have more than %(limit)s subscribers together.")
            % {"field": f"{path}recipients.to", "limit": most},
            field=f"{path}recipients.to",
        )
    return kept


def _references(recipients: Mapping[str, Any]) -> list[Mapping[str, str]]:
    return [
        one
        for kind in KINDS
        for one in recipients.get(kind, ())
        if isinstance(one, Mapping)
    ]


def _those(references: Sequence[Mapping[str, str]], name: str) -> list[str]:
    return [one[name] for one in references if name in one]


def _entries(
    given: Sequence[Any], named: _Lookup, problems: Problems, path: str
) -> list[Entry | FanOutPlan]:
    entries: list[Entry | FanOutPlan] = []
    for position, one in enumerate(given):
        if not isinstance(one, Mapping):
            entries.append(str(one))
            continue
        look_up: Callable[..., Entry | FanOutPlan] = _group if "group" in one else _list
        found = problems.gather(look_up, one, named, field=f"{path}[{position}]")
        if found:
            entries.append(found)
    return entries


def _group(one: Mapping[str, str], named: _Lookup, *, field: str) -> GroupPlan:
    found = named.groups.get(one["group"], field=field)
    return GroupPlan(found.id, found.name, found.addresses)


def _list(
    one: Mapping[str, str], named: _Lookup, *, field: str
) -> ListPlan | FanOutPlan:
    """With its subscribers, if one request composes for so many; else by their ids."""
    if ".to[" not in field:
        raise InvalidField(
            _(
                "%(field)s: a list belongs in to. Its subscribers get a message each, "
                "and nobody else is in it."
            )
            % {"field": field},
            field=field,
        )
    found = named.lists.find(one["list"], field=field)
    if named.ask:
        fetching.refresh(found.row, named.channel, field=field)
    whose = (named.tenant_id, found.id, named.channel)
    few = settings.REQUEST_RECIPIENTS
    if not _have_own(named, lists.own(*whose)):
        some = lists.subscribers(*whose, limit=few + 1)
        if len(some) <= few:
            return ListPlan(found.id, found.name, {one.id: one.address for one in some})
    most = settings.FAN_OUT_RECIPIENTS
    ids = lists.subscriber_ids(*whose, limit=most + 1)
    if len(ids) > most:
        raise TooManyRecipients(
            _(
                "%(field)s: the list %(name)s has more than %(limit)s subscribers, "
                "which is as many as one request may reach."
            )
            % {"field": field, "name": found.name, "limit": most},
            field=field,
        )
    return FanOutPlan(LIST, found.id, found.name, tuple(ids))


def _have_own(named: _Lookup, own: Own) -> bool:
    """Whether words are made for each by themselves; the tenant's own language is
    everybody's."""
    own = Own(own.locales - {named.locale}, own.params)
    named.own.append(own)
    return bool(own.locales or own.params)


def _empty(entries: Sequence[Entry], field: str) -> list[str]:
    told: list[str] = []
    for one in entries:
        if isinstance(one, GroupPlan) and not one.addresses:
            text = _("%(field)s: the group %(name)s has no members.")
            told.append(text % {"field": field, "name": one.name})
        if isinstance(one, ListPlan) and not one.subscribers:
            text = _("%(field)s: nobody is subscribed to the list %(name)s.")
            told.append(text % {"field": field, "name": one.name})
    return told


def _too_many(field: str) -> InvalidField:
    return InvalidField(
        _("%(field)s names more than %(limit)s groups and lists.")
        % {"field": field, "limit": _NAMED},
        field=field,
    )
