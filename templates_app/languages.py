"""Which languages a template is written in, and which it lacks."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from templates_app import locales, partials
from templates_app.models import Template, TemplateVersion
from templates_app.reading import texts_of


def written(template: Template, version: TemplateVersion) -> list[str]:
    """Its own first, which may be unnamed, then the others."""
    return [template.locale, *sorted(version.variants)]


def lacking(template: Template, version: TemplateVersion) -> list[str]:
    """What the tenant, its layout or its partials speak and the template does not, so
    that a reader of that language gets a mail of two. Three queries at most."""
    has = written(template, version)
    wanted = [template.tenant.locale]
    layout = version.layout
    called = {*partials.called(version.engine, texts_of(version))}
    if layout and layout.published:
        wanted += written(layout, layout.published)
        called |= {
            *partials.called(layout.published.engine, texts_of(layout.published))
        }
    if called:
        for one in partials.found(
            template.tenant_id, template.channel, called
        ).values():
            wanted += [one.locale, *one.variants]
    return _lacked(wanted, has)


def _lacked(wanted: Iterable[str], has: Collection[str]) -> list[str]:
    """A reader of fr-CA is served by fr; words in no named language serve the tenant's,
    and nobody can say what they lack."""
    if "" in has:
        return []
    found = {one for one in wanted if one and not {*locales.chain(one)} & {*has}}
    return sorted(found)
