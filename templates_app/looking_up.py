"""Find a tenant's template by what a request calls it, and read its wording."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from notify_project.db.ids import read_id
from notify_project.db.written import Written
from notify_project.remembering import Memory
from templates_app import locales, partials
from templates_app.engines.base import NO_PARTIALS
from templates_app.errors import TemplateWrongChannel, UnknownTemplate
from templates_app.kinds import DOCUMENT, kind
from templates_app.models import Template, TemplateVersion
from templates_app.rendering import DEFAULT_ENGINE
from templates_app.shapes import Layout, Words


@dataclass(frozen=True, slots=True)
class Found:
    """A template's name, and its published version's wording, as its author gave it,
    with the layout and the partials as they are published now.

    `made_of` names all of these with the numbers of their versions. `locale` is the
    language that was chosen, where there were several.
    """

    name: str
    subject: str
    body: str
    body_type: str
    engine: str
    layout: Layout | None = None
    partials: Mapping[str, str] = field(default_factory=lambda: NO_PARTIALS)
    made_of: Mapping[str, int] = field(default_factory=dict)
    locale: str = ""

    @property
    def sources(self) -> tuple[str, ...]:
        """All that its body is made of."""
        around = (self.layout.source,) if self.layout else ()
        return (self.body, *around, *self.partials.values())


@dataclass(frozen=True, slots=True)
class _Stored:
    """A published version as it lies there, in all of its languages."""

    name: str
    locale: str
    number: int
    subject: str
    body: str
    body_type: str
    engine: str
    variants: Mapping[str, Mapping[str, str]]

    def tag(self, wanted: Collection[str]) -> str:
        return locales.chosen(wanted, self.variants, self.locale)

    def texts(self, tag: str) -> tuple[str, str]:
        words = self.variants.get(tag)
        if words is None:
            return self.subject, self.body
        return words.get("subject", ""), words["body"]


_OF_TEMPLATE = ("name", "locale")
_OF_VERSION = ("number", "subject", "body", "body_type", "engine", "variants")
_LAYOUT = "published__layout__"
_COLUMNS = (
    *("channel", "published"),
    *_OF_TEMPLATE,
    f"{_LAYOUT}published",
    *(f"{_LAYOUT}{one}" for one in _OF_TEMPLATE),
)
# What a published version says never changes, so only memory bounds this. Without it
# every accepted message would have all columns of two versions read and parsed.
_kept: Memory[UUID, tuple[Any, ...]] = Memory(
    size=200, seconds=lambda: settings.CACHE_SECONDS
)


def _by_id(tenant_id: UUID, identity: UUID) -> QuerySet[Template, tuple[Any, ...]]:
    return _columns(tenant_id).filter(id=identity)


def _by_name(tenant_id: UUID, name: str) -> QuerySet[Template, tuple[Any, ...]]:
    rows = _columns(tenant_id).alias(folded=Lower("name"))
    return rows.filter(folded=Lower(Value(name)))


def _columns(tenant_id: UUID) -> QuerySet[Template, tuple[Any, ...]]:
    own = Template.for_tenant(tenant_id).filter(purpose=Template.Purpose.TEMPLATE)
    return own.order_by().values_list(*_COLUMNS)


_BY_ID = Written(_by_id, UUID(int=1), UUID(int=2))
_BY_NAME = Written(_by_name, UUID(int=1), "a name")


def find(
    tenant_id: UUID,
    reference: str,
    *,
    channel: str,
    field: str,
    wanted: Collection[str] = (),
) -> Found:
    """By id or by name, in the first of the `wanted` languages that there is (see
    locales.chain); one query, one more for wording that was not read lately, and one
    for each level of partials. Raises UnknownTemplate or TemplateWrongChannel."""
    identity = read_id(reference)
    # Written once: this is on the way of every message that has a template.
    asked = _BY_ID if identity else _BY_NAME
    rows = asked.rows(tenant_id, identity or reference)
    if not rows:
        raise UnknownTemplate(
            _("%(field)s: there is no template %(name)s. GET /templates lists them.")
            % {"field": field, "name": repr(reference)[:80]},
            field=field,
        )
    theirs, published, name, locale, around, *of_layout = rows[0]
    if published is None:
        raise UnknownTemplate(
            _("%(field)s: the template %(name)s is a draft. Publish it first.")
            % {"field": field, "name": repr(reference)[:80]},
            field=field,
        )
    if theirs != channel:
        raise TemplateWrongChannel(
            _("%(field)s: the template is for %(theirs)s, not for %(ours)s.")
            % {"field": field, "theirs": theirs, "ours": channel},
            field=field,
        )
    said = _Stored(name, locale, *_said(tenant_id, published))
    layout = _Stored(*of_layout, *_said(tenant_id, around)) if around else None
    return _found(tenant_id, channel, said, layout, wanted)


def _said(tenant_id: UUID, version_id: UUID) -> tuple[Any, ...]:
    """The columns of a published version."""
    kept = _kept.get(version_id)
    if kept is None:
        versions = TemplateVersion.for_tenant(tenant_id).filter(id=version_id)
        kept = versions.values_list(*_OF_VERSION).get()
        _kept.put(version_id, kept)
    return kept


def words_of(found: Found, channel: str) -> Words:
    """The body before rendering; chat that is Markdown stays what it is."""
    fields = kind(channel).content_fields
    makes_html = any(one.html for one in fields if one.name == "body")
    return Words(
        found.body,
        found.body_type if makes_html else "text",
        found.engine or DEFAULT_ENGINE,
        found.layout,
        found.partials,
    )


def of_version(version: TemplateVersion, wanted: Collection[str] = ()) -> Found:
    """A version that need not be published, as a request would find it."""
    own = _stored(version.template, version)
    layout = version.layout
    around = layout and layout.published and _stored(layout, layout.published)
    channel = version.template.channel
    return _found(version.tenant_id, channel, own, around or None, wanted)


def _stored(template: Template, version: TemplateVersion) -> _Stored:
    said = (getattr(version, one) for one in _OF_VERSION)
    return _Stored(template.name, template.locale, *said)


def _found(
    tenant_id: UUID,
    channel: str,
    own: _Stored,
    around: _Stored | None,
    wanted: Collection[str],
) -> Found:
    """In one language, with its layout and all that both call."""
    tag = own.tag(wanted)
    subject, body = own.texts(tag)
    # What belongs to it speaks its language, whatever else was wanted.
    spoken = locales.chain(tag) or wanted
    made_of, layout = {own.name: own.number}, None
    names = {*partials.called(own.engine, (subject, body))}
    if around:
        _subject, source = around.texts(around.tag(spoken))
        layout = Layout(source, around.engine or DEFAULT_ENGINE)
        made_of[around.name] = around.number
        names |= {*partials.called(around.engine, (source,))}
    pieces = partials.found(tenant_id, channel, names) if names else {}
    made_of |= {one.name: one.number for one in pieces.values()}
    return Found(
        own.name,
        subject,
        body,
        own.body_type,
        own.engine,
        layout=layout,
        partials={one.name: one.said_in(spoken) for one in pieces.values()},
        made_of=made_of,
        locale=tag if own.variants else "",
    )


def documents(tenant_id: UUID) -> QuerySet[Template]:
    """The documents that can be made files, by name; no query until they are used."""
    own = Template.for_tenant(tenant_id).filter(published__isnull=False)
    whole = own.filter(purpose=Template.Purpose.TEMPLATE)
    return whole.filter(channel=DOCUMENT).order_by("name")


def layout(tenant_id: UUID, reference: str, *, channel: str) -> UUID | None:
    """The id of a layout, by id or name; None where there is none of that channel."""
    own = Template.for_tenant(tenant_id).filter(
        purpose=Template.Purpose.LAYOUT, channel=channel
    )
    identity = read_id(reference)
    chosen = own.filter(id=identity) if identity else own.filter(name__iexact=reference)
    return chosen.values_list("id", flat=True).first()
