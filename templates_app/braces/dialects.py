"""Handlebars and Mustache: what one of them does and the other does not."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dialect:
    """`helpers`: if, each, arguments, literals, inline partials and `\\{{` exist.

    `climbs`: a name that the present value lacks is looked for in the values
    around it, as Mustache asks and Handlebars does not.
    """

    name: str
    helpers: bool
    climbs: bool


HANDLEBARS = Dialect("Handlebars", helpers=True, climbs=False)
MUSTACHE = Dialect("Mustache", helpers=False, climbs=True)
