"""The params that somebody has to give for an event type to be sent: what its texts,
recipients and files read, its own and those of the defaults, and no layer gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any
from uuid import UUID

from events import attachments, cascade, expecting
from events.audience import KINDS, LINK
from events.designs import event_of
from events.event_types import design_of
from events.layers import stored_layers
from events.models import EventVersion
from events.requests import CHANNELS
from providers import downstream
from providers.channels.base import channel
from providers.models import Service
from templates_app import reading
from templates_app.kinds import DOCUMENT
from templates_app.models import Template, TemplateVersion
from templates_app.reading import Reader
from templates_app.rendering import DEFAULT_ENGINE

Values = Mapping[str, Any]
# By id, what a layer names within its values.
Named = Mapping[str, Template | Service]


class Needs:
    """Of one tenant's event types; a list has one for all of them.

    Besides the stored layers it costs two queries where the defaults name templates or
    files, and what a Reader costs.
    """

    def __init__(self, tenant_id: UUID) -> None:
        self._tenant_id = tenant_id
        # Who says what is locked is told elsewhere; here it is read all the same.
        self._below = [
            replace(one, locked=frozenset()) for one in stored_layers(tenant_id)
        ]
        self._reader = Reader(tenant_id)

    def of(self, version: EventVersion) -> list[str]:
        """Those that the schema names, then the others by name; of a version with its
        templates and documents loaded, no query."""
        design = design_of(version)
        own = event_of("", version.number, design).layer
        decision = cascade.decide([*self._below, own], channels=CHANNELS)
        known = {**self._of_defaults, **_of_version(version)}
        read: set[str] = set()
        for code in decision.channels:
            values: Values = decision.values[code]
            given = {*decision.params[code], *_of_lists(values)}
            names = self._names(code, values, known)
            read |= {one for one in names if _first(one) not in given}
        named = expecting.names(design.params_schema)
        return [*named, *sorted(read - set(named))]

    @cached_property
    def _of_defaults(self) -> Named:
        ids = {
            UUID(one)
            for layer in self._below
            for code in CHANNELS
            for one in _references(layer.values.get(code) or {})
        }
        if not ids:
            return {}
        templates = Template.for_tenant(self._tenant_id).filter(id__in=ids)
        services = downstream.offered(self._tenant_id, "documents").filter(id__in=ids)
        around = "published__layout__published"
        rows: list[Template | Service] = [*templates.select_related(around), *services]
        return {str(one.pk): one for one in rows}

    def _names(self, code: str, values: Values, known: Named) -> Iterator[str]:
        """What is read of all that one channel says."""
        content: Values = values.get("content", {})
        version = _published(known.get(content.get("template", "")))
        engine = content.get("renderer") or (version.engine if version else "")
        engine = engine or values.get("defaultRenderer", "")
        for text in _words(code, content, version):
            yield from reading.names(engine, text)
        for one in self._reader.beside(version, code) if version else ():
            yield from reading.names(*one)
        for text in _addresses(values):
            yield from reading.names(DEFAULT_ENGINE, text)
        yield from self._of_files(values, known)

    def _of_files(self, values: Values, known: Named) -> Iterator[str]:
        """What files that are made read, and nobody gives for the file alone."""
        for place, _what, reference in attachments.references_of(values):
            entry: Values = values["attachments"][place]
            names = [*reading.names(DEFAULT_ENGINE, entry["filename"])]
            names += self._of_document(known.get(reference))
            own = entry.get("params", {})
            yield from (one for one in names if _first(one) not in own)

    def _of_document(self, made_of: Template | Service | None) -> Iterator[str]:
        if isinstance(made_of, Service):
            yield from made_of.required
        elif version := _published(made_of):
            page = (version.engine, version.body)
            for text in (page, *self._reader.beside(version, DOCUMENT)):
                yield from reading.names(*text)


def _published(one: Template | Service | None) -> TemplateVersion | None:
    return one.published if isinstance(one, Template) else None


def _of_version(version: EventVersion) -> Named:
    rows = list(version.channels.all())
    used: list[Template | Service | None] = [one.template for one in rows]
    for row in rows:
        used += [one.template or one.service for one in row.documents.all()]
    return {str(one.pk): one for one in used if one is not None}


def _references(values: Values) -> Iterator[str]:
    """The ids of a layer's template, and of what its files are made of."""
    if template := values.get("content", {}).get("template"):
        yield template
    for _place, _what, reference in attachments.references_of(values):
        yield reference


def _words(
    code: str, content: Values, version: TemplateVersion | None
) -> Iterator[str]:
    """The channel's own texts, else the template's, in every language."""
    for one in channel(code).content_fields:
        if one.name in content:
            yield content[one.name]
        elif version and one.name in ("subject", "body"):
            yield getattr(version, one.name)
            yield from (said.get(one.name, "") for said in version.variants.values())


def _addresses(values: Values) -> Iterator[str]:
    """Recipients, and where replies go, that hold params."""
    recipients: Values = values.get("recipients", {})
    entries = [one for kind in KINDS for one in recipients.get(kind, ())]
    for one in (*entries, *values.get("replyTo", ())):
        if isinstance(one, str) and "{{" in one:
            yield one


def _of_lists(values: Values) -> set[str]:
    """What messages to a list's subscribers bring along."""
    entries = values.get("recipients", {}).get("to", ())
    has_lists = any(isinstance(one, Mapping) and "list" in one for one in entries)
    return {LINK} if has_lists else set()


def _first(name: str) -> str:
    """`applicant` of `applicant.name` and `applicant[].name`."""
    return name.partition(".")[0].partition("[")[0]
