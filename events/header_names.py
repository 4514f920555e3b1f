"""One spelling of a header's name for all layers: x-office is X-Office. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol, TypeVar

Values = Mapping[str, Any]


class Spoken(Protocol):
    """A layer of the cascade, a dataclass."""

    @property
    def values(self) -> Values: ...
    @property
    def locked(self) -> frozenset[str]: ...


LayerT = TypeVar("LayerT", bound=Spoken)


def alike(layers: Sequence[LayerT], channels: Collection[str]) -> list[LayerT]:
    """The layers, lowest first, in which each header goes by the name that the lowest
    gave it, or the lock on it; so a higher layer replaces it however it is written.

    A layer that writes one name in two ways stays as it is: that is wrong in itself.
    """
    known: dict[tuple[str, str], str] = {}
    for path in sorted(path for one in layers for path in one.locked):
        code, _dot, name = path.partition(".headers.")
        if name:
            known.setdefault((code, name.lower()), name)
    return [_respelt(one, channels, known) for one in layers]


def _respelt(
    layer: LayerT, channels: Collection[str], known: dict[tuple[str, str], str]
) -> LayerT:
    values = layer.values
    for code in channels:
        said = values.get(code)
        headers = said.get("headers") if isinstance(said, Mapping) else None
        if not isinstance(headers, Mapping) or not headers:
            continue
        own = {
            known.setdefault((code, name.lower()), name): value
            for name, value in headers.items()
        }
        if len(own) == len(headers) and own.keys() != headers.keys():
            values = {**values, code: {**values[code], "headers": own}}
    if values is layer.values:
        return layer
    # A protocol cannot say that its classes are dataclasses.
    return replace(layer, values=values)  # type: ignore[type-var]
