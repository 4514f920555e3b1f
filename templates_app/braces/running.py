"""One rendering while it runs: what it sees, and what it may still spend."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from django.utils.translation import gettext as _

from templates_app.braces.values import MISSING, object_in, step, text_of
from templates_app.errors import RenderLimit

MAX_STEPS = 250_000
DEADLINE_SECONDS = 2.0
MAX_PARTIAL_DEPTH = 20


@dataclass(frozen=True, slots=True)
class Loop:
    """What `@` reads within each; `outer` is the loop around, for `@../index`."""

    index: int
    key: object
    first: bool
    last: bool
    outer: Loop | None


class Scope:
    """A value that names are looked up in, and the scope around it.

    Plain slots instead of a dataclass: one is made for each row of each loop.
    """

    __slots__ = ("loop", "named", "outer", "partials", "value")

    def __init__(
        self,
        value: object,
        outer: Scope | None,
        loop: Loop | None,
        partials: Mapping[str, Writer],
        named: Mapping[str, object] | None = None,
    ) -> None:
        self.value = value
        self.outer = outer
        self.loop = loop
        self.partials = partials
        self.named = named

    def inner(self, value: object, named: Mapping[str, object] | None = None) -> Scope:
        """The scope within this one, of `value`."""
        return Scope(value, self, self.loop, self.partials, named)


Writer: TypeAlias = "Callable[[Scope, Run], None]"
Loader: TypeAlias = "Callable[[str, str], Writer | None]"


class Run:
    """The budget and the output of one rendering.

    Raises RenderLimit when steps, output bytes or two seconds are used up. `missing`
    gathers the names that were printed and not given, `unprintable` those
    that have no text.
    """

    def __init__(
        self,
        root: object,
        *,
        escape: Callable[[str], str] | None,
        limit_bytes: int,
        load: Loader,
    ) -> None:
        self.root = root
        self.escape = escape
        self.load = load
        self.missing: dict[str, None] = {}
        self.unprintable: dict[str, object] = {}
        self.parts: list[str] = []
        self.partial_depth = 0
        self.limit_bytes = limit_bytes
        self._room = limit_bytes
        self._steps = MAX_STEPS
        self._deadline = time.monotonic() + DEADLINE_SECONDS

    def spend(self, steps: int) -> None:
        """Account for `steps` nodes about to run; looks at the clock each time."""
        self._steps -= steps
        if self._steps < 0:
            message = _("The template needs more than %(limit)d steps.")
            raise RenderLimit(message % {"limit": MAX_STEPS})
        if time.monotonic() > self._deadline:
            message = _("The template takes longer than %(limit)d seconds.")
            raise RenderLimit(message % {"limit": DEADLINE_SECONDS})

    def reserve(self, count: int) -> None:
        """Account for `count` bytes of output, before they are made."""
        self._room -= count
        if self._room < 0:
            message = _("The rendered text is larger than %(limit)d bytes.")
            raise RenderLimit(message % {"limit": self.limit_bytes})

    def write(self, text: str) -> None:
        """Append `text` to the output."""
        self.reserve(size(text))
        self.parts.append(text)

    def show(self, value: object, label: str, *, raw: bool) -> None:
        """Print one value: escaped where it has to be, or noted as missing or as an
        object, which has no text."""
        if value is MISSING:
            self.missing[label] = None
            return
        if isinstance(value, dict | list) and object_in(value) is not None:
            self.unprintable.setdefault(label, value)
            return
        text = value if isinstance(value, str) else text_of(value)
        self.write(text if raw or self.escape is None else self.escape(text))

    def enter_partial(self) -> None:
        """One partial deeper; RenderLimit beyond 20."""
        self.partial_depth += 1
        if self.partial_depth > MAX_PARTIAL_DEPTH:
            message = _("Partials call each other deeper than %(limit)d levels.")
            raise RenderLimit(message % {"limit": MAX_PARTIAL_DEPTH})

    def indented(self, indent: str, start: int) -> None:
        """Put `indent` before each line written since part number `start`."""
        text = "".join(self.parts[start:])
        lines = text.count("\n") + (not text.endswith("\n"))
        self.reserve(lines * len(indent) if text else 0)
        body = text.removesuffix("\n")
        spread = indent + body.replace("\n", "\n" + indent) if text else ""
        self.parts[start:] = [spread + text[len(body) :]]


def size(text: str) -> int:
    """Bytes of `text` in UTF-8."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def climb(scope: Scope, name: str) -> object:
    """`name` in the nearest value that has it, as Mustache looks."""
    seek: Scope | None = scope
    while seek is not None:
        value = step(seek.value, name)
        if value is not MISSING:
            return value
        seek = seek.outer
    return MISSING


def named(scope: Scope, name: str) -> object:
    """The block parameter `name`; the weaver knows that there is one."""
    seek: Scope | None = scope
    while seek is not None:
        if seek.named is not None and name in seek.named:
            return seek.named[name]
        seek = seek.outer
    return MISSING
