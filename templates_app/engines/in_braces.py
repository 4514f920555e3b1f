"""The base of the engines that speak in double braces."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

from templates_app.braces.dialects import Dialect
from templates_app.braces.program import Frame, compiled, run
from templates_app.braces.scanning import Source
from templates_app.braces.values import escaped
from templates_app.engines.base import (
    Engine,
    Job,
    PartialCall,
    Problem,
    unknown_partial,
)
from templates_app.errors import RenderLimit, TemplateSyntax


class BracesEngine(Engine):
    """In process: steps, output and time are counted while it runs."""

    dialect: ClassVar[Dialect]

    def render(self, source: str, job: Job) -> str:
        frame = Frame(
            job.params,
            escape=job.mark or (escaped if job.html else None),
            limit_bytes=job.limit_bytes,
            allow_missing=job.allow_missing,
            partials=job.partials,
            slots=job.slots,
        )
        return run(source, self.dialect, frame)

    def variables(self, source: str) -> frozenset[str]:
        return compiled(source, self.dialect).variables

    def calls(self, source: str) -> tuple[PartialCall, ...]:
        place = Source(source).place
        found = compiled(source, self.dialect).calls
        return tuple(PartialCall(name, *place(at)) for name, at in found)

    def check(self, source: str, partials: Collection[str]) -> tuple[Problem, ...]:
        try:
            calls = self.calls(source)
        except TemplateSyntax as error:
            return (Problem(error.kind, error.reason, error.line, error.column),)
        except RenderLimit as error:
            return (Problem(error.kind, error.message),)
        return tuple(unknown_partial(one) for one in calls if one.name not in partials)
