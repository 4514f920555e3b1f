"""Who wins: the layers of a notification merged into one decision. Pure.

    System default -> Tenant default -> Event -> Request -> overrides -> augments

1. Objects merge key by key; scalars and lists of a higher layer replace.
2. `{}`, `[]` and null replace what is inherited by nothing. They are kept to the end
   (as `Fresh`), so that merging is associative: (a + b) + c = a + (b + c).
3. A content that names a template, even null, replaces the lower content whole; a lone
   subject or body replaces that one field.
4. Defaults describe a channel; only an event or a request switches it on.
5. A locked field of the system refuses every higher layer that names it, and outlives
   those that replace what it lies in.
6. Params are the caller's data, not settings: in them null and empty values are values.
   A channel sees, from low to high, each layer's params and then that layer's own for
   the channel; so what a request says for all channels wins over an event's defaults.
7. A header is one header however its name is written (events/header_names.py).
8. Augments come last and take nothing away: lists grow, objects are completed, scalars
   only fill what is unset. They switch no channel on.

All layers have one shape: {"params": {...}, "email": {"recipients": {"to": [...]},
"content": {...}, ...}, "sms": {...}, ...}. Each field remembers who decided it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from events import header_names

Values = Mapping[str, Any]

_IN_CHANNEL = 2  # how deep a channel's own fields lie, as in email.content


class Fresh(dict[str, Any]):
    """An object that inherits nothing from below."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One level. `switches` says whether naming a channel here switches it on, all
    but those that it `only_describes`."""

    name: str
    values: Values
    switches: bool = False
    locked: frozenset[str] = frozenset()
    only_describes: frozenset[str] = frozenset()

    def switches_on(self, channel: str) -> bool:
        """Whether this layer sends over the channel."""
        named = bool(self.values.get(channel))
        return self.switches and named and channel not in self.only_describes


@dataclass(frozen=True, slots=True)
class Leaf:
    """A scalar or list, and the layer that said so."""

    value: Any
    layer: str


@dataclass(frozen=True, slots=True)
class Decision:
    """The merged values, without what was taken away, and who decided each field.

    `channels` are those switched on, in the order of the caller's table of channels;
    `params` has what each of them sees. `unheard` are channels that the augments name
    and that are not on.
    """

    values: Values
    decided_by: Mapping[str, str] = field(default_factory=dict)
    channels: tuple[str, ...] = ()
    params: Mapping[str, Values] = field(default_factory=dict)
    unheard: tuple[str, ...] = ()
    # Said by some layer, and taken away by a higher one.
    gone: frozenset[str] = frozenset()


class LockedField(Exception):
    """A layer set a field that the system keeps for itself; `path` names it."""

    def __init__(self, path: str, layer: str) -> None:
        super().__init__(f"{path} is locked by the system; {layer} may not set it.")
        self.path = path
        self.layer = layer


def decide(
    layers: Sequence[Layer],
    *,
    channels: Collection[str],
    augments: Layer | None = None,
) -> Decision:
    """Merge from low to high, then augment; raises LockedField."""
    every = header_names.alike([*layers, *([augments] if augments else [])], channels)
    layers, augments = every[: len(layers)], every[-1] if augments else None
    tree, locked = _merged(layers)
    on = [
        name
        for name in channels
        if any(one.switches_on(name) for one in layers) and _plain(_at(tree, name), 1)
    ]
    unheard: tuple[str, ...] = ()
    if augments:
        _refuse_locked(augments, locked)
        unheard = tuple(
            name for name in channels if augments.values.get(name) and name not in on
        )
        tree = augment(tree, marked(augments, without=unheard))
    values = _plain(tree, 0)
    return Decision(
        values,
        dict(_deciders(tree, "")),
        channels=tuple(on),
        params={name: _params_of(name, layers, augments) for name in on},
        unheard=unheard,
        gone=frozenset(tree.keys() - values.keys()),
    )


def _merged(layers: Sequence[Layer]) -> tuple[Any, Mapping[str, Any]]:
    """The tree of all layers, and what is locked in it, by path."""
    tree: Any = {}
    locked: dict[str, Any] = {}
    for layer in layers:
        _refuse_locked(layer, locked)
        tree = merge(tree, marked(layer))
        locked |= {path: _at(tree, path) for path in layer.locked}
    for path, kept in locked.items():
        if kept is not None and _plain(tree.get(path.split(".")[0], {}), 1):
            tree = merge(tree, _nested(path, kept))
    return tree, locked


def _params_of(
    channel: str, layers: Sequence[Layer], augments: Layer | None
) -> dict[str, Any]:
    """What a channel sees. Its own params may be emptied; the parents' stay."""
    said = [
        given
        for one in (*layers, augments)
        if one
        for values in (one.values, one.values.get(channel))
        if (given := _params_in(values)) is not None
    ]
    if len(said) < 2:
        return dict(said[0]) if said else {}
    shared: Any = {}
    own: Any = {}
    for layer in layers:
        given = _marked_params(layer.values)
        shared, own = merge(shared, given), merge(own, given)
        own = merge(own, _marked_params(layer.values.get(channel)))
    seen = merge(shared, dict(own))
    if augments:
        for values in (augments.values, augments.values.get(channel)):
            seen = augment(seen, _marked_params(values), data=True)
    return dict(_data(seen))


def _params_in(values: Any) -> Values | None:
    given = values.get("params") if isinstance(values, Mapping) else None
    return given if isinstance(given, Mapping) else None


def _marked_params(values: Any) -> Any:
    given = _params_in(values)
    return {} if given is None else _marked(given, "", ("params",))


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


def augment(tree: Any, more: Any, *, depth: int = 0, data: bool = False) -> Any:
    """A tree with what another adds. Twice is once, and nothing is taken away.

    In `data`, which params are, null and {} are values and stay.
    """
    if isinstance(more, Leaf):
        return _grown(tree, more, data)
    if isinstance(tree, Leaf) and (data or not _nothing(tree.value)):
        return tree  # of two kinds of value the one that is there stays
    there = {} if isinstance(tree, Leaf) else tree
    grown = dict(there)
    for key, value in more.items():
        if key in grown:
            inner = data or _is_params(key, depth)
            value = augment(grown[key], value, depth=depth + 1, data=inner)
        grown[key] = value
    return Fresh(grown) if isinstance(there, Fresh) else grown


def _grown(tree: Any, more: Leaf, data: bool) -> Any:
    """What a scalar or list makes of that which it meets."""
    if not isinstance(tree, Leaf):
        return tree if data or tree else more
    if isinstance(tree.value, list) and isinstance(more.value, list) and tree.value:
        new = [one for one in more.value if one not in tree.value]
        layer = f"{tree.layer}+{more.layer}"
        return Leaf([*tree.value, *new], layer) if new else tree
    unset = tree.value == [] if data else _nothing(tree.value)
    return more if unset else tree


def marked(layer: Layer, *, without: Collection[str] = ()) -> Any:
    """A layer's values as a tree of objects, Fresh objects and Leaves."""
    return {
        key: _marked(value, layer.name, (key,))
        for key, value in layer.values.items()
        if key not in without
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
