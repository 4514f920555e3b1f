"""JSON as Handlebars sees it: what counts as empty, and how a value prints."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

_ESCAPES = str.maketrans(
    {
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        '"': "&quot;",
        "'": "&#x27;",
        "`": "&#x60;",
        "=": "&#x3D;",
    }
)
_SPECIAL = re.compile(r"[&<>\"'`=]")
_WHOLE_BELOW = 1e21
_FRACTION_FROM = 1e-6


class Missing:
    """The value of what was not given; null was given."""


MISSING: Final = Missing()


def escaped(text: str) -> str:
    """`text` for HTML, with the very entities of Handlebars.js."""
    return text.translate(_ESCAPES) if _SPECIAL.search(text) else text


def is_empty(value: object) -> bool:
    """What `with` does not enter; 0 and {} are something."""
    return (
        value is MISSING
        or value is None
        or value is False
        or value == ""
        or (isinstance(value, list) and not value)
    )


def is_true(value: object, *, include_zero: bool) -> bool:
    """What `if` takes for yes: not empty, and not 0 unless include_zero."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return include_zero or value != 0
    return not is_empty(value)


def text_of(value: object) -> str:
    """What a tag prints: as JavaScript would, and a list as its items with commas."""
    if isinstance(value, str):
        return value
    if value is None or value is MISSING:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float_text(value)
    if isinstance(value, list):
        return ",".join([text_of(item) for item in value])
    return "[object Object]" if isinstance(value, dict) else str(value)


def object_in(value: object) -> Mapping[str, object] | None:
    """The first object that printing `value` would come to, which has no text."""
    if isinstance(value, dict):
        return value
    if not isinstance(value, list):
        return None
    return next((one for one in map(object_in, value) if one is not None), None)


def _float_text(value: float) -> str:
    """1000.0 is 1000 and 1e-05 is 0.00001: JSON knows one kind of number only."""
    if value.is_integer() and abs(value) < _WHOLE_BELOW:
        return str(int(value))
    if _FRACTION_FROM <= abs(value) < _WHOLE_BELOW:
        return format(Decimal(repr(value)), "f")
    mantissa, _e, exponent = repr(value).partition("e")
    return f"{mantissa}e{int(exponent):+d}"


def step(value: object, part: str) -> object:
    """`part` of a map or list, or MISSING. Never an attribute of anything."""
    if isinstance(value, dict):
        return value.get(part, MISSING)
    if not isinstance(value, list):
        return MISSING
    if part == "length":
        return len(value)
    if len(part) < 8 and part.isascii() and part.isdigit():
        index = int(part)
        return value[index] if index < len(value) else MISSING
    return MISSING
