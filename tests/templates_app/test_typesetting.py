"""The child's side: a page in, a PDF or a reason out."""

from __future__ import annotations

import json

import pytest

from templates_app import typesetting
from tests.templates_app.printed import is_tagged, links_of, text_of


def told(page: str) -> dict[str, str]:
    found: dict[str, str] = json.loads(typesetting.run(page.encode()))
    return found


def test_a_page_becomes_a_pdf_that_can_be_read_aloud():
    pdf = typesetting.run("<html lang=en><h1>Permit é€</h1>".encode())

    assert text_of(pdf) == "Permit é€"
    assert is_tagged(pdf)


def test_a_picture_in_the_page_is_taken(png: str):
    plain = typesetting.run(b"<p>x")
    pictured = typesetting.run(f"<p>x<img src='{png}'>".encode())

    assert b"/Image" in pictured
    assert b"/Image" not in plain


@pytest.fixture
def png() -> str:
    dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGA"
    return f"data:image/png;base64,{dot}WjR9awAAAABJRU5ErkJggg=="


@pytest.mark.parametrize(
    ("page", "what"),
    [
        ("<img src='http://127.0.0.1:9/x.png'>", "http://127.0.0.1:9/x.png"),
        ("<img src='https://example.org/x.png'>", "https://example.org/x.png"),
        ("<img src='file:///etc/passwd'>", "file:///etc/passwd"),
        ("<img src='logo.png'>", "logo.png"),
        ("<img src='//example.org/x'>", "example.org/x"),
        ("<link rel=stylesheet href='https://example.org/a.css'>", "a.css"),
        ("<style>@import 'https://example.org/a.css'</style>", "a.css"),
        ("<style>p{background:url(https://example.org/a.png)}</style><p>x", "a.png"),
        (
            "<style>@font-face{font-family:F;src:url(file:///tmp/f.ttf)}"
            "p{font-family:F}</style><p>x",
            "f.ttf",
        ),
        ("<link rel=attachment href='file:///etc/passwd'>", "file:///etc/passwd"),
        ("<object data='file:///etc/passwd' type='image/png'></object>", "passwd"),
        (
            "<svg xmlns='http://www.w3.org/2000/svg'><image "
            "href='file:///etc/hostname' width='9' height='9'/></svg>",
            "file:///etc/hostname",
        ),
    ],
)
def test_whatever_would_be_fetched_is_refused(page: str, what: str):
    refusal = told(page)

    assert refusal["error"] == "fetch"
    assert what in refusal["what"]


def test_a_link_to_be_clicked_is_fetched_by_nobody():
    pdf = typesetting.run(b"<a href='https://example.org/permit'>See</a>")

    assert text_of(pdf) == "See"
    assert links_of(pdf) == ["https://example.org/permit"]


@pytest.mark.parametrize(
    ("error", "what"),
    [
        ("cannot load library 'libpango-1.0-0': no such file", "libpango-1.0-0"),
        ("No module named 'weasyprint'", "WeasyPrint"),
    ],
)
def test_what_is_missing_here_is_named(
    monkeypatch: pytest.MonkeyPatch, error: str, what: str
):
    monkeypatch.setattr(typesetting, "_absent", error)

    assert told("<p>x") == {"error": "absent", "what": what}


def test_a_page_that_breaks_the_layout_is_refused(monkeypatch: pytest.MonkeyPatch):
    def broken(**_options: object) -> None:
        raise AssertionError("within")

    monkeypatch.setattr(typesetting, "HTML", broken)

    assert told("<p>x") == {"error": "layout", "what": "AssertionError"}
