"""A template's wording as its author gives it, and what must be right about it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from providers.channels.base import InvalidContent, check_line
from templates_app import bodies, finishing, images, locales, partials
from templates_app.checking import ensure_sound
from templates_app.engines import registry
from templates_app.errors import (
    InvalidTemplate,
    TemplateError,
    TemplateSyntax,
    shown,
)
from templates_app.kinds import DOCUMENT, Kind, kind
from templates_app.models import Template, TemplateVersion
from templates_app.partials import Piece
from templates_app.rendering import DEFAULT_ENGINE, calls
from templates_app.shapes import CONTENT

_TAG = re.compile(r"\{\{.*?\}\}\}?|\{%.*?%\}", re.DOTALL)
_CALLS_CONTENT = re.compile(
    r"\{\{~?>\s*content\s*~?\}\}|\{%-?\s*include .content. *-?%\}"
)
MOST_VARIANTS = 50
# What a layout of one body type may be put around.
_AROUND = {"text": ("text",), "html": ("html", "markdown"), "mjml": ("mjml",)}


@dataclass(frozen=True, slots=True)
class Draft:
    """All that one version says; an empty text says nothing."""

    subject: str = ""
    body: str = ""
    body_type: str = ""
    engine: str = ""
    layout: UUID | None = None
    variants: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def texts(self) -> Iterator[tuple[str, str]]:
        """Every text with the name of its field: body, variants.fr.body."""
        yield "subject", self.subject
        yield "body", self.body
        for tag, words in self.variants.items():
            yield f"variants.{tag}.subject", words.get("subject", "")
            yield f"variants.{tag}.body", words.get("body", "")


@dataclass(frozen=True, slots=True)
class Around:
    """What a draft is checked against: which template it is of, what it may call, and
    the layout that it names (None: there is none of that id)."""

    purpose: str
    name: str
    kind: Kind
    pieces: Mapping[str, Piece] = field(default_factory=dict)
    layout: TemplateVersion | None = None
    images: Collection[str] = ()  # those that it names and that there are
    drafted: Collection[str] = ()  # partials that were never published

    def made_of(self, draft: Draft) -> str:
        """What becomes HTML; chat that is Markdown stays what it is."""
        fields = self.kind.content_fields
        makes_html = any(one.html for one in fields if one.name == "body")
        return draft.body_type if makes_html else "text"

    @property
    def shows_images(self) -> bool:
        return any(one.html for one in self.kind.content_fields)

    @property
    def callable_names(self) -> set[str]:
        """The partials that exist; a layout calls its content as well."""
        own = {CONTENT} if self.purpose == Template.Purpose.LAYOUT else set()
        return own | self.pieces.keys()


def around(template: Template, draft: Draft) -> Around:
    """Four queries at most."""
    found = None
    if draft.layout:
        layouts = Template.for_tenant(template.tenant_id).filter(
            id=draft.layout,
            purpose=Template.Purpose.LAYOUT,
            channel=template.channel,
            published__isnull=False,
        )
        row = layouts.select_related("published").first()
        found = row.published if row else None
    pieces = partials.all_of(template.tenant_id, template.channel)
    named = images.ids(template.tenant_id, (text for _name, text in draft.texts))
    what = kind(template.channel)
    drafted = partials.drafted(template.tenant_id, template.channel)
    return Around(template.purpose, template.name, what, pieces, found, named, drafted)


def completed(template: Template, draft: Draft) -> Draft:
    """A document is HTML, whatever the defaults say of messages."""
    is_document = template.channel == DOCUMENT
    return replace(draft, body_type="html") if is_document else draft


def draft_of(version: TemplateVersion) -> Draft:
    """A version's wording, to be changed."""
    return Draft(
        version.subject,
        version.body,
        version.body_type,
        version.engine,
        version.layout_id,
        version.variants,
    )


def changed(draft: Draft, **fields: Any) -> Draft:
    """The draft with the fields that are given."""
    return replace(draft, **fields)


def ensure_sound_draft(draft: Draft, ground: Around) -> None:
    """Raise InvalidTemplate or a TemplateError that names field, line and column."""
    _ensure_variants(draft)
    _ensure_texts(draft, ground)
    body_types = ground.kind.body_types
    if draft.body_type and draft.body_type not in body_types:
        raise InvalidTemplate(
            _("bodyType must be one of: %(known)s.") % {"known": ", ".join(body_types)},
            field="bodyType",
        )
    engine = draft.engine or DEFAULT_ENGINE
    try:
        registry.engine(engine).ensure_allowed()
        if ground.purpose != Template.Purpose.TEMPLATE or ground.kind.code == DOCUMENT:
            registry.ensure_here(engine)
        bodies.ensure_suits(engine, ground.made_of(draft))
    except TemplateError as error:
        raise error.at("renderer") from None
    _ensure_layout(draft, ground)
    for name, source in draft.texts:
        known = ground.callable_names | set(ground.drafted)
        ensure_sound(engine, source, field=name, partials=known)
        _ensure_calls(engine, source, name, ground)
        if ground.shows_images:
            images.ensure_there(source, ground.images, field=name)
        is_body = name.endswith("body") and draft.body_type == "mjml"
        if is_body and ground.purpose != Template.Purpose.PARTIAL:
            _ensure_mjml(source, name, ground)


