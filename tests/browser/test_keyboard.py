"""The admin without a mouse: everything is reached by Tab, seen where one is, and done
by Enter."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from recipients.models import Suppression
from tests.browser.conftest import Open
from tests.browser.main_pages import named
from tests.furnished import Furnished, furnish

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

PAGES = ("index", "list", "notification", "event type", "template")
MOST = 250  # more stops than any page has
# How everything that can be reached looks while one is elsewhere.
REMEMBER = """() => {
  window.looksOf = (one) => {
    const s = getComputedStyle(one);
    const outline = s.outlineStyle === "none" ? "" : s.outlineWidth + s.outlineColor;
    return [outline, s.boxShadow, s.borderColor, s.backgroundColor].join("|");
  };
  window.looked = new Map();
  for (const one of document.querySelectorAll("*"))
    window.looked.set(one, window.looksOf(one));
}"""
# Where one is: "" past the last place, or at one for the second time.
STOP = """() => {
  const one = document.activeElement;
  window.reached = window.reached || new Set();
  if (!one || one === document.body || window.reached.has(one)) return "";
  window.reached.add(one);
  return `${one.tagName} ${one.id || one.name || one.textContent.trim()}`.slice(0, 80);
}"""
# Words are reached by the link or button that they stand in.
IS_AT = """(one) => (one.closest("a, button") || one) === document.activeElement"""
# The mark may be around what one is in: a row, an editor.
DIFFERS = """() => {
  const one = document.activeElement;
  const around = [one.parentElement, one.parentElement.closest(".cm-editor")];
  const shown = [one, ...(one.labels || []), ...around].filter(Boolean);
  return shown.some((each) => window.looksOf(each) !== window.looked.get(each));
}"""


@pytest.fixture
def ours() -> Furnished:
    return furnish("garden")


def test_somebody_is_found_and_released_by_keyboard_alone(visit: Open, ours: Furnished):
    [row] = [one for one in ours.rows if isinstance(one, Suppression)]
    page = visit(ours.member)
    page.goto("/admin/")

    tab_to(page, page.locator("#nav-sidebar").get_by_text("Suppression list"))
    enter(page, "**/suppression/")
    tab_to(page, page.locator("#searchbar"))
    page.keyboard.type(row.address)
    enter(page, "**q=**")
    tab_to(page, page.locator("#result_list a[href*='/change/']").first)
    enter(page, "**/change/**")
    tab_to(page, page.get_by_role("button", name="Release"))
    enter(page, "**/release/")
    tab_to(page, page.get_by_label("Why?"))
    page.keyboard.type("She asked for it.")
    tab_to(page, page.get_by_role("button", name="Release"))
    enter(page, "**/suppression/")

    expect(page.get_by_text("Released: messages may go there again.")).to_be_visible()
    assert not Suppression.for_tenant(ours.tenant).exists()


def test_the_menu_is_passed_over_by_one_key(visit: Open, ours: Furnished):
    page = visit(ours.member)
    page.goto(named("delivery.notification", "changelist"))
    link = page.get_by_role("link", name="Go to the content")

    page.keyboard.press("Tab")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.closest('#content') !== null")
    expect(link).not_to_be_in_viewport()


@pytest.mark.parametrize("label", PAGES)
def test_one_sees_where_one_is(visit: Open, ours: Furnished, label: str):
    """Each stop of Tab looks otherwise than before, and none holds one back."""
    rows = {one._meta.label_lower: one for one in ours.rows}
    event, template = rows["events.eventtype"], rows["templates_app.template"]
    url = {
        "index": "/admin/",
        "list": named("delivery.notification", "changelist"),
        "notification": named("delivery.notification", "change", ours.notification),
        "event type": named("events.eventtype", "change", event),
        "template": named("templates_app.template", "change", template),
    }[label]
    page = visit(ours.member)
    page.goto(url)
    page.wait_for_load_state("networkidle")
    page.evaluate(REMEMBER)

    stops = list(stops_of(page))

    assert len(stops) > 20
    assert [name for name, seen in stops if not seen] == []


def stops_of(page: Page) -> Iterator[tuple[str, bool]]:
    """What Tab reaches, one after the other, and whether it shows that it is there."""
    for _ in range(MOST):
        page.keyboard.press("Tab")
        name = page.evaluate(STOP)
        if not name:
            return
        try:
            page.wait_for_function(DIFFERS, timeout=2_000)
            yield name, True
        except PlaywrightTimeout:
            yield name, False
    pytest.fail("Tab goes round in a circle.")


def tab_to(page: Page, wanted: Locator) -> None:
    """As many times Tab as it takes."""
    expect(wanted).to_be_visible()
    for _ in range(MOST):
        if wanted.evaluate(IS_AT):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab never reaches {wanted}.")


def enter(page: Page, address: str) -> None:
    """Enter, which leads there."""
    with page.expect_navigation(url=address):
        page.keyboard.press("Enter")
