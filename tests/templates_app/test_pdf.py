"""Pages made PDFs, in real child processes."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from notify_project.isolation import Isolated, Limits
from templates_app import pdf
from templates_app.errors import DocumentRefused, PdfUnavailable
from templates_app.pdf import printed
from tests.templates_app.printed import pages_of, text_of


def test_a_page_is_printed_with_its_letters_and_pages():
    page = (
        "<style>@page {size: Letter} h1 {break-before: page}</style>"
        "<p>Dear Zoë &lt;3</p><h1>Terms</h1>"
    )

    assert pages_of(printed(page)) == ["Dear Zoë <3", "Terms"]


def test_several_are_printed_side_by_side():
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(printed, [f"<p>Page {n}" for n in range(8)]))

    assert [text_of(one) for one in found] == [f"Page {n}" for n in range(8)]


def test_what_is_not_in_the_page_is_refused_by_its_name():
    with pytest.raises(DocumentRefused, match="file:///etc/passwd") as caught:
        printed("<img src='file:///etc/passwd'>")

    assert "data:" in caught.value.message


SQUARE = (
    "<svg xmlns='http://www.w3.org/2000/svg'><defs>"
    + "<g id='a0'><rect width='1' height='1'/></g>"
    + "".join(
        f"<g id='a{n}'>" + f"<use href='#a{n - 1}'/>" * 10 + "</g>" for n in range(1, 9)
    )
    + "</defs><use href='#a8'/></svg>"
)


@pytest.mark.parametrize(
    "page",
    [
        "<table>" + "<tr><td>x<td>y<td>z" * 60_000 + "</table>",
        "<div>" * 50_000,
        "<p style='font-size: 1px; line-height: 1000000px'>x " * 40_000,
        SQUARE,
        "<style>@page {size: 1px 1px; margin: 0}</style>" + "x " * 200_000,
        '<img src=\'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" '
        'width="999999999" height="999999999"/>\'>' * 50,
    ],
    ids=["rows", "depth", "height", "svg", "pages", "size"],
)
def test_a_bomb_ends_as_a_refusal_or_a_file_and_the_next_is_printed(
    page: str, monkeypatch: pytest.MonkeyPatch
):
    small = Limits(memory_bytes=300_000_000, cpu_seconds=2.0, wall_seconds=3.0)
    monkeypatch.setattr(pdf, "_CHILDREN", Isolated(pdf._CHILDREN.target, limits=small))
    before = resident()

    started = time.monotonic()
    with suppress(DocumentRefused):
        printed(page)
    assert time.monotonic() - started < 30
    assert resident() - before < 60_000_000
    assert text_of(printed("<p>Next")) == "Next"


def resident() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_a_file_beyond_ten_megabytes_is_refused(monkeypatch: pytest.MonkeyPatch):
    small = Limits(memory_bytes=512 * 1024 * 1024, answer_bytes=1000, wall_seconds=12)
    monkeypatch.setattr(pdf, "_CHILDREN", Isolated(pdf._CHILDREN.target, limits=small))

    with pytest.raises(DocumentRefused, match="10 MB"):
        printed("<p>More than a thousand bytes")


def test_where_pango_is_missing_one_reads_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
):
    absent = b'{"error": "absent", "what": "libpango-1.0-0"}'
    monkeypatch.setattr(pdf._CHILDREN, "run", lambda _page: absent)

    with pytest.raises(PdfUnavailable, match=r"libpango-1\.0-0 is missing"):
        printed("<p>x")
