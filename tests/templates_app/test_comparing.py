"""What a designer sees of two versions: which words changed, and nothing else."""

from __future__ import annotations

import random
import time

import pytest

from templates_app.comparing import Line, Row, fields, rows


def told(line: Line | None) -> str:
    """As it is shown: [words that differ]."""
    if line is None:
        return ""
    pieces = (f"[{one.text}]" if one.marked else one.text for one in line.pieces)
    return f"{line.number} {''.join(pieces)}"


def shown(found: tuple[Row, ...]) -> list[tuple[str, str, str]]:
    return [(one.kind, told(one.before), told(one.after)) for one in found]


def test_of_a_changed_line_the_words_that_differ_are_marked():
    assert shown(rows("Hello {{name}}, well done", "Hello {{name}}, all done")) == [
        ("changed", "1 Hello {{name}}, [well] done", "1 Hello {{name}}, [all] done")
    ]


def test_lines_that_came_and_went_have_nothing_beside_them():
    assert shown(rows("one\ntwo\nthree", "one\nthree\nfour")) == [
        ("same", "1 one", "1 one"),
        ("removed", "2 [two]", ""),
        ("same", "3 three", "2 three"),
        ("added", "", "3 [four]"),
    ]


def test_lines_with_little_in_common_are_marked_whole():
    assert shown(rows("The quick brown fox", "Permits, 2026")) == [
        ("changed", "1 [The quick brown fox]", "1 [Permits, 2026]")
    ]


def test_what_is_the_same_far_from_a_change_is_left_out_and_counted():
    lines = [f"line {number}" for number in range(1, 21)]
    changed = [*lines]
    changed[9] = "line ten"

    found = rows("\n".join(lines), "\n".join(changed))

    assert [one.kind for one in found] == [
        *("left out", "same", "same", "same", "changed"),
        *("same", "same", "same", "left out"),
    ]
    assert (found[0].count, found[-1].count) == (6, 7)


def test_a_line_break_of_another_system_is_no_difference():
    assert [one.kind for one in rows("a\r\nb", "a\nb")] == ["left out"]


def test_only_fields_that_differ_are_told_and_one_that_is_new():
    before = {"subject": "Hi", "body": "x"}
    after = {"subject": "Hi", "body": "y", "variants.fr.body": "z"}

    found = fields(before, after)

    assert [one.name for one in found] == ["body", "variants.fr.body"]
    assert shown(found[1].rows) == [("added", "", "1 [z]")]


def _lines_made_to_be_slow(seed: int) -> str:
    chosen = random.Random(seed)
    return "\n".join(chosen.choice("abcdefghijklmnop") for _ in range(30_000))


def _words_made_to_be_slow(seed: int) -> str:
    chosen = random.Random(seed)
    return " ".join(chosen.choice("abcdefghijklmnop") for _ in range(30_000))


@pytest.mark.parametrize("make", [_lines_made_to_be_slow, _words_made_to_be_slow])
def test_texts_that_are_made_to_be_slow_are_not(make):
    before, after = make(1), make(2)
    began = time.thread_time()

    found = rows(before, after)

    assert time.thread_time() - began < 3
    assert found


def test_many_changed_lines_take_no_longer_than_the_time_there_is():
    chosen = random.Random(1)

    def text() -> str:
        return "\n".join(
            " ".join(chosen.choice("abcdefgh") for _ in range(60)) for _ in range(500)
        )

    before, after = text(), text()
    began = time.thread_time()

    rows(before, after)

    assert time.thread_time() - began < 3
