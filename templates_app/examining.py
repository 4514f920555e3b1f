"""A draft while it is being written: which params it reads, and where its mistakes are.

Nothing is saved, and nothing is raised for what somebody is just typing.
"""

from __future__ import annotations

from dataclasses import dataclass

from notify_project.errors import NotifyError
from templates_app.checking import check
from templates_app.drafts import Around, Draft, around, completed, ensure_sound_draft
from templates_app.engines.base import Problem
from templates_app.errors import TemplateSyntax
from templates_app.models import Template, TemplateVersion
from templates_app.reading import Reader
from templates_app.rendering import DEFAULT_ENGINE


@dataclass(frozen=True, slots=True)
class Mistake:
    """`message` begins with the place, if it is known: lines and columns count from 1,
    0 is unknown. `field` as Draft.texts names it."""

    field: str
    message: str
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Examined:
    """`params` are those of the layout and partials too, sorted."""

    params: tuple[str, ...]
    mistakes: tuple[Mistake, ...]


def examine(template: Template, draft: Draft) -> Examined:
    """What saving `draft` would be refused for, with every mistake of the language at
    once; the template need not be saved yet. Some six queries."""
    draft = completed(template, draft)
    ground = around(template, draft)
    version = as_version(template, draft, ground)
    params = Reader(template.tenant_id).params(version, template.channel)
    return Examined(tuple(params), tuple(_mistakes(draft, ground)))


def as_version(
    template: Template, draft: Draft, ground: Around | None = None
) -> TemplateVersion:
    """The draft as a version that is not saved, to be read or shown. Its layout is
    looked up among the tenant's own."""
    layout = (ground or around(template, draft)).layout
    return TemplateVersion(
        tenant_id=template.tenant_id,
        template=template,
        number=0,
        subject=draft.subject,
        body=draft.body,
        body_type=draft.body_type,
        engine=draft.engine,
        layout=layout.template if layout else None,
        variants={tag: dict(words) for tag, words in draft.variants.items()},
    )


def _mistakes(draft: Draft, ground: Around) -> list[Mistake]:
    """Those of the language in every text; if there are none, what saving refuses."""
    engine = draft.engine or DEFAULT_ENGINE
    known = ground.callable_names | set(ground.drafted)
    try:
        found = [
            _placed(name, one)
            for name, source in draft.texts
            for one in check(engine, source, partials=known)
        ]
        if not found:
            ensure_sound_draft(draft, ground)
    except NotifyError as refusal:
        return [_mistake(refusal)]
    return found


def _placed(field: str, problem: Problem) -> Mistake:
    place = {"line": problem.line, "column": problem.column}
    return _mistake(TemplateSyntax(problem.message, **place).at(field))


def _mistake(refusal: NotifyError) -> Mistake:
    field = refusal.errors[0].field if refusal.errors else ""
    if isinstance(refusal, TemplateSyntax):
        return Mistake(field, refusal.message, refusal.line, refusal.column)
    return Mistake(field, refusal.message)