def _ensure_texts(draft: Draft, ground: Around) -> None:
    for name, source in draft.texts:
        if name.endswith("subject"):
            _ensure_subject(source, name, ground)
        elif not source.strip():
            raise InvalidTemplate(_("Give a body."), field=name)


def _ensure_variants(draft: Draft) -> None:
    """Other languages go by their tags, written in the one way that they are found."""
    if len(draft.variants) > MOST_VARIANTS:
        raise InvalidTemplate(
            _("A template has at most %(limit)d other languages.")
            % {"limit": MOST_VARIANTS},
            field="variants",
        )
    for tag in draft.variants:
        if not locales.is_tag(tag) or locales.canonical(tag) != tag:
            raise InvalidTemplate(
                _("Give a language tag, such as en or fr-CA."), field="variants"
            )


def _ensure_subject(subject: str, name: str, ground: Around) -> None:
    has_one = ground.kind.has_subject
    if ground.purpose != Template.Purpose.TEMPLATE:
        if subject:
            raise InvalidTemplate(
                _("Layouts and partials have no subject."), field=name
            )
        return
    if has_one and not subject.strip():
        raise InvalidTemplate(_("Give a subject."), field=name)
    if not has_one and subject:
        raise InvalidTemplate(
            _("A template for %(channel)s has no subject.")
            % {"channel": ground.kind.code},
            field=name,
        )
    _ensure_one_line(subject, name)


def _ensure_one_line(subject: str, name: str) -> None:
    """A break would come out in every message, and be refused only there."""
    try:
        check_line(subject, name, max_length=max(1, len(subject)))
    except InvalidContent as refusal:
        raise InvalidTemplate(refusal.message, field=name) from None


def _ensure_layout(draft: Draft, ground: Around) -> None:
    """A layout has a place for the text; a template's is there, and of its type."""
    if ground.purpose == Template.Purpose.LAYOUT:
        _ensure_is_layout(draft)
    if draft.layout is None:
        return
    if ground.purpose != Template.Purpose.TEMPLATE:
        raise InvalidTemplate(_("Only a template has a layout."), field="layout")
    if ground.layout is None:
        raise InvalidTemplate(
            _("Choose a published layout of this channel."), field="layout"
        )
    fits = _AROUND[ground.layout.body_type or "text"]
    if draft.body_type not in fits:
        raise InvalidTemplate(
            _("The layout is %(theirs)s: bodyType must be one of: %(known)s.")
            % {"theirs": ground.layout.body_type, "known": ", ".join(fits)},
            field="bodyType",
        )


def _ensure_is_layout(draft: Draft) -> None:
    if draft.body_type not in _AROUND:
        raise InvalidTemplate(
            _("Say what a layout is: text, html or mjml."), field="bodyType"
        )
    for name, source in draft.texts:
        if name.endswith("body") and CONTENT not in _names(draft.engine, source):
            raise InvalidTemplate(
                _("Say where the text goes: write {{> content}}."), field=name
            )


def _ensure_mjml(body: str, name: str, ground: Around) -> None:
    """It can be read, as far as that can be told without params. A place is told only
    of a body that has no layout: it is one in the source then."""
    layout = ground.layout
    inner = _blanked(body)
    whole = _blanked(layout.body, inner) if layout else inner
    try:
        finishing.mjml(whole)
    except TemplateError as error:
        if layout and isinstance(error, TemplateSyntax):
            error = TemplateSyntax(error.reason)
        raise error.at(name) from None


def _blanked(source: str, content: str = "") -> str:
    """Without tags of a template language, each other character where it was."""

    def blank(tag: re.Match[str]) -> str:
        if content and _CALLS_CONTENT.fullmatch(tag.group()):
            return content
        return re.sub(r"[^\n]", " ", tag.group())

    return _TAG.sub(blank, source)


def _names(engine: str, source: str) -> set[str]:
    try:
        return {one.name for one in calls(engine or DEFAULT_ENGINE, source)}
    except TemplateError:
        return {CONTENT}  # what cannot be read is told with its place, later


def _ensure_calls(engine: str, source: str, name: str, ground: Around) -> None:
    """All partials speak the caller's language, and none comes back to this one."""
    made = calls(engine, source)
    partials.ensure_no_draft(made, ground.drafted, field=name)
    language = registry.engine(engine)
    for call in made:
        piece = ground.pieces.get(call.name)
        if piece and registry.engine(piece.engine or DEFAULT_ENGINE) is not language:
            message = _("The partial %(name)s is written in %(language)s.") % {
                "name": call.name,
                "language": registry.engine(piece.engine or DEFAULT_ENGINE).label,
            }
            place = {"line": call.line, "column": call.column}
            raise TemplateSyntax(message, **place).at(name)
    if ground.purpose != Template.Purpose.PARTIAL:
        return
    if found := partials.circle(ground.name, made, ground.pieces):
        call, way = found
        message = _("This partial would call itself: %(way)s.") % {
            "way": shown(" > ".join((ground.name, *way)), 200)
        }
        place = {"line": call.line, "column": call.column}
        raise TemplateSyntax(message, **place).at(name)
