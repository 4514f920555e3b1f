"""Pictures of the main pages; `make screenshots` keeps them in docs/pictures."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from events.bundles import carrying, file
from events.demonstrating import EVENT, GROUP, MAIL, furnish
from events.models import EventType
from templates_app.models import Template
from tenants.models import Tenant
from tests.browser.main_pages import named
from tests.journeys.conftest import Caller, work
from tests.journeys.examples import body_of
from tests.tenants.factories import MembershipFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
LARGEST = 200_000  # bytes of one picture; a clone carries every one there ever was


PAGES = ("start", "event-type", "notification", "template", "taking-over")


def test_the_main_pages_have_their_pictures(
    visit: Callable[..., Page], tenant: Tenant, caller: Caller, tmp_path: Path
):
    folder = Path(os.environ.get("SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    Tenant.objects.filter(id=tenant.id).update(name="BC Permits")
    furnish(tenant)
    sent = caller.post("/notifyevent", body_of("3.1")).json()
    work()
    event = EventType.for_tenant(tenant).get(name=EVENT)
    template = Template.for_tenant(tenant).get(name=MAIL)
    member = MembershipFactory(
        tenant=tenant, role="admin", user__name="Ada", user__email="ada@gov.bc.ca"
    )
    page = visit(member.user)

    page.goto("/admin/")
    page.screenshot(path=folder / "start.png")
    page.goto(named("events.eventtype", "change", event))
    expect(page.get_by_role("complementary")).to_contain_text("Lucky")
    page.screenshot(path=folder / "event-type.png")
    page.goto(f"/admin/delivery/notification/{sent['notifyId']}/change/")
    page.screenshot(path=folder / "notification.png")
    page.goto(named("templates_app.template", "change", template))
    expect(page.locator(".cm-content")).to_contain_text("{{firstname}}")
    page.screenshot(path=folder / "template.png")
    look_at(page, of_a_test_tenant(tenant, tmp_path))
    expect(page.locator("details")).to_have_count(2)
    page.screenshot(path=folder / "taking-over.png")

    for one in PAGES:
        assert 0 < (folder / f"{one}.png").stat().st_size < LARGEST


def of_a_test_tenant(tenant: Tenant, folder: Path) -> Path:
    """A file in which the words of the mail are others, and copies go to a group that
    is not there."""
    text = file.written(carrying.of(tenant))
    text = text.replace("has been approved", "is approved").replace(GROUP, "Directors")
    path = folder / "test-designs.json"
    path.write_text(text)
    return path


def look_at(page: Page, path: Path) -> None:
    page.goto(reverse("admin:events_eventtype_import"))
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Show what differs").click()
