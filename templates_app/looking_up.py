"""Find a tenant's template by what a request calls it, and read its wording."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from templates_app import partials
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

    `made_of` names all of these with the numbers of their versions.
    """

    name: str
    subject: str
    body: str
    body_type: str
    engine: str
    layout: Layout | None = None
    partials: Mapping[str, str] = field(default_factory=lambda: NO_PARTIALS)
    made_of: Mapping[str, int] = field(default_factory=dict)


_WORDING = ("subject", "body", "body_type", "engine")
_LAYOUT = ("published__body", "published__engine", "published__number", "name")
_COLUMNS = (
    *("published", "channel", "name", "published__number"),
    *(f"published__{one}" for one in _WORDING),
    *(f"published__layout__{one}" for one in _LAYOUT),
)


def find(tenant_id: UUID, reference: str, *, channel: str, field: str) -> Found:
    """By id or by name; one query, and one for each level of partials. Raises
    UnknownTemplate or TemplateWrongChannel."""
    own = Template.for_tenant(tenant_id).filter(purpose=Template.Purpose.TEMPLATE)
    identity = _uuid(reference)
    chosen = own.filter(id=identity) if identity else own.filter(name__iexact=reference)
    # Values, not rows: this is on the way of every message that has a template.
    row = chosen.order_by().values_list(*_COLUMNS).first()
    if row is None:
        raise UnknownTemplate(
            _("%(field)s: there is no template %(name)s. GET /templates lists them.")
            % {"field": field, "name": ascii(reference)[:80]},
            field=field,
        )
    published, theirs, name, number, *wording = row
    if published is None:
        raise UnknownTemplate(
            _("%(field)s: the template %(name)s is a draft. Publish it first.")
            % {"field": field, "name": ascii(reference)[:80]},
            field=field,
        )
    if theirs != channel:
        raise TemplateWrongChannel(
            _("%(field)s: the template is for %(theirs)s, not for %(ours)s.")
            % {"field": field, "theirs": theirs, "ours": channel},
            field=field,
        )
    words, around = wording[: len(_WORDING)], wording[len(_WORDING) :]
    bare = _bare(name, number, words)
    return _with_parts(tenant_id, channel, bare, around)


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


def of_version(version: TemplateVersion) -> Found:
    """A version that need not be published, as a request would find it."""
    template = version.template
    words = [getattr(version, name) for name in _WORDING]
    around: list[object] = [None] * len(_LAYOUT)
    if layout := version.layout:
        now = layout.published
        around = [now and now.body, now and now.engine, now and now.number, layout.name]
    bare = _bare(template.name, version.number, words)
    return _with_parts(version.tenant_id, template.channel, bare, around)


def _bare(name: str, number: int, words: Sequence[str]) -> Found:
    subject, body, body_type, engine = words
    return Found(name, subject, body, body_type, engine, made_of={name: number})


def _with_parts(
    tenant_id: UUID, channel: str, bare: Found, around: list[object]
) -> Found:
    """With its layout (body, engine, number and name) and all that both call."""
    body, engine, number, name = around
    made_of = dict(bare.made_of)
    frame = None
    if isinstance(body, str) and isinstance(number, int):
        frame = Layout(body, str(engine or DEFAULT_ENGINE))
        made_of[str(name)] = number
    names = {
        *partials.called(bare.engine, (bare.subject, bare.body)),
        *(partials.called(frame.engine, (frame.source,)) if frame else ()),
    }
    pieces = partials.found(tenant_id, channel, names) if names else {}
    made_of |= {one.name: one.number for one in pieces.values()}
    sources = {one.name: one.body for one in pieces.values()}
    return replace(bare, layout=frame, partials=sources, made_of=made_of)


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
    identity = _uuid(reference)
    chosen = own.filter(id=identity) if identity else own.filter(name__iexact=reference)
    return chosen.values_list("id", flat=True).first()


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
