"""A report as CSV: its columns, and the count of each row."""

from __future__ import annotations

from delivery.exporting import lines


def test_the_columns_are_named_and_lines_end_as_the_standard_has_it():
    text = "".join(lines(["day", "channel"], [(("2026-01-31", "email"), 3)]))

    assert text == "day,channel,count\r\n2026-01-31,email,3\r\n"
