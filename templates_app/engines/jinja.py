"""Jinja and Nunjucks: off unless the operator allows it; always in a child process."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from notify_project.isolation import ChildFailed, Isolated, LimitReached, Limits
from templates_app.engines.base import (
    Engine,
    Job,
    PartialCall,
    Problem,
    unknown_partial,
)
from templates_app.errors import (
    EngineNotAllowed,
    MissingParams,
    ObjectPrinted,
    RenderLimit,
    TemplateError,
    TemplateSyntax,
    shown,
)

# Everything is answered within three seconds, however the template is made.
_LIMITS = Limits(cpu_seconds=2.0, wall_seconds=2.8)
_CHILDREN = Isolated("templates_app.sandbox:run", size=2, limits=_LIMITS)


class Jinja(Engine):
    """Jinja 3.1 in its immutable sandbox; see sandbox.py for what is in reach."""

    names = ("jinja", "nunjucks")
    label = "Jinja"
    marks = False

    def ensure_allowed(self) -> None:
        if not settings.ALLOW_JINJA:
            message = _("Jinja is not allowed here. Choose handlebars or mustache.")
            raise EngineNotAllowed(message)

    def render(self, source: str, job: Job) -> str:
        answer = _ask(
            do="render",
            source=source,
            html=job.html,
            params=job.params,
            limit_bytes=job.limit_bytes,
            partials=dict(job.partials),
            slots=dict(job.slots),
        )
        missing = [str(name) for name in answer["missing"]]
        if missing and not job.allow_missing:
            raise MissingParams(missing)
        return str(answer["text"])

    def variables(self, source: str) -> frozenset[str]:
        return frozenset(_ask(do="check", source=source)["variables"])

    def calls(self, source: str) -> tuple[PartialCall, ...]:
        if "include" not in source:
            return ()
        found = _ask(do="check", source=source)["calls"]
        return tuple(PartialCall(str(name), int(line)) for name, line in found)

    def check(self, source: str, partials: Collection[str]) -> tuple[Problem, ...]:
        try:
            found = _ask(do="check", source=source)["calls"]
        except TemplateSyntax as error:
            return (Problem(error.kind, error.reason, error.line, error.column),)
        except RenderLimit as error:
            return (Problem(error.kind, error.message),)
        return tuple(
            unknown_partial(PartialCall(str(name), int(line)))
            for name, line in found
            if name not in partials
        )


def _ask(**job: object) -> dict[str, Any]:
    """The child's answer, or its error as ours. `Any`: the edge, read by field."""
    try:
        answer: dict[str, Any] = json.loads(_CHILDREN.run(json.dumps(job).encode()))
    except LimitReached as error:
        raise RenderLimit(_WORDS.get(error.reason, _WORDS["time"])()) from None
    except ChildFailed:
        raise RenderLimit(_("The template brought its renderer down.")) from None
    if "error" in answer:
        raise _error(answer)
    return answer


_WORDS = {
    "time": lambda: _("The template takes too long."),
    "memory": lambda: _("The template needs too much memory."),
    "size": lambda: _("The rendered text is too large."),
    "limit": lambda: _("The template asks for too much in one step."),
}


def _error(answer: dict[str, Any]) -> TemplateError:
    kind = answer["error"]
    if kind == "missing":
        return MissingParams([str(name) for name in answer["missing"]])
    if kind == "object":
        text = _("An object is printed. Name one of its fields: %(fields)s.")
        return ObjectPrinted(text % {"fields": shown(str(answer["message"]), 200)})
    if kind in _WORDS:
        return RenderLimit(_WORDS[kind]())
    reason = shown(str(answer["message"]), 100).rstrip(".")
    message = _("Jinja cannot do this: %(reason)s.") % {"reason": reason}
    return TemplateSyntax(message, line=int(answer["line"]))
