"""The admin's main pages, looked at by axe-core: nothing is in anybody's way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import NARROW, WIDE
from tests.browser.main_pages import main_pages
from tests.furnished import furnish

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
STOPS = {"serious", "critical"}
ASKED = {"resultTypes": ["violations"]}


@pytest.mark.parametrize(
    ("size", "locale"), [(WIDE, "en-CA"), (NARROW, "fr-CA")], ids=["wide", "narrow"]
)
def test_nothing_on_the_main_pages_stops_anybody(
    visit: Callable[..., Page], size: tuple[int, int], locale: str
):
    ours = furnish("garden")
    page = visit(ours.member, size=size, locale=locale)

    found = {name: told for name, url in main_pages(ours) if (told := wrong(page, url))}

    assert found == {}


def test_nor_at_the_log_in(visit: Callable[..., Page]):
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
