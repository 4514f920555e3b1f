"""The maps are true: a file that a document names is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pytest

from tests.architecture.source import APPS, ROOT

DOCUMENTS = sorted(
    str(path.relative_to(ROOT))
    for pattern in ("*.md", "*/README.md", "docs/**/*.md")
    for path in ROOT.glob(pattern)
    if path.name != "CHANGELOG.md"  # tells of what was so once
)
# What a run writes, what others have, and what stands for any file.
ELSEWHERE = ("var/", "a/", "tests/a/", "unfold/", "designs.json")
# Capitals are names of things, as in Handlebars.js.
_FILE = re.compile(r"(?<![\w./:-])[a-z_][\w.-]*(?:/[\w.-]+)*\.(?:py|html|js|json)\b")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_files_that_are_named_are_there(document: str):
    assert [one for one in named(document) if f"/{one}" not in there()] == []


def named(document: str) -> Iterator[str]:
    for name in _FILE.findall((ROOT / document).read_text(encoding="utf-8")):
        if not name.startswith(ELSEWHERE):
            yield name


@cache
def there() -> frozenset[str]:
    """Every file by all that its address may be shortened to: /sms/mmg.py, /mmg.py."""
    folders = [ROOT / one for one in (*APPS, "deploy", "docs", "requirements", "tests")]
    files = [each for one in folders for each in one.rglob("*.*")]
    addresses = [one.relative_to(ROOT).parts for one in (*files, *ROOT.glob("*.*"))]
    return frozenset(
        "/" + "/".join(parts[start:])
        for parts in addresses
        for start in range(len(parts))
    )
