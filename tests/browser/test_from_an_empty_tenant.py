"""Document 003, 3.1, as people do it: a designer designs it by clicking, a program
calls, support finds what became of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tenants.models import Membership, Tenant, User
from tests.journeys.conftest import Caller, MailServer, PhoneNetwork, work
from tests.journeys.examples import body_of, example, fixtures
from tests.tenants.factories import MembershipFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

GIVEN = fixtures()
MAIL, TEXT = "Funding Approved Email", "Funding Approved SMS"
PARAMS = example("3.1")["body"]["params"]
PREVIEWED = example("3.2")["expect"]["json"]


def member(tenant: Tenant, role: str) -> User:
    user: User = MembershipFactory(tenant=tenant, role=role).user
    return user


def test_from_an_empty_tenant_to_a_message_that_support_finds(
    visit: Callable[..., Page],
    live_server: LiveServer,
    tenant: Tenant,
    caller: Caller,
    mail_server: MailServer,
    phones: PhoneNetwork,
):
    administrator = visit()
    log_in(administrator, member(tenant, Membership.Role.ADMIN))
    makes_the_group(administrator)

    designer = visit()
    log_in(designer, member(tenant, Membership.Role.DESIGNER))
    for given in GIVEN["templates"]:
        if given["name"] in (MAIL, TEXT):
            writes_a_template(designer, given)
    designs_the_event(designer)
    sends_a_test(designer, mail_server)

    answer = requests.post(
        f"{live_server.url}/api/v1/notifyevent",
        json=body_of("3.1"),
        headers={"X-API-KEY": caller.key},
        timeout=30,
    )
    assert answer.status_code == 202, answer.text
    work()
    assert mail_server.mails[-1].parts() == {
        "recipients": PREVIEWED["email"]["recipients"],
        "content": without_type(PREVIEWED["email"]["content"]),
    }
    assert phones.texts[-1]["Body"] == PREVIEWED["sms"]["content"]["message"]

    supporter = visit()
    log_in(supporter, member(tenant, Membership.Role.SUPPORT))
    finds_it(supporter, answer.json()["notifyId"])


# --- What people do ---


def log_in(page: Page, user: User) -> None:
    page.goto("/admin/")
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Latest notifications")).to_be_visible()


def go_to(page: Page, name: str) -> None:
    """By the menu at the left."""
    page.locator("#nav-sidebar").get_by_role("link", name=name).last.click()


def add(page: Page) -> None:
    page.locator("a[href$='/add/']").first.click()


def save(page: Page) -> None:
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.get_by_text("was added successfully")).to_be_visible()


def makes_the_group(page: Page) -> None:
    [(name, addresses)] = GIVEN["groups"].items()
    go_to(page, "Groups")
    add(page)
    page.locator(".notify-choice", has_text="E-mail").click()
    page.get_by_label("Name").fill(name)
    page.get_by_label("Members").fill("\n".join(addresses))
    save(page)


def writes_a_template(page: Page, given: dict[str, Any]) -> None:
    channel = {"email": "E-mail", "sms": "SMS"}[given["channel"]]
    go_to(page, "Templates")
    add(page)
    page.locator(".notify-choice", has_text=channel).first.click()
    page.get_by_label("Name").fill(given["name"])
    if "subject" in given:
        page.get_by_label("Subject").fill(given["subject"])
    editor = page.locator(".notify-writing .cm-content")
    editor.fill(given.get("body") or given["message"])
    save(page)
    press(page, "Publish")


def press(page: Page, name: str) -> None:
    """A button that asks first."""
    page.once("dialog", lambda asked: asked.accept())
    page.get_by_role("button", name=name).click()
    expect(page.get_by_text("is published")).to_be_visible()


def designs_the_event(page: Page) -> None:
    go_to(page, "Event types")
    add(page)
    page.get_by_label("Short name").fill("funding-approved")
    page.get_by_label("Aliases").fill("funding-approval")
    tab(page, "Params")
    page.locator("#id_sample_params").fill(json.dumps(PARAMS))
    tab(page, "E-mail")
    of_channel(page, "email", template=MAIL, to=["{{emailaddress}}"])
    page.locator("#id_email_cc").press_sequentially("fundinga")
    page.get_by_role("option", name="group: FundingApprovers").click()
    beside = page.get_by_role("complementary", name="As it stands")
    expect(beside).to_contain_text(PREVIEWED["email"]["content"]["subject"])
    expect(beside).to_contain_text("fred@gov.bc.ca, joan@gov.bc.ca")
    tab(page, "SMS")
    of_channel(page, "sms", template=TEXT, to=["{{phonenumber}}"])
    expect(beside).to_contain_text(PREVIEWED["sms"]["content"]["message"])
    expect(beside).to_contain_text("Parts that are billed: 1")
    save(page)
    press(page, "Publish the draft")


def tab(page: Page, name: str) -> None:
    page.locator("#eventtype_form nav").get_by_text(name, exact=True).click()


def of_channel(page: Page, code: str, *, template: str, to: list[str]) -> None:
    page.locator(f"#id_{code}_mode").select_option("on")
    page.locator(f"#id_{code}_template").select_option(label=template)
    for one in to:
        page.locator(f"#id_{code}_to").fill(one)
        page.locator(f"#id_{code}_to").press("Enter")


def sends_a_test(page: Page, mail_server: MailServer) -> None:
    page.get_by_role("link", name="Preview").click()
    shown = page.locator("body")
    for words in PREVIEWED["email"]["content"]["body"].split(" \n"):
        expect(shown).to_contain_text(words)
    expect(shown).to_contain_text(PREVIEWED["sms"]["content"]["message"])
    page.locator("#id_to_email").fill("me@example.org")
    page.get_by_role("button", name="Send the test").click()
    expect(page.get_by_text("The test is on its way.")).to_be_visible()
    work()
    [mail] = mail_server.mails
    assert mail.recipients == ["me@example.org"]
    assert str(mail.message["subject"]).startswith("[Test] ")
    page.reload()
    expect(page.get_by_text("A test send: it went to its designer")).to_be_visible()


def finds_it(page: Page, notify_id: str) -> None:
    """By the address that somebody asks about."""
    go_to(page, "Notifications")
    page.locator("#searchbar").fill(PARAMS["emailaddress"])
    page.locator("#searchbar").press("Enter")
    found = page.locator("#result_list").get_by_role("link", name=notify_id)
    found.click()
    told = page.locator("#content-main, main, body").first
    expect(told).to_contain_text("funding-approved")
    expect(told).to_contain_text(PARAMS["emailaddress"])
    expect(told).to_contain_text("fred@gov.bc.ca")
    expect(page.get_by_role("button", name="Show content")).to_have_count(0)


def without_type(content: dict[str, Any]) -> dict[str, Any]:
    return {name: text for name, text in content.items() if name != "bodyType"}
