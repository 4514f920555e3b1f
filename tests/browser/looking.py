"""What axe-core finds on a page that stands between people and their work."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

STOPS = {"serious", "critical"}
ASKED = {"resultTypes": ["violations"]}


def wrong(page: Page, url: str, *, status: int = 200) -> list[str]:
    """Go there; the violations that matter, each with its first places."""
    answer = page.goto(url)
    assert answer is not None
    assert answer.status == status, (url, answer.status)
    return found_on(page)


def wrong_behind(page: Page, url: str, button_of: str) -> list[str]:
    """The same of the page behind the button whose form posts to `button_of`."""
    page.goto(url)
    page.once("dialog", lambda asked: asked.accept())
    with page.expect_navigation() as led:
        page.locator(f"form[action='{button_of}'] [type=submit]").click()
    assert led.value is not None
    assert led.value.ok, (button_of, led.value.status)
    assert page.url.endswith(button_of), (button_of, page.url)
    return found_on(page)


def found_on(page: Page) -> list[str]:
    """Violations of the page as it stands."""
    page.wait_for_load_state("networkidle")
    result: dict[str, Any] = Axe().run(page, options=ASKED).response
    return [
        f"{one['id']}: {one['help']}: {[node['target'] for node in one['nodes'][:3]]}"
        for one in result["violations"]
        if one["impact"] in STOPS
    ]
