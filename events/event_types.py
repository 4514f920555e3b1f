"""Find the event type that a request names, by its short name or an alias."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from django.conf import settings
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from events.designs import ChannelDesign, Design, Event, event_of
from events.errors import EventTypeInactive, UnknownEventType
from events.models import EventName, EventVersion
from notify_project.remembering import Memory

FIELD = "notificationEventType"
_NAMES = 500  # of which a misspelt one is compared with
_LIKENESS = 0.6

# What a published version says never changes, so only memory bounds this.
_kept: Memory[UUID, Event] = Memory(size=500, seconds=lambda: settings.CACHE_SECONDS)


def find(tenant_id: UUID, name: str) -> Event:
    """One query, and two more the first time; a change of any kind is heard at once.

    Raises UnknownEventType, with what was probably meant, or EventTypeInactive.
    """
    row = (
        EventName.for_tenant(tenant_id)
        .annotate(folded=Lower("name"))
        .filter(folded=name.lower())
        .values_list(
            "event_type__name", "event_type__active", "event_type__published_id"
        )
        .first()
    )
    if row is None:
        raise _unknown(tenant_id, name)
    called, active, version_id = row
    if not active or version_id is None:
        raise EventTypeInactive(
            _("The event type %(name)s is switched off, or not published yet.")
            % {"name": name},
            field=FIELD,
        )
    kept = _kept.get(version_id)
    if kept is None:
        versions = EventVersion.for_tenant(tenant_id).select_related("event_type")
        kept = load(versions.get(id=version_id))
        _kept.put(version_id, kept)
    return kept if kept.name == called else replace(kept, name=called)


def load(version: EventVersion) -> Event:
    """A stored version as a request finds it; one query, two without its type."""
    return event_of(version.event_type.name, version.number, design_of(version))


def design_of(version: EventVersion) -> Design:
    """What a stored version says; one query."""
    return Design(
        urgency=version.urgency,
        mandatory=version.mandatory,
        tags=tuple(version.tags),
        expires_after_seconds=version.expires_after_seconds,
        window_seconds=version.idempotency_window_seconds,
        params_schema=version.params_schema,
        sample_params=version.sample_params,
        params=version.params,
        callback=version.callback,
        channels={
            one.channel: ChannelDesign(
                on=one.on,
                template_id=one.template_id,
                sender_id=one.sender_id,
                account_id=one.account_id,
                values=one.values,
            )
            for one in version.channels.all()
        },
    )


def _unknown(tenant_id: UUID, name: str) -> UnknownEventType:
    names = EventName.for_tenant(tenant_id).filter(event_type__published__isnull=False)
    near = _near(name, names.values_list("name", flat=True)[:_NAMES])
    text = _("There is no event type %(name)s.") % {"name": repr(name)[:80]}
    if near:
        text += " " + _("Did you mean %(near)s?") % {"near": near}
    else:
        text += " " + _("GET /notifyevent/types lists them.")
    return UnknownEventType(text, field=FIELD)


def _near(name: str, known: Iterable[str]) -> str:
    """The most similar of the names; "" if none is similar."""
    folded = {one.lower(): one for one in known}
    found = difflib.get_close_matches(name.lower(), folded, n=1, cutoff=_LIKENESS)
    return folded[found[0]] if found else ""
