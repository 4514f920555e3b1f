"""What differs between two versions: field by field, line by line, word by word. Pure.

Two texts are laid side by side: lines that are the same stand beside each other, and of
lines that were changed the words that differ are marked. The work is bounded whatever
the texts are: where they have too little in common, whole lines are marked.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_CONTEXT = 3
# difflib takes a second for this many lines or words that are made to be slow.
_MOST_ALIGNED = 1000
_WORK_SECONDS = 0.5
# Two lines with less in common are not one that was changed.
_LIKENESS = 0.3
_WORD = re.compile(r"\s+|\w+|[^\w\s]")

Kind = Literal["same", "changed", "removed", "added", "left out"]


@dataclass(frozen=True, slots=True)
class Piece:
    """Some of a line; marked where the other side says something else."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of one side, numbered from 1."""

    number: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """Two lines beside each other; None where a side has none.

    Of "left out", `count` lines are the same and are not shown.
    """

    kind: Kind
    before: Line | None = None
    after: Line | None = None
    count: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """A field that differs."""

    name: str
    rows: tuple[Row, ...]


def fields(before: Mapping[str, str], after: Mapping[str, str]) -> list[Change]:
    """The texts that differ, in the order of `after`; an absent one is empty."""
    ends = time.thread_time() + _WORK_SECONDS
    names = [*after, *(name for name in before if name not in after)]
    return [
        Change(name, rows(before.get(name, ""), after.get(name, ""), ends=ends))
        for name in names
        if before.get(name, "") != after.get(name, "")
    ]


def rows(before: str, after: str, *, ends: float | None = None) -> tuple[Row, ...]:
    """Both texts side by side; after `ends`, by thread_time, no words are compared."""
    old, new = _lines(before), _lines(after)
    until = time.thread_time() + _WORK_SECONDS if ends is None else ends
    return tuple(_folded(list(_aligned(old, new, until))))


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").split("\n") if text else []


def _aligned(old: Sequence[str], new: Sequence[str], ends: float) -> Iterator[Row]:
    for same, i1, i2, j1, j2 in _blocks(old, new):
        if same:
            for i, j in zip(range(i1, i2), range(j1, j2), strict=True):
                yield Row("same", _plain(i, old[i]), _plain(j, new[j]))
            continue
        paired = min(i2 - i1, j2 - j1)
        for i, j in zip(range(i1, i1 + paired), range(j1, j1 + paired), strict=True):
            yield _changed(i, old[i], j, new[j], ends)
        for i in range(i1 + paired, i2):
            yield Row("removed", _whole(i, old[i]))
        for j in range(j1 + paired, j2):
            yield Row("added", None, _whole(j, new[j]))


Block = tuple[bool, int, int, int, int]


def _blocks(old: Sequence[str], new: Sequence[str]) -> Iterator[Block]:
    """What is the same and what is not, in order; the ends are compared cheaply."""
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    to_old, to_new = len(old) - tail, len(new) - tail
    if head:
        yield True, 0, head, 0, head
    middle = old[head:to_old], new[head:to_new]
    if max(map(len, middle)) > _MOST_ALIGNED:
        yield False, head, to_old, head, to_new
    else:
        for tag, i1, i2, j1, j2 in SequenceMatcher(None, *middle).get_opcodes():
            yield tag == "equal", i1 + head, i2 + head, j1 + head, j2 + head
    if tail:
        yield True, to_old, len(old), to_new, len(new)


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    count = 0
    for one, other in zip(old, new, strict=False):
        if one != other:
            break
        count += 1
    return count


def _changed(i: int, old: str, j: int, new: str, ends: float) -> Row:
    before, after = _WORD.findall(old), _WORD.findall(new)
    whole = Row("changed", _whole(i, old), _whole(j, new))
    if time.thread_time() > ends:
        return whole
    blocks = list(_blocks(before, after))
    same = sum(len("".join(before[i1:i2])) for kept, i1, i2, _j1, _j2 in blocks if kept)
    if 2 * same < _LIKENESS * (len(old) + len(new)):
        return whole
    left = [Piece("".join(before[b[1] : b[2]]), not b[0]) for b in blocks]
    right = [Piece("".join(after[b[3] : b[4]]), not b[0]) for b in blocks]
    return Row("changed", _line(i, left), _line(j, right))


def _plain(index: int, text: str) -> Line:
    return _line(index, [Piece(text)])


def _whole(index: int, text: str) -> Line:
    return _line(index, [Piece(text, marked=True)])


def _line(index: int, pieces: Sequence[Piece]) -> Line:
    return Line(index + 1, tuple(one for one in pieces if one.text))


def _folded(found: Sequence[Row]) -> Iterator[Row]:
    """Of lines that are the same, only those near a change."""
    near = [False] * len(found)
    for index, row in enumerate(found):
        if row.kind != "same":
            start = max(0, index - _CONTEXT)
            near[start : index + _CONTEXT + 1] = [True] * len(
                near[start : index + _CONTEXT + 1]
            )
    left_out = 0
    for row, shown in zip(found, near, strict=True):
        if not shown:
            left_out += 1
            continue
        if left_out:
            yield Row("left out", count=left_out)
            left_out = 0
        yield row
    if left_out:
        yield Row("left out", count=left_out)
