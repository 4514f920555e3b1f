"""Single sign-on in a browser, through a provider that others wrote: oidc-provider,
which the OpenID Foundation has certified, as a realm that looks like Keycloak's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as configured
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tenants.models import ApiKey, AuditEntry, Identity, Membership
from tests.browser.conftest import Open
from tests.browser.openid_provider import JANE, SOURCE, Realm, running
from tests.proof import npm
from tests.tenants.factories import MembershipFactory, UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

ADD_KEY = "/admin/tenants/apikey/add/"

# Starts a provider with these changes, and sets Notify up for it.
Start = Callable[..., Realm]


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package, by its lock. Fails without its registry: what is skipped looks
    green."""
    found = npm.install(tmp_path_factory.mktemp("openid") / "npm", SOURCE).folder
    if found is None:
        pytest.fail(
            "The npm registry could not be reached, so the single sign-on was not "
            "tried against oidc-provider. Run `make browser` where npm reaches it."
        )
    return found


@pytest.fixture
def start(installed: Path, live_server: LiveServer, settings: Any) -> Iterator[Start]:
    with ExitStack() as until_the_end:

        def started(**changes: Any) -> Realm:
            realm = Realm(site=live_server.url, **changes)
            until_the_end.enter_context(running(installed, realm))
            settings.PUBLIC_URL = live_server.url
            settings.SIGN_IN = realm.sign_in()
            return realm

        yield started


@pytest.fixture
def jane() -> Membership:
    found: Membership = MembershipFactory(
        role="admin", user=UserFactory(email=JANE["email"])
    )
    return found


@pytest.fixture
def page(visit: Open) -> Page:
    return opened(visit)


def opened(visit: Open) -> Page:
    """The provider's own pages would fetch letters from elsewhere."""
    page = visit()
    page.context.route(lambda url: url.startswith("https:"), lambda one: one.fulfill())
    return page


def go(page: Page, address: str = "/admin/") -> None:
    """As far as the provider's own page."""
    page.goto(address)
    page.get_by_role("link", name="Keycloak").click()


def log_in_there(page: Page) -> None:
    page.locator("[name=login]").fill("jane")
    page.locator("[name=password]").fill("any")
    page.locator("[type=submit]").click()


def log_in(page: Page, address: str = "/admin/") -> None:
    """And agree to what we read: one is asked the first time."""
    go(page, address)
    log_in_there(page)
    page.get_by_role("button", name="Continue").click()


def path_of(page: Page) -> str:
    return urlsplit(page.url).path


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"tells_in_token": False},
        {"algorithm": "ES256"},
        {"more": {"token_endpoint_auth_method": "client_secret_post"}},
    ],
    ids=["as Keycloak", "address beside the token", "ES256", "secret in the form"],
)
def test_who_is_invited_comes_in_and_gets_no_role_by_it(
    start: Start, page: Page, jane: Membership, changes: dict[str, Any]
):
    realm = start(**changes)

    log_in(page, "/admin/tenants/tenant/")

    assert path_of(page) == "/admin/tenants/tenant/"
    linked = Identity.objects.get()
    assert (linked.user, linked.issuer, linked.subject) == (
        *(jane.user, realm.issuer, "jane"),
    )
    jane.refresh_from_db()
    jane.user.refresh_from_db()
    assert (jane.role, jane.user.is_superuser) == ("admin", False)
    assert [one.action for one in AuditEntry.of_system()] == ["single sign-on linked"]


@pytest.mark.parametrize("tells_in_token", [True, False])
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"email_verified": False}, "has not verified your e-mail address"),
        ({"email": "joe@example.org"}, "Nobody is invited here"),
    ],
)
def test_who_is_not_invited_or_not_verified_stays_out(
    start: Start,
    page: Page,
    jane: Membership,
    change: dict[str, Any],
    words: str,
    tells_in_token: bool,
):
    start(people={"jane": {**JANE, **change}}, tells_in_token=tells_in_token)

    log_in(page)

    assert path_of(page) == "/admin/login/"
    expect(page.get_by_text(words)).to_be_visible()
    assert not Identity.objects.exists()


def test_an_answer_is_good_once_and_for_one_browser(
    start: Start, visit: Open, page: Page, jane: Membership
):
    start()
    answers: list[str] = []
    page.on("request", lambda one: answers.append(one.url))
    log_in(page)
    [answer] = [one for one in answers if "/callback/?" in one]
    again, elsewhere = opened(visit), opened(visit)
    go(elsewhere)  # it has asked, but for an answer of its own

    for other in (again, elsewhere):
        other.goto(answer)
        assert path_of(other) == "/admin/login/"
        expect(other.get_by_text("answered already")).to_be_visible()


@pytest.mark.parametrize("tells_when", [True, False])
def test_by_one_click_one_is_in_but_must_show_who_one_is_before_what_matters(
    start: Start, page: Page, jane: Membership, tells_when: bool
):
    """Who is known there is not asked again: it says nothing of who sits there."""
    start(more={"require_auth_time": tells_when})
    log_in(page)
    if tells_when:
        put_back(page, minutes=16)
    page.goto(ADD_KEY)
    page.get_by_label("Name").fill("a program")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Is it you?").last).to_be_visible()
    assert not ApiKey.across_tenants().exists()

    with page.context.expect_page() as tab:
        page.get_by_role("link", name="in another tab").click()
    other = tab.value
    expect(other.locator("[name=login]")).to_be_visible()  # asked, though known
    log_in_there(other)
    expect(other.get_by_text("Close this tab")).to_be_visible()
    page.get_by_role("button", name="Go on").click()

    expect(page.locator("[data-secret]")).to_be_visible()
    assert ApiKey.for_tenant(jane.tenant).get().name == "a program"


def put_back(page: Page, *, minutes: int) -> None:
    """As if the proof had been so long ago."""
    [key] = [
        one["value"]
        for one in page.context.cookies()
        if one["name"] == configured.SESSION_COOKIE_NAME
    ]
    session = SessionStore(session_key=key)
    session["proved"] -= minutes * 60
    session.save()


def test_logging_out_ends_the_session_there_too(
    start: Start, page: Page, jane: Membership
):
    realm = start()
    log_in(page)

    page.goto("/admin/")
    page.evaluate("document.getElementById('logout-form').submit()")
    page.locator(f"a[href^='{realm.issuer}']").click()
    page.get_by_role("button", name="Yes").click()

    assert path_of(page) == "/admin/login/"
    go(page)
    expect(page.locator("[name=login]")).to_be_visible()
