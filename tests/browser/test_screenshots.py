"""Pictures of the main pages; `make screenshots` keeps them in docs/pictures."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from events.demonstrating import furnish
from events.models import EventType
from tenants.models import Tenant
from tests.browser.main_pages import named
from tests.journeys.conftest import Caller, work
from tests.journeys.examples import body_of
from tests.tenants.factories import MembershipFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
LARGEST = 200_000  # bytes of one picture; a clone carries every one there ever was


def test_the_main_pages_have_their_pictures(
    visit: Callable[..., Page], tenant: Tenant, caller: Caller, tmp_path: Path
):
    folder = Path(os.environ.get("SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    furnish(tenant)
    sent = caller.post("/notifyevent", body_of("3.1")).json()
    work()
    event = EventType.for_tenant(tenant).get(name="funding-approved")
    page = visit(MembershipFactory(tenant=tenant, role="admin").user)

    page.goto("/admin/")
    page.screenshot(path=folder / "start.png")
    page.goto(named("events.eventtype", "change", event))
    expect(page.get_by_role("complementary")).to_contain_text("Lucky")
    page.screenshot(path=folder / "event-type.png")
    page.goto(f"/admin/delivery/notification/{sent['notifyId']}/change/")
    page.screenshot(path=folder / "notification.png")

    for one in ("start", "event-type", "notification"):
        assert 0 < (folder / f"{one}.png").stat().st_size < LARGEST
