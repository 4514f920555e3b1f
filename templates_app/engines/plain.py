"""Plain text: what is written is what is sent, braces and all."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.translation import gettext as _

from templates_app.engines.base import Engine, Job, Problem
from templates_app.errors import RenderLimit


class Plain(Engine):
    """Copies. `{{` is two characters, and params are not looked at."""

    names = ("plain",)
    label = "Plain"
    # There is nothing to read: only the limit of the output counts.
    source_limit_bytes = 36_000_000

    def render(self, source: str, job: Job) -> str:
        if len(source.encode("utf-8", "surrogatepass")) > job.limit_bytes:
            message = _("The text is larger than %(limit)d bytes.")
            raise RenderLimit(message % {"limit": job.limit_bytes})
        return source

    def variables(self, source: str) -> frozenset[str]:
        return frozenset()

    def check(self, source: str, partials: Collection[str]) -> tuple[Problem, ...]:
        return ()
