"""What is in a PDF, as its reader sees it."""

from __future__ import annotations

import io
from typing import Any

from pypdf import PdfReader


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page, with single blanks."""
    reader = PdfReader(io.BytesIO(pdf))
    return [" ".join(page.extract_text().split()) for page in reader.pages]


def text_of(pdf: bytes) -> str:
    return " ".join(pages_of(pdf))


def is_tagged(pdf: bytes) -> bool:
    """Whether a reader of screens finds its way."""
    root: Any = PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    return "/StructTreeRoot" in root


def links_of(pdf: bytes) -> list[str]:
    """Where its links lead."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    notes = [one.get_object() for page in pages for one in page.get("/Annots", ())]
    return [str(one["/A"]["/URI"]) for one in notes if "/A" in one]
