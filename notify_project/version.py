"""Which version this is: the newest heading of the changelog."""

from __future__ import annotations

import re
from pathlib import Path

_HEADING = re.compile(r"^## \[?(\d+\.\d+\.\d+)", re.MULTILINE)


def read(changelog: Path) -> str:
    """As in "1.4.0"; "0.0.0" where nothing was released."""
    found = _HEADING.search(changelog.read_text("utf-8"))
    return found[1] if found else "0.0.0"
