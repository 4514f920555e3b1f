"""Event types as plain data: what they refer to by its name, and back to its id."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from delivery.problems import Problems
from events import designing, drafts, naming
from events.bundles.file import Entry
from events.designing import Naming
from events.designs import ChannelDesign, Design
from events.errors import InvalidBundle
from events.event_types import design_of
from events.models import EventType
from notify_project.queue.writing import writing
from providers import downstream
from providers.models import Account, Sender
from recipients.models import Group, SubscriberList
from templates_app.errors import shown
from templates_app.models import Template
from tenants.models import Tenant, User

_ANY = ""  # names that are one row's whatever the channel


@dataclass(frozen=True, slots=True)
class Names:
    """What event types of a tenant may refer to: names by id, and ids by name."""

    names: Mapping[tuple[str, str], str] = field(repr=False)
    ids: Mapping[tuple[str, str, str], UUID] = field(repr=False)

    @classmethod
    def of(cls, tenant: Tenant) -> Names:
        """Six queries. A tenant's own rows win over the system's of the same name."""
        names: dict[tuple[str, str], str] = {}
        ids: dict[tuple[str, str, str], UUID] = {}
        for kind, rows in _rows(tenant).items():
            for key, channel, name in rows:
                names[kind, str(key)] = name
                ids.setdefault((kind, channel, name.lower()), key)
        return cls(names, ids)

    def name(self, kind: str, key: object) -> str:
        """Empty for none, and for one that is not there any more."""
        return self.names.get((kind, str(key)), "")

    def find(self, kind: str, name: str, path: str, *, channel: str = _ANY) -> UUID:
        """Raises InvalidBundle that names the field."""
        found = self.ids.get((kind, channel, name.lower()))
        if found is None:
            raise InvalidBundle(
                _("%(path)s: there is no %(name)s here. Make it first.")
                % {"path": path, "name": shown(name)},
                field=path,
            )
        return found


def _rows(tenant: Tenant) -> Mapping[str, Iterable[tuple[UUID, str, str]]]:
    own_first = F("tenant_id").asc(nulls_last=True)
    accounts = Account.offered_to(tenant).order_by(own_first)
    services = downstream.offered(tenant.id, "documents").order_by(own_first)
    return {
        "template": (
            (one.id, _ANY, one.name)
            for one in Template.for_tenant(tenant).only("id", "name")
        ),
        "sender": (
            (one.id, one.channel, one.address) for one in Sender.for_tenant(tenant)
        ),
        "account": (
            (key, channel, name)
            for key, channel, name in accounts.values_list("id", "channel", "name")
        ),
        "group": ((one.id, one.channel, one.name) for one in Group.for_tenant(tenant)),
        "list": ((one.id, _ANY, one.name) for one in SubscriberList.for_tenant(tenant)),
        "service": (
            (key, _ANY, name) for key, name in services.values_list("id", "name")
        ),
    }


def event_types_of(tenant: Tenant) -> Sequence[Entry]:
    """Those that were published, by name, as they are heard now."""
    names = Names.of(tenant)
    rows = EventType.for_tenant(tenant).filter(published__isnull=False)
    rows = rows.select_related("published").order_by("name")
    return [_entry(one, names) for one in rows]


def _entry(event_type: EventType, names: Names) -> Entry:
    assert event_type.published is not None
    design, called = design_of(event_type.published), designing.naming_of(event_type)
    return {
        "name": called.name,
        "aliases": list(called.aliases),
        "displayName": called.display_name,
        "description": called.description,
        "category": called.category,
        "urgency": design.urgency,
        "mandatory": design.mandatory,
        "tags": list(design.tags),
        "expiresAfterSeconds": design.expires_after_seconds,
        "idempotencyWindowSeconds": design.window_seconds,
        "paramsSchema": design.params_schema,
        "sampleParams": design.sample_params,
        "params": design.params,
        "channels": {
            code: {
                "on": one.on,
                "template": names.name("template", one.template_id),
                "sender": names.name("sender", one.sender_id),
                "account": names.name("account", one.account_id),
                "values": _named(one.values, names),
            }
            for code, one in sorted(design.channels.items())
        },
    }


def _named(values: Mapping[str, Any], names: Names) -> dict[str, Any]:
    said = dict(values)
    if "recipients" in said:
        said["recipients"] = {
            to: [
                {kind: names.name(kind, key) for kind, key in one.items()}
                if isinstance(one, Mapping)
                else one
                for one in entries
            ]
            for to, entries in said["recipients"].items()
        }
    if "attachments" in said:
        said["attachments"] = [
            {**one, what: names.name(what, one.get(what))}
            for one in said["attachments"]
            for what in ["service" if "service" in one else "template"]
        ]
    return said


def put(
    tenant: Tenant, entry: Entry, names: Names, author: User | None
) -> tuple[str, EventType]:
    """Published at once, in place of a draft that is there. "created" or "changed",
    and the event type. Who is told of it stays as it is here. Raises Invalid."""
    called = Naming(
        entry["name"],
        tuple(map(str, entry["aliases"])),
        entry["displayName"],
        entry["description"],
        entry["category"],
    )
    own = EventType.for_tenant(tenant).select_related("published")
    there = own.filter(name__iexact=entry["name"]).first()
    design = _design(entry, names, tenant)
    if there and there.published:
        design = replace(design, callback=there.published.callback)
    with writing():
        if there is None:
            made = designing.create(tenant, called, design, author=author)
            designing.publish(made)
            return "created", made
        _change(there, called, design, author)
    return "changed", there


def _change(
    there: EventType, called: Naming, design: Design, author: User | None
) -> None:
    """What only its names differ in gets no new version."""
    published = there.published
    same = published is not None and design_of(published) == design
    designing.change(there, called, None if same else design, author=author)
    if not same and drafts.draft_of(there):
        designing.publish(there)


def _design(entry: Entry, names: Names, tenant: Tenant) -> Design:
    problems = Problems()
    channels = {
        code: problems.gather(_channel, code, one, names, tenant)
        for code, one in entry["channels"].items()
    }
    problems.raise_all()
    return Design(
        urgency=entry["urgency"],
        mandatory=entry["mandatory"],
        tags=tuple(map(str, entry["tags"])),
        expires_after_seconds=entry["expiresAfterSeconds"],
        window_seconds=entry["idempotencyWindowSeconds"],
        params_schema=entry["paramsSchema"],
        sample_params=entry["sampleParams"],
        params=entry["params"],
        channels={code: one for code, one in channels.items() if one is not None},
    )


def _channel(code: str, one: Entry, names: Names, tenant: Tenant) -> ChannelDesign:
    """What is not here is told by the names of a request, which people know by their
    labels; what no export has, by its place in the file."""
    values = dict(one["values"])
    _ensure_shapes(values, f"channels.{code}.values")
    problems = Problems()
    if "attachments" in values:
        values["attachments"] = [
            problems.gather(_made_of, each, names, f"{code}.attachments[{position}]")
            for position, each in enumerate(values["attachments"])
        ]

    def find(kind: str, channel: str = code) -> UUID | None:
        if not one[kind]:
            return None
        place = f"{code}.{kind}"
        return problems.gather(names.find, kind, one[kind], place, channel=channel)

    made = ChannelDesign(
        on=one["on"],
        template_id=find("template", _ANY),
        sender_id=find("sender"),
        account_id=find("account"),
        values=values,
    )
    if problems.found:  # else groups and lists are told with all that is checked
        problems.gather(naming.ids_of, tenant, code, made)
    problems.raise_all()
    return made


def _made_of(one: Mapping[str, Any], names: Names, path: str) -> Mapping[str, Any]:
    what = "service" if "service" in one else "template"
    found = names.find(what, str(one.get(what, "")), f"{path}.{what}")
    return {**one, what: str(found)}


def _ensure_shapes(values: Mapping[str, Any], path: str) -> None:
    """As far as whoever reads a design relies on them; the rest is checked there."""
    for name, fits in _SHAPES.items():
        if name in values and not fits(values[name]):
            raise InvalidBundle(
                _("%(path)s is not as an export has it.") % {"path": f"{path}.{name}"},
                field=f"{path}.{name}",
            )


def _is_texts(said: Any) -> bool:
    return isinstance(said, Mapping) and all(isinstance(v, str) for v in said.values())


def _is_recipients(said: Any) -> bool:
    return isinstance(said, Mapping) and all(
        isinstance(entries, list) and all(_is_entry(one) for one in entries)
        for entries in said.values()
    )


def _is_entry(said: Any) -> bool:
    if isinstance(said, Mapping):
        return len(said) == 1 and said.keys() <= {"group", "list"} and _is_texts(said)
    return isinstance(said, str)


def _is_files(said: Any) -> bool:
    return isinstance(said, list) and all(isinstance(one, Mapping) for one in said)


_SHAPES: Mapping[str, Callable[[Any], bool]] = {
    "recipients": _is_recipients,
    "attachments": _is_files,
    "content": _is_texts,
    "headers": _is_texts,
    "params": lambda said: isinstance(said, Mapping),
}
