"""What an engine is: names, limits, and three things that it can do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar

from django.utils.translation import gettext as _

from templates_app.errors import TemplateSyntax, shown

NO_PARTIALS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Job:
    """One rendering: plain params (see params.py) and how to render them.

    `html`: values are escaped. `allow_missing`: what is not given prints as nothing.
    `partials`: name to source, for what a template calls and does not define. `slots`
    are called like partials and printed as they are: a layout's content. `mark` writes
    a value in another way than `html` would.
    """

    params: Mapping[str, object]
    html: bool
    limit_bytes: int
    allow_missing: bool = False
    partials: Mapping[str, str] = field(default_factory=lambda: NO_PARTIALS)
    slots: Mapping[str, str] = field(default_factory=lambda: NO_PARTIALS)
    mark: Callable[[str], str] | None = None


@dataclass(frozen=True, slots=True)
class PartialCall:
    """A partial that a template calls by its name, and where; counted from 1."""

    name: str
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a template; lines and columns count from 1, 0 is unknown."""

    code: str
    message: str
    line: int = 0
    column: int = 0


def unknown_partial(call: PartialCall) -> Problem:
    """The problem of a call to what does not exist."""
    message = _("There is no partial %(name)s.") % {"name": shown(call.name)}
    return Problem(TemplateSyntax.code, message, call.line, call.column)


class Engine(ABC):
    """A template language. Engines hold no state of a rendering; threads share them."""

    names: tuple[str, ...]
    """What `renderer` may say; the first is ours, the others are synonyms."""

    label: str
    source_limit_bytes: ClassVar[int] = 64 * 1024
    marks: ClassVar[bool] = True
    """Whether values can be marked (Job.mark) instead of written."""

    @property
    def name(self) -> str:
        return self.names[0]

    def ensure_allowed(self) -> None:  # noqa: B027  (most engines always are)
        """Raise EngineNotAllowed where the operator has not switched it on."""

    @abstractmethod
    def render(self, source: str, job: Job) -> str:
        """The text. Raises TemplateSyntax, MissingParams (all names), RenderLimit."""

    @abstractmethod
    def variables(self, source: str) -> frozenset[str]:
        """The params that a template reads, as paths: `name`, `rows[].price`.

        As good as can be known without rendering. Raises TemplateSyntax.
        """

    def calls(self, source: str) -> tuple[PartialCall, ...]:
        """The partials that it calls and does not define. Raises TemplateSyntax."""
        return ()

    @abstractmethod
    def check(self, source: str, partials: Collection[str]) -> tuple[Problem, ...]:
        """What is wrong with a template, in order; `partials` are the known names."""
