"""Designs out of one tenant and into the next by clicking, and what is sent then."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote_plus

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, expect

from events import demonstrating
from recipients import groups
from templates_app import editing
from templates_app.drafts import Draft
from tenants.models import Tenant
from tests.browser.main_pages import named
from tests.events.scene import account_of, sender_of, tenant_with_mail
from tests.journeys.conftest import Caller, MailServer, PhoneNetwork, work
from tests.journeys.examples import body_of
from tests.tenants.factories import MembershipFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
IMPORT = "admin:events_eventtype_import"


def sends(tenant: Tenant) -> Tenant:
    sender_of(tenant, "+16045550123", channel="sms", is_default=True)
    account_of(tenant, "sms", "Texts")
    return tenant


def designer_of(tenant: Tenant, visit: Callable[..., Page]) -> Page:
    return visit(MembershipFactory(tenant=tenant, role="designer").user)


def exported(page: Page, folder: Path) -> Path:
    page.goto(named("events.eventtype", "changelist"))
    with page.expect_download() as given:
        page.get_by_role("link", name="Export all designs").click()
    path = folder / given.value.suggested_filename
    given.value.save_as(path)
    return path


def look(page: Page, path: Path) -> None:
    page.goto(reverse(IMPORT))
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Show what differs").click()


def test_what_one_tenant_tried_another_sends(
    visit: Callable[..., Page],
    tenant: Tenant,
    caller: Caller,
    mail_server: MailServer,
    phones: PhoneNetwork,
    tmp_path: Path,
):
    tried = sends(tenant_with_mail())
    demonstrating.furnish(tried)
    path = exported(designer_of(tried, visit), tmp_path)
    page = designer_of(tenant, visit)

    look(page, path)

    told = page.locator("details").filter(has_text=demonstrating.EVENT)
    expect(told).to_contain_text(f"there is no group '{demonstrating.GROUP}'")
    expect(page.get_by_role("button", name="Take over and publish")).to_have_count(0)

    groups.create(
        tenant,
        name=demonstrating.GROUP,
        channel_code="email",
        addresses=["boss@example.org"],
    )
    page.get_by_role("button", name="Look at it once more").click()
    page.get_by_role("button", name="Take over and publish").click()

    expect(page.get_by_text("5 designs were taken over.")).to_be_visible()
    assert caller.post("/notifyevent", body_of("3.1")).status_code == 202
    work()
    mail = mail_server.mails[-1].parts()
    assert mail["recipients"]["cc"] == ["boss@example.org"]
    assert len(phones.texts) == 1


def test_a_large_file_of_markup_comes_back_with_the_page(
    visit: Callable[..., Page], tenant: Tenant, tmp_path: Path
):
    """Written as a form usually is, it would be three times as long, and refused."""
    tried = tenant_with_mail()
    words = Draft(subject="Hello", body='"' * 60_000)
    for number in range(15):
        editing.create(tried, name=f"T{number}", channel_code="email", draft=words)
    path = exported(designer_of(tried, visit), tmp_path)
    assert len(quote_plus(path.read_text())) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    page = designer_of(tenant, visit)

    look(page, path)
    page.get_by_role("button", name="Take over and publish").click()

    expect(page.get_by_text("15 designs were taken over.")).to_be_visible()
