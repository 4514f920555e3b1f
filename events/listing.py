"""The event types that callers may name, each with the params that it reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Lower

from events import attachments, expecting
from events.audience import LINK
from events.models import EventDefaults, EventDocument, EventType
from providers.channels.base import channel
from templates_app import reading
from templates_app.kinds import DOCUMENT
from templates_app.reading import Reader, Text
from templates_app.rendering import DEFAULT_ENGINE


def callable_now(tenant_id: UUID) -> QuerySet[EventType]:
    """Active and published; all that `presented` reads, in five more queries, and a few
    where templates have layouts, or files are made."""
    return (
        EventType.for_tenant(tenant_id)
        .filter(active=True, published__isnull=False)
        .select_related("published")
        .prefetch_related("names", "published__channels__template__published")
        .prefetch_related("published__channels__template__published__layout__published")
        .prefetch_related(f"{_FILES}__service", f"{_FILES}__template__published")
        .prefetch_related(f"{_FILES}__template__published__layout__published")
    )


_FILES = "published__channels__documents"


def of_name(rows: QuerySet[EventType], name: str) -> QuerySet[EventType]:
    """The one of this short name or alias, if there is any."""
    return rows.alias(folded=Lower("names__name")).filter(folded=name.lower())


def presented(event_type: EventType, reader: Reader | None = None) -> dict[str, Any]:
    """One event type as callers see it: nobody's addresses are in it. A list has one
    reader for all."""
    version = event_type.published
    reader = reader or Reader(event_type.tenant_id)
    if version is None:
        raise ValueError("not published")
    rows = list(version.channels.all())
    return {
        "eventTypeId": str(event_type.id),
        "name": event_type.name,
        "aliases": [one.name for one in event_type.names.all() if one.is_alias],
        "displayName": event_type.display_name,
        "description": event_type.description,
        "category": event_type.category,
        "urgency": version.urgency,
        "mandatory": version.mandatory,
        "version": version.number,
        "channels": [one.channel for one in rows if one.on],
        "params": params_of(version.params_schema, version.params, rows, reader),
        "paramsSchema": version.params_schema or None,
        "sampleParams": version.sample_params,
    }


def params_of(
    schema: Mapping[str, Any],
    defaults: Mapping[str, Any],
    rows: list[EventDefaults],
    reader: Reader,
) -> list[str]:
    """What the schema names, then what texts and recipients read and nobody gives."""
    read: set[str] = set()
    for row in rows:
        if row.on:
            given = {*defaults, *row.values.get("params", {}), *_of_lists(row)}
            texts = [*_sources(row), *_beside(row, reader)]
            names = [one for text in texts for one in reading.names(*text)]
            names += _of_files(row, reader)
            read |= {one for one in names if _first(one) not in given}
    named = expecting.names(schema)
    return [*named, *sorted(read - set(named))]


def _of_lists(row: EventDefaults) -> set[str]:
    """What messages to a list's subscribers bring along."""
    entries = row.values.get("recipients", {}).get("to", ())
    has_lists = any(isinstance(one, Mapping) and "list" in one for one in entries)
    return {LINK} if has_lists else set()


def _sources(row: EventDefaults) -> Iterator[tuple[str, str]]:
    """(engine, text) of all that is filled in for a channel."""
    content: Mapping[str, Any] = row.values.get("content", {})
    version = row.template.published if row.template else None
    engine = content.get("renderer") or (version.engine if version else "")
    for one in channel(row.channel).content_fields:
        text = content.get(one.name)
        if text is None and version:
            text = {"subject": version.subject, "body": version.body}.get(one.name)
        yield engine or DEFAULT_ENGINE, text or ""
    for entries in row.values.get("recipients", {}).values():
        for entry in entries:
            if isinstance(entry, str) and "{{" in entry:
                yield DEFAULT_ENGINE, entry


def _beside(row: EventDefaults, reader: Reader) -> Iterator[Text]:
    """What the template's layout and its partials read."""
    version = row.template.published if row.template else None
    return reader.beside(version, row.channel) if version else iter(())


def _of_files(row: EventDefaults, reader: Reader) -> Iterator[str]:
    """What files that are made read, and nobody gives for the file alone."""
    rows = row.documents.all()
    made_of = {str(one.template_id or one.service_id): one for one in rows}
    for place, _what, reference in attachments.references_of(row.values):
        entry: Mapping[str, Any] = row.values["attachments"][place]
        names = [*reading.names(DEFAULT_ENGINE, entry["filename"])]
        if one := made_of.get(reference):
            names += _of_document(one, reader)
        own = entry.get("params", {})
        yield from (each for each in names if _first(each) not in own)


def _of_document(one: EventDocument, reader: Reader) -> Iterator[str]:
    if one.service:
        yield from one.service.required
    version = one.template.published if one.template else None
    if version:
        page = (version.engine or DEFAULT_ENGINE, version.body)
        for text in (page, *reader.beside(version, DOCUMENT)):
            yield from reading.names(*text)


def _first(name: str) -> str:
    """`applicant` of `applicant.name` and `applicant[].name`."""
    return name.partition(".")[0].partition("[")[0]
