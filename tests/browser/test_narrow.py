"""The lists at 800 pixels: nothing is cut off, and nothing pushed out of sight."""

from __future__ import annotations

import pytest

from tests.browser.conftest import NARROW, Open
from tests.browser.main_pages import main_pages
from tests.furnished import furnish

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

# Two pixels are a border's.
CUT_OFF = """() => [...document.querySelectorAll("#result_list td, #result_list th")]
  .filter((one) => one.offsetParent && one.scrollHeight > one.clientHeight + 2)
  .map((one) => one.textContent.trim().slice(0, 60))"""
TOO_WIDE = "() => document.documentElement.scrollWidth > window.innerWidth"


def test_every_list_shows_all_of_its_cells(visit: Open):
    ours = furnish("garden")
    page = visit(ours.member, size=NARROW)
    lists = [url for name, url in main_pages(ours.rows) if name.endswith(" list")]

    found = {}
    for url in lists:
        page.goto(url)
        page.wait_for_load_state("networkidle")
        if wrong := page.evaluate(CUT_OFF) + [url] * page.evaluate(TOO_WIDE):
            found[url] = wrong

    assert len(lists) > 20
    assert found == {}
