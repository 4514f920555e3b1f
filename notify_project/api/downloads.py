"""Answers that are saved as a file, sent as they are made."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import StreamingHttpResponse


def csv_file(lines: Iterable[str], *, name: str) -> StreamingHttpResponse:
    """`name` is ours, never a caller's. Nothing keeps a copy on the way."""
    return StreamingHttpResponse(
        lines,
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )
