"""Paths: how one is followed, and what it is called when seen from the top."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import TypeAlias

from templates_app.braces.dialects import Dialect
from templates_app.braces.running import Loop, Run, Scope, climb, named
from templates_app.braces.tree import Head, Path
from templates_app.braces.values import MISSING, step

Getter: TypeAlias = Callable[[Scope, Run], object]


def path_getter(path: Path, dialect: Dialect, parameters: Collection[str]) -> Getter:
    """A function that follows `path`, or gives MISSING.

    `parameters` are the block parameters that hold where the path is written.
    """
    parts = path.parts
    if path.data:
        return _data_getter(path)
    if path.here or not parts:
        return _scope_getter(path.climbs, parts)
    first, rest = parts[0], parts[1:]
    if first in parameters:
        return lambda scope, _run: _follow(named(scope, first), rest)
    if dialect.climbs:
        return lambda scope, _run: _follow(climb(scope, first), rest)
    if not rest:
        return lambda scope, _run: step(scope.value, first)
    return lambda scope, _run: _follow(scope.value, parts)


def _follow(value: object, parts: tuple[str, ...]) -> object:
    for part in parts:
        value = step(value, part)
    return value


def _scope_getter(climbs: int, parts: tuple[str, ...]) -> Getter:
    def get(scope: Scope, _run: Run) -> object:
        seek: Scope | None = scope
        for _ in range(climbs):
            seek = seek.outer if seek is not None else None
        return MISSING if seek is None else _follow(seek.value, parts)

    return get


_LOOP_FACTS: dict[str, Callable[[Loop], object]] = {
    "index": lambda loop: loop.index,
    "key": lambda loop: loop.key,
    "first": lambda loop: loop.first,
    "last": lambda loop: loop.last,
}


def _data_getter(path: Path) -> Getter:
    name, rest = path.parts[0], path.parts[1:]
    if name == "root":
        return lambda _scope, run: _follow(run.root, rest)
    fact = _LOOP_FACTS.get(name)

    def get(scope: Scope, _run: Run) -> object:
        loop = scope.loop
        for _ in range(path.climbs):
            loop = loop.outer if loop is not None else None
        if loop is None or fact is None:
            return MISSING
        return _follow(fact(loop), rest)

    return get


class Labels:
    """The names that a template reads, each as seen from the top of params.

    `rows[].price` is the price of each row. Where that cannot be known (Mustache
    climbs, a partial is called from anywhere) a path is called what it is written.
    """

    def __init__(self, dialect: Dialect) -> None:
        self.seen: set[str] = set()
        self._climbs = dialect.climbs
        self._scopes: list[str | None] = [""]
        self._named: list[dict[str, str | None]] = [{}]

    def note(self, path: Path) -> None:
        """Remember what `path` reads of params."""
        label = self.of(path)
        if label and not label.startswith("@") and not label.endswith("[]"):
            self.seen.add(label.removesuffix(".length"))

    def of(self, path: Path) -> str:
        """The label of `path`; as it is written where no better is known."""
        label = self._known(path)
        return path.text if label is None else label

    def parameters(self) -> Collection[str]:
        """The block parameters that hold here."""
        return self._named[-1].keys()

    def _known(self, path: Path) -> str | None:
        parts = path.parts
        if path.data:
            return ".".join(parts[1:]) if parts[0] == "root" else "@" + parts[0]
        if self._climbs:
            return ".".join(parts) if parts else self._scopes[-1]
        if not path.here and parts and parts[0] in self._named[-1]:
            return _joined(self._named[-1][parts[0]], parts[1:])
        if path.climbs >= len(self._scopes):
            return None
        return _joined(self._scopes[-1 - path.climbs], parts)

    @contextmanager
    def inside(self, head: Head) -> Iterator[None]:
        """Within a block that steps into its subject."""
        label = self._known(head.subject) if isinstance(head.subject, Path) else None
        if label is not None and head.kind == "each":
            label += "[]"
        names = dict.fromkeys(head.params[1:], "@key") | dict.fromkeys(
            head.params[:1], label
        )
        self._scopes.append(label)
        self._named.append({**self._named[-1], **names})
        yield
        self._scopes.pop()
        self._named.pop()

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Within a partial, which sees nothing of what is around it."""
        kept = self._scopes, self._named
        self._scopes, self._named = [None], [{}]
        yield
        self._scopes, self._named = kept


def _joined(prefix: str | None, parts: tuple[str, ...]) -> str | None:
    if prefix is None:
        return None
    return ".".join((prefix, *parts) if prefix else parts)
