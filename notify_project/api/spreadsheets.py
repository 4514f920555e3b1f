"""Tables as CSV for people with a spreadsheet: written a line at a time, and read.

What is written (RFC 4180) is safe to open: no cell is run. What is read may be as a
spreadsheet saves it: with the mark of UTF-8 or without, with commas, semicolons, tabs.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from notify_project.errors import Malformed

# With one of these in front, a spreadsheet takes a text for a formula and runs it
# (https://owasp.org/www-community/attacks/CSV_Injection).
_FORMULA = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "\uff1d",
    "\uff0b",
    "\uff0d",
    "\uff20",
)
_SEPARATORS = ",;\t"


@dataclass(frozen=True, slots=True)
class Row:
    """One row by the names of its columns; `line` is where it begins, from 1."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with the row of a line."""

    line: int
    message: str


def written(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The names of the columns, then each row."""
    writer = csv.writer(_Line())
    yield writer.writerow(head)
    for cells in rows:
        yield writer.writerow([neutral(one) for one in cells])


def marked(lines: Iterable[str]) -> Iterator[str]:
    """For people: Excel takes UTF-8 for what it is only if it begins with its mark."""
    yield "\ufeff"
    yield from lines


def neutral(text: str) -> str:
    """A text that no spreadsheet runs: an apostrophe in front of what would be one."""
    plain = text.replace("\x00", "")
    return f"'{plain}" if plain.startswith(_FORMULA) else plain


def read(data: bytes, columns: Sequence[str], *, most_rows: int) -> list[Row]:
    """The rows, blank ones left out. `columns` are all that there may be; the first has
    to be there, and stands alone in a file that names none.

    Raises Malformed, with the line, for what cannot be understood as such a table.
    """
    text = _decoded(data)
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=_separator(text), strict=True
    )
    found: list[Row] = []
    head: list[str] = []
    for line, cells in _records(reader):
        if not head:
            head = _head(cells, columns)
            if head == [_folded(one) for one in cells]:
                continue
        if len(found) == most_rows:
            raise Malformed(
                _("The file has more than %(limit)s rows.") % {"limit": most_rows}
            )
        found.append(_row(line, head, cells))
    return found


def _decoded(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Malformed(
            _("The file is not in UTF-8. Save it as CSV in UTF-8, and try again.")
        ) from None
    if "\x00" in text:
        raise Malformed(_("The file is no text. Save the table as CSV in UTF-8."))
    return text


def _separator(text: str) -> str:
    """What the first line has most of; a comma if it has none."""
    first = text.lstrip("\r\n").partition("\n")[0]
    return max(_SEPARATORS, key=first.count)


def _records(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """With the line where each begins; a cell may have several."""
    counted: object = reader
    last = 0
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            line = {"line": last + 1, "why": error}
            raise Malformed(
                _("Line %(line)s cannot be read as CSV: %(why)s.") % line
            ) from None
        if cells is None:
            return
        if any(one.strip() for one in cells):
            yield last + 1, cells
        last = getattr(counted, "line_num", last + 1)


def _head(cells: Sequence[str], columns: Sequence[str]) -> list[str]:
    """The names of the columns; raises Malformed for a wrong one."""
    names = [_folded(one) for one in cells]
    if len(names) == 1 and names[0] not in columns:
        return [columns[0]]  # no names: the first row is one of the others
    known = ", ".join(columns)
    for name in names:
        if name not in columns or names.count(name) > 1:
            raise Malformed(
                _(
                    "Line 1 names a column %(name)s. Name each once, of these: "
                    "%(known)s."
                )
                % {"name": repr(name)[:60], "known": known}
            )
    if columns[0] not in names:
        raise Malformed(
            _("Line 1 names no column %(name)s, which has to be there.")
            % {"name": columns[0]}
        )
    return names


def _folded(name: str) -> str:
    return name.strip().lower()


def _row(line: int, head: Sequence[str], cells: Sequence[str]) -> Row:
    if len(cells) > len(head):
        raise Malformed(
            _("Line %(line)s has more cells than there are columns.") % {"line": line}
        )
    values = [_said(one) for one in cells] + [""] * (len(head) - len(cells))
    return Row(line, dict(zip(head, values, strict=True)))


def _said(cell: str) -> str:
    """What was meant: `neutral` undone."""
    text = cell.strip()
    bare = text.removeprefix("'")
    return bare if text != bare and bare.startswith(_FORMULA) else text


class _Line:
    """What csv.writer writes to; writerow then returns the line."""

    def write(self, text: str) -> str:
        return text
