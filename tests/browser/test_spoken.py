"""What a screen reader hears of buttons and links: their words, and no icon's."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.main_pages import named
from tests.furnished import furnish

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def test_icons_are_not_heard(visit: Open):
    ours = furnish("garden")
    page = visit(ours.member)

    page.goto("/admin/")
    for words in ("Start", "Notifications", "Audit"):
        link = page.locator("#nav-sidebar").get_by_role("link", name=words, exact=True)
        expect(link.first).to_be_attached()
    done = page.get_by_role("link", name="Issue an API key (done)")
    expect(done).to_be_visible()
    page.goto(named("delivery.notification", "change", ours.notification))
    for words in ("Send again", "Show content"):
        expect(page.get_by_role("button", name=words, exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="History", exact=True)).to_be_visible()
