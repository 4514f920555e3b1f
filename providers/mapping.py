"""What of the params a service is given, and what of its answer is taken. Pure.

A path such as `applicant.address.0.city` leads through maps and lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

ABSENT = object()
_PATH = re.compile(r"[^\s.]{1,60}(\.[^\s.]{1,60}){0,9}")


def is_path(text: str) -> bool:
    """Whether the text can be a path: up to ten names with dots between."""
    return _PATH.fullmatch(text) is not None


def at(values: Any, path: str) -> Any:
    """What lies at the path; ABSENT for nothing. A name with dots in it wins."""
    if isinstance(values, Mapping) and path in values:
        return values[path]
    name, _dot, rest = path.partition(".")
    found = _step(values, name)
    return at(found, rest) if rest and found is not ABSENT else found


def _step(values: Any, name: str) -> Any:
    if isinstance(values, Mapping):
        return values.get(name, ABSENT)
    if isinstance(values, list) and name.isdecimal() and int(name) < len(values):
        return values[int(name)]
    return ABSENT


def missing(params: Mapping[str, Any], required: Iterable[str]) -> Sequence[str]:
    """Those of the required paths at which there is nothing, null, or empty text."""
    return [one for one in required if at(params, one) in (ABSENT, None, "")]


def data_of(
    params: Mapping[str, Any],
    *,
    fixed: Mapping[str, Any],
    taken: Mapping[str, str],
) -> dict[str, Any]:
    """What a service is given: all params, or those `taken` (its name -> our path).

    What is absent is left out. `fixed` params are the administrator's: no caller
    changes them.
    """
    if not taken:
        return {**params, **fixed}
    found = {name: at(params, path) for name, path in taken.items()}
    given = {name: value for name, value in found.items() if value is not ABSENT}
    return {**given, **fixed}
