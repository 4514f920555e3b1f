"""What is refused stands at its field once, and its tab says how many there are."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.events.designed import mail_design, published
from tests.events.scene import tenant_with_mail
from tests.events.test_admin_event_types import page as address_of
from tests.tenants.factories import MembershipFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
SAMPLE = {"name": "Jane", "email": "jane@example.org"}
TOLD = "E-mail, Copies (cc), 1st: This is not an e-mail address: it has no @."


def test_it_is_told_at_the_field_and_on_the_tab(visit: Callable[..., Page]):
    tenant = tenant_with_mail()
    event = published(tenant, "AppRec", mail_design(sample_params=SAMPLE))
    page = visit(MembershipFactory(tenant=tenant, role="designer").user)
    page.goto(address_of(event))
    form = page.locator("#eventtype_form")
    tab = form.locator("nav a").filter(has_text="E-mail")
    tab.click()

    page.get_by_role("combobox", name="Copies (cc)").fill("nobody")
    page.get_by_role("combobox", name="Copies (cc)").press("Enter")
    page.get_by_role("button", name="Save and continue editing").click()

    expect(form.get_by_text(TOLD)).to_have_count(1)
    expect(tab).to_have_text("E-mail 1", use_inner_text=True)

    page.get_by_role("button", name="Remove nobody").click()
    form.locator("nav a").filter(has_text="Params").click()
    page.locator("#id_sample_params").fill(json.dumps({"name": {"first": "Jane"}}))

    expect(form.get_by_text(TOLD)).to_have_count(0)
    expect(form.get_by_text("name is an object")).to_have_count(2)
    expect(tab.locator(".notify-tab-errors")).to_have_text("3")
