"""The pages before one is in, those that ask who one is, and those behind mailed links,
looked at by axe-core."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as configured
from django.contrib.sessions.backends.db import SessionStore
from django.urls import reverse
from playwright.sync_api import Page

from notify_project.signin_settings import SingleSignOn
from providers import senders
from recipients import links, lists, subscribing
from tenants import inviting, second_factor
from tenants.models import User
from tests.browser.conftest import NARROW, WIDE, Open
from tests.browser.looking import found_on, wrong
from tests.furnished import furnish
from tests.tenants.factories import MembershipFactory, UserFactory
from tests.tenants.second_factors import code_of, later, with_factor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
KEYCLOAK = SingleSignOn("https://id.example.org", "notify", "", "Keycloak", "RS256")


@pytest.fixture(params=[(WIDE, "en-CA"), (NARROW, "fr-CA")], ids=["wide", "narrow"])
def seen(request: Any, visit: Open) -> dict[str, Any]:
    """How wide, and in which language: for `visit`."""
    size, locale = request.param
    return {"size": size, "locale": locale}


def test_the_log_in_and_what_it_refuses(visit: Open, seen: dict[str, Any]):
    page = visit(**seen)

    assert wrong(page, "/admin/login/") == []
    log_in(page, UserFactory(), password="a guess")
    assert page.locator("#id_password").count() == 1
    assert found_on(page) == []


def test_with_a_single_sign_on(visit: Open, seen: dict[str, Any], settings: Any):
    with_one = replace(settings.SIGN_IN, single_sign_on=KEYCLOAK)
    for settings.SIGN_IN in (with_one, replace(with_one, password_login=False)):
        assert wrong(visit(**seen), "/admin/login/") == []


def test_the_code_and_a_wrong_one(visit: Open, seen: dict[str, Any]):
    user, _secret, _codes = with_factor()
    page = visit(**seen)

    log_in(page, user)
    assert urlsplit(page.url).path == "/admin/login/code/"
    assert found_on(page) == []
    fill_in(page, "code", "000000")
    assert found_on(page) == []


def test_setting_a_second_factor_up(visit: Open, seen: dict[str, Any], settings: Any):
    settings.SIGN_IN = replace(settings.SIGN_IN, second_factor="required")
    user = MembershipFactory().user
    page = visit(**seen)

    log_in(page, user)
    assert urlsplit(page.url).path == "/admin/second-factor/"
    assert found_on(page) == []
    offer = page.locator("[name=offer]").get_attribute("value")
    fill_in(page, "code", code_of(second_factor.offered(user, offer or "") or b""))
    assert page.locator("[data-secret]").count() == 1
    assert found_on(page) == []
    assert wrong(page, "/admin/second-factor/") == []  # it is on


@pytest.mark.parametrize("way", ["password", "code", "single sign-on"])
def test_proving_once_more_who_one_is(
    visit: Open, seen: dict[str, Any], settings: Any, way: str
):
    settings.SIGN_IN = replace(settings.SIGN_IN, single_sign_on=KEYCLOAK)
    user = MembershipFactory(role="admin").user
    if way == "code":
        with_factor(user)
        later(user)
    page = visit(user, **seen)
    age(page, {"proved": int(time.time()) - 901, "single_sign_on": way[:6] == "single"})

    page.goto(reverse("admin:tenants_membership_add"))
    page.locator("#id_email").fill("new@example.org")
    page.locator("[name=_save]").click()

    assert page.locator("[name=proof_held]").count() == 1
    assert found_on(page) == []


def test_an_invitation(visit: Open, seen: dict[str, Any]):
    user = MembershipFactory(user=UserFactory(password="!")).user
    page = visit(**seen)
    link = urlsplit(inviting.link(user)).path

    assert wrong(page, link) == []
    choose(page, "short", "other")
    assert found_on(page) == []
    choose(page, "a long pass phrase", "a long pass phrase")
    assert urlsplit(page.url).path == "/admin/login/"
    assert wrong(visit(**seen), f"{link}x") == []  # it says that it does not work


def test_logged_out(visit: Open, seen: dict[str, Any]):
    page = visit(MembershipFactory().user, **seen)

    page.goto("/admin/")
    page.evaluate("document.querySelector('form[action$=\"/logout/\"]').submit()")
    page.wait_for_url("**/logout/")

    assert found_on(page) == []


def test_what_is_refused(visit: Open, seen: dict[str, Any]):
    page = visit(MembershipFactory(role="support").user, refused=True, **seen)

    for url, status in (
        (reverse("admin:tenants_apikey_changelist"), 403),
        (reverse("admin:recipients_group_change", args=["nothing"]), 404),
    ):
        assert wrong(page, url, status=status) == []


def test_what_mails_lead_to(visit: Open, seen: dict[str, Any]):
    ours = furnish("garden")
    news = lists.create(ours.tenant, name="news", title="Garden news")
    row = subscribing.subscribe(
        news, channel_code="email", address="ann@example.org", confirmed=False
    )
    sender = next(one for one in ours.rows if type(one).__name__ == "Sender")
    verify = reverse("verify-sender", args=[senders.token(sender)])
    asked = urlsplit(links.confirm_url(row.id)).path
    page = visit(**seen)

    found = {
        url: told
        for url in (verify, asked, urlsplit(links.unsubscribe_url(row.id)).path)
        if (told := wrong(page, url))
    }

    assert found == {}


# --- What people do ---


def log_in(page: Page, user: User, password: str = "correct horse") -> None:
    page.goto("/admin/")
    page.locator("#id_username").fill(user.email)
    fill_in(page, "password", password)


def choose(page: Page, *passwords: str) -> None:
    for number, text in enumerate(passwords, 1):
        page.locator(f"[name=new_password{number}]").fill(text)
    with page.expect_navigation():
        page.locator("button").click()


def fill_in(page: Page, name: str, text: str) -> None:
    """The last field of a form, and Enter."""
    field = page.locator(f"input[name={name}]")
    field.fill(text)
    with page.expect_navigation():
        field.press("Enter")


def age(page: Page, changes: dict[str, Any]) -> None:
    """As if the session had been so for a while."""
    name = configured.SESSION_COOKIE_NAME
    [cookie] = [one for one in page.context.cookies() if one.get("name") == name]
    session = SessionStore(cookie.get("value"))
    session.update(changes)
    session.save()
