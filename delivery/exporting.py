"""Reports as CSV, a line at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from notify_project.api import spreadsheets


def lines(
    head: Sequence[str], rows: Iterable[tuple[Sequence[str], int]]
) -> Iterator[str]:
    """The names of the columns, then each row with its count."""
    counted = ((*cells, str(count)) for cells, count in rows)
    return spreadsheets.written([*head, "count"], counted)
