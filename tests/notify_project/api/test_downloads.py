"""A file is sent as it is made, under its name, and kept by nobody."""

from __future__ import annotations

from notify_project.api.downloads import csv_file


def test_a_csv_file_is_streamed_under_its_name():
    made = []

    def lines():
        for number in range(2):
            made.append(number)
            yield f"{number}\r\n"

    answer = csv_file(lines(), name="report.csv")

    assert made == []
    assert b"".join(answer) == b"0\r\n1\r\n"
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="report.csv"'
    assert answer["Cache-Control"] == "no-store"
