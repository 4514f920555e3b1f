"""Where in a JSON document something stands: paths, and keys that came twice. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

JsonValue: TypeAlias = (
    "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"
)


class Pairs(tuple[tuple[str, JsonValue], ...]):
    """An object with its members as they came, those that came twice too."""


Tree: TypeAlias = "JsonValue | Pairs"


def twins(value: Tree) -> Iterator[str]:
    """The keys of an object that came before in it."""
    seen = set()
    for key, _value in value if isinstance(value, Pairs) else ():
        if key in seen:
            yield key
        seen.add(key)


def walk(root: Tree) -> Iterator[tuple[str, Tree]]:
    """Every value with its path, as in `email.to[0]`; the root's is ""."""
    waiting: list[tuple[str, Tree]] = [("", root)]
    while waiting:
        path, value = waiting.pop()
        yield path, value
        if isinstance(value, dict):
            waiting.extend((join(path, key), item) for key, item in value.items())
        elif isinstance(value, Pairs):
            waiting.extend((join(path, key), item) for key, item in value)
        elif isinstance(value, list):
            waiting.extend((f"{path}[{n}]", item) for n, item in enumerate(value))


def join(path: str, key: str) -> str:
    """The path of what stands under `key`."""
    return f"{path}.{shown(key)}" if path else shown(key)


def shown(key: str) -> str:
    """A key as it can stand in an answer: short, and UTF-8 whatever it holds."""
    short = key if len(key) <= 60 else f"{key[:60]}..."
    return short.replace("\x00", "\\0").encode("utf-8", "backslashreplace").decode()
