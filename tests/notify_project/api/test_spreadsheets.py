"""A CSV file holds what was said, and nothing that a spreadsheet would run; and files
are read as spreadsheets save them."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notify_project.api.spreadsheets import Row, marked, neutral, read, written
from notify_project.errors import Malformed

FORMULA = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = ("address", "language")


def cells_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def rows_of(data: bytes | str, *, most_rows: int = 10) -> list[Row]:
    given = data.encode() if isinstance(data, str) else data
    return read(given, COLUMNS, most_rows=most_rows)


@pytest.mark.parametrize("mark", FORMULA)
def test_no_text_is_a_formula(mark):
    assert neutral(f"{mark}cmd|' /C calc'!A0") == f"'{mark}cmd|' /C calc'!A0"


@given(st.lists(st.text(), min_size=1, max_size=4))
def test_whatever_stands_in_a_cell_is_one_cell_and_harmless(cells):
    text = "".join(written(["x"] * len(cells), [cells]))

    [_head, row] = cells_of(text)
    assert len(row) == len(cells)
    assert not [one for one in row if one.startswith(FORMULA)]
    assert [one.removeprefix("'") for one in row] == [
        one.replace("\x00", "").removeprefix("'") for one in cells
    ]


def test_people_get_a_mark_that_their_program_knows():
    assert "".join(marked(["é\r\n"])).encode()[:3] == b"\xef\xbb\xbf"


def test_what_was_written_is_read_back():
    cells = [
        ["+17787001234", "fr-CA"],
        ["=a@example.org", ""],
        ["o'neil@example.org", ""],
    ]
    data = "".join(marked(written(COLUMNS, cells))).encode()

    assert [list(one.cells.values()) for one in rows_of(data)] == cells


@pytest.mark.parametrize(
    "data",
    [
        "address,language\r\njane@example.org,fr\r\n",
        "\ufeffaddress;language\njane@example.org;fr",
        "Language\tAddress\n\nfr\t jane@example.org \n\n",
        '"address","language"\n"jane@example.org","fr"\n',
    ],
)
def test_files_of_all_spreadsheets_say_the_same(data):
    [row] = rows_of(data)

    assert row.cells == {"address": "jane@example.org", "language": "fr"}


def test_one_column_needs_no_name():
    assert [(one.line, one.cells) for one in rows_of("a@x.org\n\nb@x.org")] == [
        (1, {"address": "a@x.org"}),
        (3, {"address": "b@x.org"}),
    ]


def test_a_row_is_told_by_the_line_where_it_begins():
    rows = rows_of('address,language\n"a\nb",fr\nc,\nd')

    assert [(one.line, one.cells["address"]) for one in rows] == [
        (2, "a\nb"),
        (4, "c"),
        (5, "d"),
    ]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"address\n\xe9", "not in UTF-8"),
        (b"PK\x03\x04\x00", "no text"),
        ("address,adress\na,b", "Line 1 names a column 'adress'"),
        ("address,address\na,b", "Name each once"),
        ("language,language2\na,b", "Line 1 names a column"),
        ("address,language\na,b,c", "Line 2 has more cells"),
        ('address,language\n"a"b,c', "Line 2 cannot be read as CSV"),
        ("address\n" + "a\n" * 11, "more than 10 rows"),
    ],
)
def test_what_is_no_such_table_is_told_with_its_line(data, why):
    with pytest.raises(Malformed, match=why):
        rows_of(data)


def test_an_empty_file_has_no_rows():
    assert rows_of("") == []
    assert rows_of("address\n") == []
