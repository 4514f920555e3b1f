"""Pages of the admin, looked at by axe-core: nothing is in anybody's way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
STOPS = {"serious", "critical"}
ASKED = {"resultTypes": ["violations"]}


def test_nothing_at_the_log_in_stops_anybody(visit: Callable[..., Page]):
    assert wrong(visit(), "/admin/login/") == []


def wrong(page: Page, url: str) -> list[str]:
    """The violations that matter, each with its first place."""
    answer = page.goto(url)
    assert answer is not None
    assert answer.ok, (url, answer.status)
    page.wait_for_load_state("networkidle")
    result: dict[str, Any] = Axe().run(page, options=ASKED).response
    return [
        f"{one['id']}: {one['help']}: {[node['target'] for node in one['nodes'][:3]]}"
        for one in result["violations"]
        if one["impact"] in STOPS
    ]
