"""The base of the engines that speak in double braces."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

from django.utils.translation import gettext as _

from templates_app.braces.dialects import Dialect
from templates_app.braces.program import (
    Frame,
    Program,
    compiled,
    inline_names,
    partial_calls,
    run,
)
from templates_app.braces.scanning import Source
from templates_app.engines.base import Engine, Job, Problem
from templates_app.errors import RenderLimit, TemplateSyntax, shown


class BracesEngine(Engine):
    """In process: steps, output and time are counted while it runs."""

    dialect: ClassVar[Dialect]

    def render(self, source: str, job: Job) -> str:
        frame = Frame(
            job.params, job.html, job.limit_bytes, job.allow_missing, job.partials
        )
        return run(source, self.dialect, frame)

    def variables(self, source: str) -> frozenset[str]:
        return compiled(source, self.dialect).variables

    def check(self, source: str, partials: Collection[str]) -> tuple[Problem, ...]:
        try:
            program = compiled(source, self.dialect)
        except TemplateSyntax as error:
            return (Problem(error.kind, error.reason, error.line, error.column),)
        except RenderLimit as error:
            return (Problem(error.kind, error.message),)
        return tuple(_unknown_partials(source, program, partials))


def _unknown_partials(
    source: str, program: Program, partials: Collection[str]
) -> list[Problem]:
    known = inline_names(program.tree).union(partials)
    problems = []
    for call in partial_calls(program.tree):
        if isinstance(call.name, str) and call.name not in known:
            message = _("There is no partial %(name)s.") % {"name": shown(call.name)}
            error = Source(source).error(call.at, message)
            problems.append(Problem(error.kind, message, error.line, error.column))
    return problems
