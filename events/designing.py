"""Make and change event types: names at once, designs as drafts that are published.

A published version never changes; rolling back makes an older one heard again. Every
change is checked first (events/checking.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from events import checking, drafts
from events.designs import Design
from events.errors import EventNameTaken, EventTypeNotFound, InvalidDesign
from events.event_types import design_of
from events.models import EventName, EventType, EventVersion
from events.naming import Named
from events.needing import Needs
from notify_project.queue.writing import writing
from tenants.models import Tenant, User

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,99}")
_ALIASES = 20


@dataclass(frozen=True, slots=True)
class Naming:
    """How an event type is called; all of it may change without a new version."""

    name: str
    aliases: tuple[str, ...] = ()
    display_name: str = ""
    description: str = ""
    category: str = ""


def find(tenant: Tenant, event_type_id: UUID) -> EventType:
    """Raises EventTypeNotFound, for another tenant's as well."""
    found = EventType.for_tenant(tenant).filter(id=event_type_id).first()
    if found is None:
        raise EventTypeNotFound(_("There is no event type with this id."))
    return found


def create(
    tenant: Tenant, naming: Naming, design: Design, *, author: User | None = None
) -> EventType:
    """With a draft, which nobody hears yet. Raises InvalidDesign, EventNameTaken."""
    _check_names(naming)
    groups = checking.ensure_sound(tenant, naming.name, design)
    try:
        with writing():
            made = EventType(tenant=tenant)
            _name(made, naming)
            drafts.write(made, design, groups, author)
    except IntegrityError:
        raise _taken() from None
    return made


def rename(event_type: EventType, naming: Naming) -> None:
    """Heard at once. Raises InvalidDesign, EventNameTaken."""
    _check_names(naming)
    try:
        with writing():
            _name(event_type, naming)
    except IntegrityError:
        raise _taken() from None


def change(
    event_type: EventType,
    naming: Naming,
    design: Design | None,
    *,
    author: User | None = None,
) -> None:
    """New names, heard at once, and a design for the draft; both or neither.

    Raises InvalidDesign, EventNameTaken.
    """
    _check_names(naming)
    named: Mapping[str, Named] = {}
    if design is not None:
        named = checking.ensure_sound(event_type.tenant, naming.name, design)
    try:
        with writing():
            wait_for(event_type)
            _name(event_type, naming)
            if design is not None:
                drafts.write(event_type, design, named, author)
    except IntegrityError:
        raise _taken() from None


def naming_of(event_type: EventType) -> Naming:
    """How it is called now."""
    aliases = event_type.names.filter(is_alias=True).order_by("id")
    return Naming(
        event_type.name,
        tuple(aliases.values_list("name", flat=True)),
        event_type.display_name,
        event_type.description,
        event_type.category,
    )


def save_draft(
    event_type: EventType, design: Design, *, author: User | None = None
) -> EventVersion:
    """Change the draft, or begin one; what is published stays. Raises InvalidDesign."""
    groups = checking.ensure_sound(event_type.tenant, event_type.name, design)
    with writing():
        wait_for(event_type)
        return drafts.write(event_type, design, groups, author)


def discard_draft(event_type: EventType) -> None:
    """What is published stays as it is."""
    if event_type.published_id is None:
        raise InvalidDesign(_("The draft is all that there is. Publish or delete it."))
    with writing():
        event_type.versions.filter(published_at__isnull=True).delete()


def publish(event_type: EventType) -> EventVersion:
    """The draft is heard from now on. Raises InvalidDesign if it is not sound."""
    seen = drafts.draft_of(event_type)
    if seen is None:
        raise InvalidDesign(_("There is no draft to publish."))
    design = _sendable(event_type, seen)
    with writing():
        wait_for(event_type)
        draft = drafts.draft_of(event_type)
        if draft is None or design_of(draft) != design:
            raise InvalidDesign(
                _("Somebody changed the draft meanwhile. Look at it, and publish then.")
            )
        draft.published_at = timezone.now()
        draft.save(update_fields=["published_at"])
        _hear(event_type, draft)
    return draft


