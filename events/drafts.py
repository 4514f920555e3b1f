"""A design as rows: the draft of an event type, and what it refers to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from events import attachments
from events.designs import ChannelDesign, Design
from events.models import (
    EventDefaults,
    EventDocument,
    EventGroup,
    EventImage,
    EventList,
    EventType,
    EventVersion,
)
from events.naming import Named
from templates_app import images
from tenants.models import User


def draft_of(event_type: EventType) -> EventVersion | None:
    """The version that is being worked on, if any."""
    return event_type.versions.filter(published_at__isnull=True).first()


def write(
    event_type: EventType,
    design: Design,
    named: Mapping[str, Named],
    author: User | None,
) -> EventVersion:
    """Change the draft, or begin one, in the caller's transaction.

    `named` has, by channel, the id of each group and list that its recipients name.
    """
    draft = draft_of(event_type)
    if draft is None:
        last = event_type.versions.order_by("-number").first()
        draft = EventVersion(
            tenant=event_type.tenant,
            event_type=event_type,
            number=last.number + 1 if last else 1,
        )
    draft.urgency, draft.mandatory = design.urgency, design.mandatory
    draft.tags = list(design.tags)
    draft.expires_after_seconds = design.expires_after_seconds
    draft.idempotency_window_seconds = design.window_seconds
    draft.params_schema = dict(design.params_schema)
    draft.sample_params = dict(design.sample_params)
    draft.params = dict(design.params)
    draft.callback = None if design.callback is None else dict(design.callback)
    draft.created_by = author
    draft.save()
    EventDefaults.for_tenant(event_type.tenant_id).filter(version=draft).delete()
    for code, one in design.channels.items():
        _write_channel(draft, code, one, named.get(code, {}))
    return draft


def _write_channel(
    draft: EventVersion, code: str, one: ChannelDesign, named: Named
) -> None:
    row = EventDefaults(
        tenant=draft.tenant,
        version=draft,
        channel=code,
        on=one.on,
        template_id=one.template_id,
        sender_id=one.sender_id,
        account_id=one.account_id,
        values=values_by_id(one.values, named),
    )
    row.save(force_insert=True)
    used = {(kind, found) for (kind, _name), found in named.items()}
    for kind, found in sorted(used, key=str):
        keeps: EventGroup | EventList = (
            EventGroup(tenant=draft.tenant, defaults=row, group_id=found)
            if kind == "group"
            else EventList(tenant=draft.tenant, defaults=row, list_id=found)
        )
        keeps.save(force_insert=True)
    body = one.values.get("content", {}).get("body", "")
    for image in images.ids(draft.tenant_id, [body]).values():
        EventImage(tenant=draft.tenant, defaults=row, image_id=image).save(
            force_insert=True
        )
    made_of = [each[1:] for each in attachments.references_of(one.values)]
    for what, reference in dict.fromkeys(made_of):
        protected = {f"{what}_id": UUID(reference)}
        EventDocument(tenant=draft.tenant, defaults=row, **protected).save(
            force_insert=True
        )


def values_by_id(values: Mapping[str, Any], named: Named) -> dict[str, Any]:
    """With groups and lists by their ids, so that a new name of one changes nothing."""
    kinds: Mapping[str, Any] = values.get("recipients", {})
    recipients = {
        kind: [_entry_by_id(one, named) for one in entries]
        for kind, entries in kinds.items()
    }
    return {**values, "recipients": recipients} if recipients else dict(values)


def _entry_by_id(one: Any, named: Named) -> Any:
    if not isinstance(one, Mapping):
        return one
    return {kind: str(named[kind, name]) for kind, name in one.items()}
