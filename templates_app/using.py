"""Who uses a layout or partial, and whether they still hold when it changes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from uuid import UUID

from django.db.models import F, Q
from django.utils.translation import gettext as _

from templates_app import bodies, looking_up, partials
from templates_app.drafts import Draft
from templates_app.engines import registry
from templates_app.errors import InvalidTemplate, TemplateError
from templates_app.looking_up import Found
from templates_app.models import Template, TemplatePart
from templates_app.rendering import DEFAULT_ENGINE, render
from templates_app.shapes import Layout

_MOST = 200
_WORK_SECONDS = 1.0


# By the name of what uses a template elsewhere: why it cannot be sent, "" if it can.
Watcher = Callable[[Template], Mapping[str, str]]
_watchers: list[Watcher] = []


def register(watcher: Watcher) -> None:
    """Have it asked before and after a template's new wording is heard."""
    _watchers.append(watcher)


def troubles(template: Template) -> dict[str, str]:
    """What every watcher says of a template as it is heard now."""
    return {name: why for one in _watchers for name, why in one(template).items()}


def ensure_none_broke(template: Template, before: Mapping[str, str]) -> None:
    """Call it in the transaction that makes the new wording heard. Raises
    InvalidTemplate for the first that could be sent before and now cannot."""
    for name, why in troubles(template).items():
        if why and not before.get(name):
            raise InvalidTemplate(
                _("%(name)s could not be sent any more: %(reason)s")
                % {"name": name, "reason": why},
                field="body",
            )


def users_of(template: Template) -> list[Template]:
    """The published templates that are made with a layout or partial, directly or by
    way of other parts; two queries for each level, at most 200."""
    found: dict[UUID, Template] = {}
    seen: set[UUID] = {template.id}
    layer: set[UUID] = {template.id}
    while layer and len(found) < _MOST:
        users = _direct(template.tenant_id, layer)
        layer = {one.id for one in users} - seen
        seen |= layer
        whole = Template.Purpose.TEMPLATE
        found |= {one.id: one for one in users if one.purpose == whole}
    return sorted(found.values(), key=lambda one: one.name)[:_MOST]


def _direct(tenant_id: UUID, parts: Iterable[UUID]) -> list[Template]:
    """Whose published version names one of these."""
    calls = TemplatePart.for_tenant(tenant_id).filter(
        part__in=parts, version=F("version__template__published")
    )
    rows = Template.for_tenant(tenant_id).filter(
        Q(published__in=calls.values("version")) | Q(published__layout__in=parts)
    )
    return list(rows.select_related("published__layout__published"))


def ensure_all_hold(template: Template, draft: Draft) -> None:
    """Render each user's samples with the new wording; raises InvalidTemplate that
    names the first that would fail. Templates without samples are taken on trust, and
    so are those that a service fills in, and those that would take longer than a second
    together."""
    if template.purpose == Template.Purpose.TEMPLATE:
        return
    ends = time.thread_time() + _WORK_SECONDS
    for user in users_of(template):
        if not user.sample_params or time.thread_time() > ends:
            continue
        try:
            _rehearse(user, template, draft)
        except TemplateError as error:
            raise InvalidTemplate(
                _("The template %(name)s could not be sent any more: %(reason)s")
                % {"name": user.name, "reason": error.message},
                field="body",
            ) from None


def _rehearse(user: Template, part: Template, draft: Draft) -> None:
    if user.published is None:
        return
    found = _with_new(looking_up.of_version(user.published), part, draft)
    engine = found.engine or DEFAULT_ENGINE
    if registry.outside(engine):
        return  # nobody is called to see whether a layout holds
    words = looking_up.words_of(found, user.channel)
    params = user.sample_params
    bodies.write(words, params, field="")
    render(engine, found.subject, params, html=False, partials=found.partials)


def _with_new(found: Found, part: Template, draft: Draft) -> Found:
    """What would be found if the draft were published."""
    names = partials.called(draft.engine, (draft.body,))
    pieces = partials.found(part.tenant_id, part.channel, names) if names else {}
    sources = {**found.partials, **{one.name: one.body for one in pieces.values()}}
    if part.purpose == Template.Purpose.LAYOUT:
        layout = Layout(draft.body, draft.engine or DEFAULT_ENGINE)
        return replace(found, layout=layout, partials=sources)
    return replace(found, partials={**sources, part.name: draft.body})