def roll_back(event_type: EventType, number: int) -> EventVersion:
    """An older version is heard again, as it was. Raises EventTypeNotFound for one
    that never was published, InvalidDesign where it can no longer be sent."""
    version = event_type.versions.filter(
        number=number, published_at__isnull=False
    ).first()
    if version is None:
        raise EventTypeNotFound(_("There is no published version of this number."))
    _sendable(event_type, version)
    with writing():
        wait_for(event_type)
        _hear(event_type, version)
    return version


def _sendable(event_type: EventType, version: EventVersion) -> Design:
    """What it says. Raises InvalidDesign for what no call could mend: without sample
    params, a version that reads none is tried out with none."""
    design = design_of(version)
    checking.ensure_sound(event_type.tenant, event_type.name, design)
    if not Needs(event_type.tenant_id).of(version):
        checking.ensure_sendable(event_type.tenant, event_type.name, design)
    return design


def copy(event_type: EventType, name: str, *, author: User | None = None) -> EventType:
    """Another event type with the same design, as a draft. Aliases stay behind."""
    source = drafts.draft_of(event_type) or event_type.published
    design = design_of(source) if source else Design()
    like = naming_of(event_type)
    naming = Naming(name, (), like.display_name, like.description, like.category)
    return create(event_type.tenant, naming, design, author=author)


def switch(event_type: EventType, *, active: bool) -> None:
    """Off: calls that name it are refused."""
    with writing():
        event_type.active = active
        event_type.save(update_fields=["active", "updated_at"])


def delete(event_type: EventType) -> None:
    """One that never was published; others are switched off, so that history can be
    read. Raises InvalidDesign."""
    if event_type.published_id is not None:
        raise InvalidDesign(
            _("An event type that was published is switched off, not deleted.")
        )
    with writing():
        event_type.delete()


def wait_for(event_type: EventType) -> None:
    """Two authors at once: the second waits here."""
    row = EventType.for_tenant(event_type.tenant_id).filter(id=event_type.id)
    row.update(published=F("published"))


def _hear(event_type: EventType, version: EventVersion) -> None:
    event_type.published = version
    event_type.save(update_fields=["published", "updated_at"])


def _check_names(naming: Naming) -> None:
    if len(naming.aliases) > _ALIASES:
        raise InvalidDesign(
            _("At most %(limit)s aliases.") % {"limit": _ALIASES}, field="aliases"
        )
    seen: set[str] = set()
    for field, name in _fields(naming):
        if not _NAME.fullmatch(name):
            raise InvalidDesign(
                _(
                    "A name has 1 to 100 characters, begins with a letter from a to z, "
                    "and goes on with letters, digits, dots, hyphens and underscores."
                ),
                field=field,
            )
        if name.lower() in seen:
            raise InvalidDesign(_("This name is given twice."), field=field)
        seen.add(name.lower())


def _fields(naming: Naming) -> Iterable[tuple[str, str]]:
    yield "name", naming.name
    for alias in naming.aliases:
        yield "aliases", alias


def _name(event_type: EventType, naming: Naming) -> None:
    event_type.name = naming.name
    event_type.display_name = naming.display_name.strip()
    event_type.description = naming.description
    event_type.category = naming.category.strip()
    event_type.save()
    EventName.for_tenant(event_type.tenant_id).filter(event_type=event_type).delete()
    for name in (naming.name, *naming.aliases):
        EventName(
            tenant=event_type.tenant,
            event_type=event_type,
            name=name,
            is_alias=name != naming.name,
        ).save(force_insert=True)


def _taken() -> EventNameTaken:
    return EventNameTaken(
        _("This name or alias is another event type's. Choose another."), field="name"
    )
