"""HTML made a PDF, as it runs in the child process: the parent is pdf.py.

This module imports neither Django nor our settings. A page in UTF-8 is answered with
the PDF, or with {"error": "absent" | "fetch" | "layout", "what"} in JSON.
https://doc.courtbouillon.org/weasyprint/stable/api_reference.html
"""

from __future__ import annotations

import json
import logging
import re
from typing import Any

from PIL import Image

_absent = ""
try:
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher
except (ImportError, OSError) as error:  # OSError: cffi finds no libpango
    _absent = str(error) or type(error).__name__

# A picture of 50 million points takes 200 MB while it is read.
Image.MAX_IMAGE_PIXELS = 25_000_000
_LIBRARY = re.compile(r"(lib[a-z]+-?[0-9][\w.-]*)")
logging.getLogger("weasyprint").setLevel(logging.CRITICAL)


def _offline(denied: list[str]) -> Any:
    """A fetcher that opens data: URLs, and notes what is none."""
    fetcher = URLFetcher(allowed_protocols=("data",), allow_redirects=False)
    fetch = fetcher.fetch

    def noted(url: str, headers: Any = None) -> Any:
        if url[:5].lower() != "data:":
            denied.append(url)
        return fetch(url, headers)

    fetcher.fetch = noted
    return fetcher


def run(payload: bytes) -> bytes:
    """One page, its PDF. MemoryError is left to the caller."""
    if _absent:
        found = _LIBRARY.search(_absent)
        return _told("absent", found[1] if found else "WeasyPrint")
    denied: list[str] = []
    try:
        page = HTML(
            string=payload.decode("utf-8", "replace"),
            url_fetcher=_offline(denied),
            base_url="about:blank",
        )
        printed: bytes = page.write_pdf(pdf_tags=True)
    except MemoryError:
        raise
    except Exception as error:  # whatever the page brings about: it is refused
        return _told("layout", type(error).__name__)
    return _told("fetch", denied[0]) if denied else printed


def _told(error: str, what: str) -> bytes:
    return json.dumps({"error": error, "what": what[:200]}).encode()
