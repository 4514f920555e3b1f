"""Pages that take a file: the name of what was chosen is shown, and no script fails."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.main_pages import named
from tests.furnished import furnish

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def test_the_name_of_the_chosen_file_is_shown(
    visit: Callable[..., Page], tmp_path: Path
):
    ours = furnish("garden")
    rows = {one._meta.label_lower: one for one in ours.rows}
    people = tmp_path / "people.csv"
    people.write_text("address\njane@example.org\n")
    page = visit(ours.member)

    for address in (
        named("recipients.group", "csv", rows["recipients.group"]),
        named("recipients.subscriberlist", "csv", rows["recipients.subscriberlist"]),
        reverse("admin:events_eventtype_import"),
        reverse("admin:templates_app_image_add"),
    ):
        page.goto(address)
        chosen = page.locator("input[type=file]")
        chosen.set_input_files(people)

        beside = chosen.locator("xpath=../../input[@type='text']")
        expect(beside).to_have_value("people.csv")


def test_a_file_is_looked_at_by_clicking(visit: Callable[..., Page], tmp_path: Path):
    ours = furnish("garden")
    [group] = [one for one in ours.rows if one._meta.label_lower == "recipients.group"]
    people = tmp_path / "people.csv"
    people.write_text("address\njane@example.org\n")
    page = visit(ours.member)
    page.goto(named("recipients.group", "csv", group))

    page.locator("input[type=file]").set_input_files(people)
    page.get_by_role("button", name="Show what differs").click()

    expect(page.get_by_text("jane@example.org", exact=True)).to_be_visible()
