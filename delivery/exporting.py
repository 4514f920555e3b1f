"""Reports as CSV (RFC 4180), a line at a time, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence

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


def lines(
    head: Sequence[str], rows: Iterable[tuple[Sequence[str], int]]
) -> Iterator[str]:
    """The names of the columns, then each row with its count."""
    writer = csv.writer(_Line())
    yield writer.writerow([*head, "count"])
    for cells, count in rows:
        yield writer.writerow([*map(neutral, cells), count])


def marked(lines: Iterable[str]) -> Iterator[str]:
    """For people: Excel takes UTF-8 for what it is only if it begins with its mark."""
    yield "\ufeff"
    yield from lines


def neutral(text: str) -> str:
    """A text that no spreadsheet runs: an apostrophe in front of what would be one."""
    plain = text.replace("\x00", "")
    return f"'{plain}" if plain.startswith(_FORMULA) else plain


class _Line:
    """What csv.writer writes to; writerow then returns the line."""

    def write(self, text: str) -> str:
        return text
