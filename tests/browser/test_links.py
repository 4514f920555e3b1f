"""Links within a text are told by more than their colour, on every main page."""

from __future__ import annotations

import pytest

from delivery.models import Message
from tests.browser.conftest import Open
from tests.browser.main_pages import main_pages
from tests.furnished import furnish

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

# The links of a page that stand within a sentence, and have no line under them.
BARE = """() => [...document.querySelectorAll("#main p a, #main .help a")]
    .filter((one) => !one.matches("[class*=button]") && one.checkVisibility())
    .filter((one) => one.parentElement.textContent.trim() !== "")
    .filter((one) => !getComputedStyle(one).textDecorationLine.includes("underline"))
    .map((one) => one.textContent.trim())"""


def test_links_within_a_text_are_underlined(visit: Open):
    ours = furnish("garden")
    Message.for_tenant(ours.tenant).update(state="dead")  # so that a note leads there
    page = visit(ours.member)
    found: dict[str, list[str]] = {}

    for name, url in main_pages(ours.rows):
        page.goto(url)
        if bare := page.evaluate(BARE):
            found[name] = bare

    assert found == {}
