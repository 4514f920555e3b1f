"""What a template is given: a deep copy, plain JSON and nothing else."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, cast

from django.utils.translation import gettext as _

from templates_app.errors import ParamsInvalid, ParamsTooLarge

PARAMS_BYTES = 50 * 1024
PARAMS_DEPTH = 20
# Beyond it Python itself refuses to write an integer out, at a quadratic price.
_INTEGER_BITS = 1024
_SHOWN_CHARACTERS = 60

Plain: TypeAlias = "str | int | float | bool | dict[str, Plain] | list[Plain] | None"


def plain(params: Mapping[str, object]) -> dict[str, Plain]:
    """A copy that shares nothing with `params` and holds only JSON's own types.

    Raises ParamsTooLarge over 50 KB (as JSON, near enough) and ParamsInvalid for
    other types, infinite numbers and nesting deeper than 20. One walk; it stops at
    the limit, however large the input is.
    """
    try:
        return cast("dict[str, Plain]", _Copier().copy(params, 0))
    except _Unusable as error:
        values = {"where": _shown_path(error.path), "limit": PARAMS_DEPTH}
        raise ParamsInvalid(error.reason % values) from None


class _Unusable(Exception):
    """`path` is completed on the way up: making it on the way down costs each value."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.path: list[str] = []


class _Copier:
    def __init__(self) -> None:
        self.left = PARAMS_BYTES

    def copy(self, value: object, depth: int) -> Plain:
        if isinstance(value, str):
            self._spend(_size(value) + 3)
            return str.__str__(value)  # of an enumeration: its value, not its name
        if value is None or isinstance(value, bool):
            self._spend(5)
            return value
        if isinstance(value, int | float):
            number = _number(value)
            self._spend(len(repr(number)) + 1)
            return number
        return self._container(value, depth)

    def _container(self, value: object, depth: int) -> Plain:
        if depth > PARAMS_DEPTH:
            raise _Unusable(_("%(where)s is nested deeper than %(limit)d levels."))
        self._spend(3)
        if isinstance(value, Mapping):
            return self._map(value, depth + 1)
        if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
            return self._list(value, depth + 1)
        raise _Unusable(_wrong_type())

    def _map(self, value: Mapping[object, object], depth: int) -> Plain:
        made: dict[str, Plain] = {}
        for key, item in value.items():
            if not isinstance(key, str):
                raise _Unusable(_wrong_type())
            self._spend(_size(key) + 3)
            try:
                made[str.__str__(key)] = self.copy(item, depth)
            except _Unusable as error:
                error.path.append(f".{key[:_SHOWN_CHARACTERS]}")
                raise
        return made

    def _list(self, value: Sequence[object], depth: int) -> Plain:
        made: list[Plain] = []
        for item in value:
            try:
                made.append(self.copy(item, depth))
            except _Unusable as error:
                error.path.append(f"[{len(made)}]")
                raise
        return made

    def _spend(self, count: int) -> None:
        self.left -= count
        if self.left < 0:
            message = _("params are larger than %(limit)d bytes. Give less.")
            raise ParamsTooLarge(message % {"limit": PARAMS_BYTES})


def _size(text: str) -> int:
    if text.isascii() or len(text) > PARAMS_BYTES:
        return len(text)
    return len(text.encode("utf-8", "surrogatepass"))


def _number(value: int | float) -> int | float:
    if isinstance(value, int):
        if value.bit_length() <= _INTEGER_BITS:
            return int(value)
    elif math.isfinite(value):
        return float(value)
    reason = _("%(where)s is not a number that can be written. Give it as text.")
    raise _Unusable(reason)


def _wrong_type() -> str:
    return _(
        "%(where)s must be text, a number, true, false, null, a list or a map with "
        "text as keys."
    )


def _shown_path(parts: Sequence[str]) -> str:
    """`params.rows[3].when`; the end of a deep path says more than its beginning."""
    path = "params" + "".join(reversed(parts))
    path = "".join(c if c.isprintable() else " " for c in path)
    cut = len(path) > _SHOWN_CHARACTERS
    return "…" + path[-_SHOWN_CHARACTERS:] if cut else path


def laid_over(lower: Mapping[str, Any], upper: Mapping[str, Any]) -> dict[str, Any]:
    """Params of a parent with one's own: objects merge, all else replaces."""
    merged = dict(lower)
    for name, value in upper.items():
        below = merged.get(name)
        if isinstance(below, Mapping) and isinstance(value, Mapping) and value:
            value = laid_over(below, value)
        merged[name] = value
    return merged
