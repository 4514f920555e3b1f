"""A CSV file holds what was said, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.exporting import lines, marked, neutral

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_the_columns_are_named_and_lines_end_as_the_standard_has_it():
    text = "".join(lines(["day", "channel"], [(("2026-01-31", "email"), 3)]))

    assert text == "day,channel,count\r\n2026-01-31,email,3\r\n"


@pytest.mark.parametrize("mark", FORMULA)
def test_no_text_is_a_formula(mark):
    assert neutral(f"{mark}cmd|' /C calc'!A0") == f"'{mark}cmd|' /C calc'!A0"


@given(st.lists(st.text(), min_size=1, max_size=4))
def test_whatever_stands_in_a_cell_is_one_cell_and_harmless(cells):
    text = "".join(lines(["x"] * len(cells), [(cells, 1)]))

    [_head, row] = read(text)
    assert len(row) == len(cells) + 1
    assert not [one for one in row if one.startswith(FORMULA)]
    assert [one.removeprefix("'") for one in row[:-1]] == [
        one.replace("\x00", "").removeprefix("'") for one in cells
    ]


def test_people_get_a_mark_that_their_program_knows():
    assert "".join(marked(["é\r\n"])).encode()[:3] == b"\xef\xbb\xbf"
