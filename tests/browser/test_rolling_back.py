"""Going back to an earlier version on the page, and what is sent afterwards."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from events import designing
from events.designs import ChannelDesign, Design
from templates_app import editing
from templates_app.drafts import Draft
from tenants.models import Tenant, User
from tests.browser.main_pages import named
from tests.events.designed import mail_design, published
from tests.journeys.conftest import Caller, MailServer, work
from tests.tenants.factories import MembershipFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
CALL = {
    "notificationEventType": "AppRec",
    "params": {"email": "jane@example.org", "name": "Jane"},
}


@pytest.fixture
def designer(tenant: Tenant) -> User:
    found: User = MembershipFactory(tenant=tenant, role="designer").user
    return found


def subject_of_next(caller: Caller, mail_server: MailServer) -> str:
    answer = caller.post("/notifyevent", {**CALL, "allowDuplicate": True})
    assert answer.status_code == 202, answer.content
    work()
    return str(mail_server.mails[-1].message["Subject"])


def go_back(page: Page, address: str) -> None:
    """By the button of the oldest version, and yes to its question."""
    page.goto(address)
    page.on("dialog", lambda asked: asked.accept())
    page.get_by_role("button", name="Use this version again").last.click()


def test_an_event_type_is_sent_by_its_first_version_again(
    visit: Callable[..., Page],
    tenant: Tenant,
    designer: User,
    caller: Caller,
    mail_server: MailServer,
):
    event = published(tenant, "AppRec", mail_design())
    words = {"content": {"subject": "Second {{name}}", "body": "Dear {{name}}"}}
    designing.save_draft(event, mail_design(values=words))
    designing.publish(event)
    assert subject_of_next(caller, mail_server) == "Second Jane"
    page = visit(designer)

    go_back(page, named("events.eventtype", "change", event))

    expect(page.get_by_text("Version 1 is heard again.")).to_be_visible()
    row = page.get_by_role("row").filter(has_text="in use")
    expect(row.get_by_role("cell").first).to_contain_text("1")
    expect(page.get_by_label("Subject").first).to_have_value("Hello {{name}}")
    assert subject_of_next(caller, mail_server) == "Hello Jane"


def test_a_template_speaks_its_first_words_again(
    visit: Callable[..., Page],
    tenant: Tenant,
    designer: User,
    caller: Caller,
    mail_server: MailServer,
):
    template = editing.create(
        tenant, name="T", channel_code="email", draft=Draft("First {{name}}", "b", "")
    )
    editing.revise(template, draft=Draft("Second {{name}}", "b", ""))
    mail = ChannelDesign(
        template_id=template.id, values={"recipients": {"to": ["{{email}}"]}}
    )
    published(tenant, "AppRec", Design(channels={"email": mail}))
    assert subject_of_next(caller, mail_server) == "Second Jane"
    page = visit(designer)

    go_back(page, named("templates_app.template", "change", template))

    expect(page.get_by_text("Version 1 is sent again.")).to_be_visible()
    assert subject_of_next(caller, mail_server) == "First Jane"
