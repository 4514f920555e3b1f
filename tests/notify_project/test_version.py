"""The changelog's newest heading is the version."""

from __future__ import annotations

import pytest

from notify_project import version


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("# Changelog\n\n## 1.2.3 - 2026-11-21\n\n## 1.2.2\n", "1.2.3"),
        ("# Changelog\n\n## [2.0.0]\n", "2.0.0"),
        ("# Changelog\n", "0.0.0"),
    ],
)
def test_the_newest_heading_counts(tmp_path, text, found):
    changelog = tmp_path / "CHANGELOG.md"
    changelog.write_text(text, "utf-8")

    assert version.read(changelog) == found
