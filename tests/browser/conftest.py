"""A real browser before the admin: the machine's Chromium, driven by playwright.

What a page writes into the browser's console as an error fails its test: a script or
style that the Content-Security-Policy forbids is told there and nowhere else.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tenants.models import User

# The fixtures of journeys: a tenant, its caller, the mail server and phones outside.
from tests.journeys.conftest import caller, mail_server, phones, tenant

__all__ = ["caller", "mail_server", "phones", "tenant"]

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WIDE, NARROW = (1280, 900), (800, 1100)

# What the console says of a page that was refused.
_REFUSED = ("status of 403 (Forbidden)", "status of 404 (Not Found)")

# Far more than it takes, for a machine that has other work.
expect.set_options(timeout=60_000)

# A page in a browser: for whom (None: nobody logged in), how wide, in which language;
# `refused` where the answers that are no pages are what one looks at.
Open = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Fails where there is none: a test that is skipped looks green."""
    named = [os.environ.get("CHROMIUM"), *map(shutil.which, PROGRAMS)]
    program = next(filter(None, named), None)
    if program is None:
        pytest.fail(
            "No Chromium is on this machine. Install it (apt-get install chromium), or "
            "say where it is: CHROMIUM=/path/to/chromium make browser."
        )
    # Chromium's own sandbox does not work for root.
    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    with pytest.MonkeyPatch.context() as patched, sync_playwright() as driver:
        # Playwright has an event loop in this thread, in which nothing of ours runs.
        patched.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = driver.chromium.launch(executable_path=program, args=options)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser, live_server: LiveServer) -> Iterator[Open]:
    """Opens pages of a person's, and looks at the end what the consoles say."""
    opened = []
    errors: list[str] = []

    def open_page(
        user: User | None = None,
        *,
        size: tuple[int, int] = WIDE,
        locale: str = "en-CA",
        refused: bool = False,
    ) -> Page:
        width, height = size
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            locale=locale,
            reduced_motion="reduce",
        )
        opened.append(context)
        if user is not None:
            name, value = session_of(user)
            cookie = {"name": name, "value": value, "url": live_server.url}
            context.add_cookies([cookie])  # type: ignore[list-item]  # a TypedDict
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))

        def hear(said: ConsoleMessage) -> None:
            is_expected = refused and said.text.endswith(_REFUSED)
            if said.type == "error" and not is_expected:
                errors.append(said.text)

        page.on("console", hear)
        return page

    yield open_page
    for context in opened:
        context.close()
    assert errors == []


def session_of(user: User) -> tuple[str, str]:
    """The cookie of somebody who has logged in."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    return name, client.cookies[name].value
