"""What a body is made of, before it is rendered. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

CONTENT = "content"
"""What a layout calls to say where the text goes; no partial may have this name."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What is put around a body, and the template language that it is written in."""

    source: str
    engine: str


@dataclass(frozen=True, slots=True)
class Words:
    """One body with its layout, and the sources of all partials that both call."""

    source: str
    body_type: str
    engine: str
    layout: Layout | None = None
    partials: Mapping[str, str] = field(default_factory=dict)
