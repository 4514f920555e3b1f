"""What is wrong with a template, said before it is saved."""

from __future__ import annotations

from collections.abc import Collection

from templates_app.engines import registry
from templates_app.engines.base import Problem
from templates_app.errors import TemplateError, TemplateSyntax
from templates_app.rendering import ensure_fits


def check(
    engine: str, source: str, *, partials: Collection[str] = ()
) -> tuple[Problem, ...]:
    """The problems of `source`, first to last; none means that it can be rendered.

    Tags and blocks that are not closed, unknown helpers and partials, all with line
    and column. `partials` are the names that exist beside the template's own.
    Raises UnknownEngine and EngineNotAllowed.
    """
    chosen = registry.engine(engine)
    chosen.ensure_allowed()
    try:
        ensure_fits(chosen, source)
    except TemplateError as error:
        return (Problem(error.kind, error.message),)
    return chosen.check(source, partials)


def ensure_sound(
    engine: str, source: str, *, field: str = "", partials: Collection[str] = ()
) -> None:
    """Raise TemplateSyntax, of `field`, for the first problem that check finds."""
    for problem in check(engine, source, partials=partials):
        place = {"line": problem.line, "column": problem.column}
        raise TemplateSyntax(problem.message, **place).at(field)
