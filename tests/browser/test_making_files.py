"""The files of an event type, made beside its form when somebody asks for them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.events.designed import mail_design, published, template_of
from tests.events.scene import tenant_with_mail
from tests.events.test_admin_event_types import page as address_of
from tests.tenants.factories import MembershipFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def test_a_file_is_made_and_opened_by_a_button(visit: Callable[..., Page]):
    tenant = tenant_with_mail()
    given = {"name": "Letter", "channel": "document", "body": "<p>Dear {{name}}</p>"}
    letter = template_of(tenant, given)
    files = [{"template": str(letter.id), "filename": "{{name}}", "convertTo": "pdf"}]
    sample = {"name": "Jane", "email": "jane@example.org"}
    design = mail_design(values={"attachments": files}, sample_params=sample)
    event = published(tenant, "AppRec", design)
    page = visit(MembershipFactory(tenant=tenant, role="designer").user)
    page.goto(address_of(event))
    beside = page.get_by_role("complementary", name="As it stands")

    expect(beside.get_by_text("not made yet")).to_be_visible()
    beside.get_by_role("button", name="Make the files").click()
    with page.expect_download() as saved:
        beside.get_by_role("link", name="Jane.pdf").click()

    assert saved.value.suggested_filename == "Jane.pdf"
    assert Path(saved.value.path()).read_bytes().startswith(b"%PDF")
    expect(beside.get_by_role("button", name="Make the files")).to_be_hidden()
