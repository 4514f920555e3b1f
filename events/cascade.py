"""Who wins: the layers of a notification merged into one decision. Pure.

    System default -> Tenant default -> Event -> Request (-> overrides -> augments)

1. Objects merge key by key; scalars and lists of a higher layer replace.
2. `{}`, `[]` and null replace what is inherited by nothing. They are kept to the end
   (as `Fresh`), so that merging is associative: (a + b) + c = a + (b + c).
3. A content that names a template, even null, replaces the lower content whole; a lone
   subject or body replaces that one field.
4. Defaults describe a channel; only an event or a request switches it on.
5. A locked field of the system refuses every higher layer that names it, and outlives
   those that replace what it lies in.
6. Params are the caller's data, not settings: in them null and empty values are values.

All layers have one shape: {"params": {...}, "email": {"recipients": {"to": [...]},
"content": {...}, ...}, "sms": {...}, ...}. Each field remembers who decided it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Values = Mapping[str, Any]

_IN_CHANNEL = 2  # how deep a channel's own fields lie, as in email.content


class Fresh(dict[str, Any]):
    """An object that inherits nothing from below."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One level. `switches` says whether naming a channel here switches it on."""

    name: str
    values: Values
    switches: bool = False
    locked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Leaf:
    """A scalar or list, and the layer that said so."""

    value: Any
    layer: str


@dataclass(frozen=True, slots=True)
class Decision:
    """The merged values, without what was taken away, and who decided each field.

    `channels` are those switched on, in the order of the caller's table of channels.
    """

    values: Values
    decided_by: Mapping[str, str] = field(default_factory=dict)
    channels: tuple[str, ...] = ()


class LockedField(Exception):
    """A layer set a field that the system keeps for itself; `path` names it."""

    def __init__(self, path: str, layer: str) -> None:
        super().__init__(f"{path} is locked by the system; {layer} may not set it.")
        self.path = path
        self.layer = layer


def decide(layers: Sequence[Layer], *, channels: Collection[str]) -> Decision:
    """Merge from low to high; raises LockedField."""
    tree: Any = {}
    locked: dict[str, Any] = {}
    for layer in layers:
        _refuse_locked(layer, locked)
        tree = merge(tree, marked(layer))
        locked |= {path: _at(tree, path) for path in layer.locked}
    for path, kept in locked.items():
        if kept is not None and _plain(tree.get(path.split(".")[0], {}), 1):
            tree = merge(tree, _nested(path, kept))
    values = _plain(tree, 0)
    wanted = {
        name
        for layer in layers
        if layer.switches
        for name in channels
        if layer.values.get(name)
    }
    on = tuple(name for name in channels if name in wanted and values.get(name))
    return Decision(values, dict(_deciders(tree, "")), on)


def merge(lower: Any, upper: Any) -> Any:
    """Two marked trees; associative, with {} as its neutral element."""
    if isinstance(upper, (Leaf, Fresh)):
        return upper
    if isinstance(lower, Leaf):
        return Fresh(upper)
    merged = Fresh(lower) if isinstance(lower, Fresh) else dict(lower)
    for key, value in upper.items():
        merged[key] = merge(merged[key], value) if key in merged else value
    return merged


def marked(layer: Layer) -> Any:
    """A layer's values as a tree of objects, Fresh objects and Leaves."""
    return {
        key: _marked(value, layer.name, (key,)) for key, value in layer.values.items()
    }


def _marked(value: Any, layer: str, path: tuple[str, ...]) -> Any:
    if not isinstance(value, Mapping):
        return Leaf(value, layer)
    inner = {name: _marked(each, layer, (*path, name)) for name, each in value.items()}
    is_content = path[1:] == ("content",) and path[0] != "params"
    replaces = not inner or (is_content and "template" in inner)
    return Fresh(inner) if replaces else inner


def _plain(tree: Any, depth: int) -> Any:
    """Values again; what was taken away ({}, [], null) is gone, except in params."""
    if isinstance(tree, Leaf):
        return tree.value
    found = {
        key: _data(value) if _is_params(key, depth) else _plain(value, depth + 1)
        for key, value in tree.items()
    }
    return {key: value for key, value in found.items() if not _nothing(value)}


def _data(tree: Any) -> Any:
    if isinstance(tree, Leaf):
        return tree.value
    return {key: _data(value) for key, value in tree.items()}


def _is_params(key: str, depth: int) -> bool:
    """`params` of the whole request or of one channel."""
    return key == "params" and depth < _IN_CHANNEL


def _nothing(value: Any) -> bool:
    return value is None or (isinstance(value, (Mapping, list, tuple)) and not value)


def _deciders(tree: Any, path: str, depth: int = 0) -> Iterator[tuple[str, str]]:
    """("email.content.subject", "request") for each field that holds a value."""
    if isinstance(tree, Leaf):
        if not _nothing(tree.value):
            yield path, tree.layer
        return
    for key, value in tree.items():
        if not _is_params(key, depth):
            yield from _deciders(value, f"{path}.{key}" if path else key, depth + 1)


def _refuse_locked(layer: Layer, locked: Collection[str]) -> None:
    for path in sorted(locked):
        *above, last = path.split(".")
        within: Any = layer.values
        for part in above:
            within = within.get(part) if isinstance(within, Mapping) else None
        if isinstance(within, Mapping) and last in within:
            raise LockedField(path, layer.name)


def _at(tree: Any, path: str) -> Any:
    """What a marked tree holds at a path; None for nothing."""
    for part in path.split("."):
        tree = tree.get(part) if isinstance(tree, Mapping) else None
    return tree


def _nested(path: str, tree: Any) -> Any:
    for part in reversed(path.split(".")):
        tree = {part: tree}
    return tree
