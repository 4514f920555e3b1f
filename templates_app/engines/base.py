"""What an engine is: names, limits, and three things that it can do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar

NO_PARTIALS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Job:
    """One rendering: plain params (see params.py) and how to render them.

    `html`: values are escaped. `allow_missing`: what is not given prints as nothing.
    `partials`: name to source, for what a template calls and does not define.
    """

    params: Mapping[str, object]
    html: bool
    limit_bytes: int
    allow_missing: bool = False
    partials: Mapping[str, str] = field(default_factory=lambda: NO_PARTIALS)


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a template; lines and columns count from 1, 0 is unknown."""

    code: str
    message: str
    line: int = 0
    column: int = 0


class Engine(ABC):
    """A template language. Engines hold no state of a rendering; threads share them."""

    names: ClassVar[tuple[str, ...]]
    """What `renderer` may say; the first is ours, the others are synonyms."""

    label: ClassVar[str]
    source_limit_bytes: ClassVar[int] = 64 * 1024

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

    @abstractmethod
    def check(self, source: str, partials: Collection[str]) -> tuple[Problem, ...]:
        """What is wrong with a template, in order; `partials` are the known names."""
