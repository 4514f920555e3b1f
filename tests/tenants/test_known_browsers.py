"""A browser is known for the one person who logged in there."""

from __future__ import annotations

from django.http import HttpResponse
from django.test import RequestFactory

from tenants import known_browsers


def remembered(account):
    answer = HttpResponse()
    known_browsers.remember(answer, account)
    return answer.cookies[known_browsers.cookie_name()]


def request_with(text):
    request = RequestFactory().get("/")
    request.COOKIES[known_browsers.cookie_name()] = text
    return request


def test_it_is_known_for_that_person_only():
    request = request_with(remembered("jane@example.org").value)

    assert known_browsers.known(request, "jane@example.org")
    assert known_browsers.known(request, "joe@example.org") == ""


def test_each_browser_has_a_number_of_its_own():
    one, other = (
        known_browsers.known(request_with(remembered("jane@example.org").value), who)
        for who in ("jane@example.org",) * 2
    )

    assert one != other


def test_a_forged_cookie_is_none():
    forged = request_with("WyJ4IiwieSJd:1abc:xyz")

    assert known_browsers.known(forged, "jane@example.org") == ""
    assert known_browsers.known(RequestFactory().get("/"), "jane@example.org") == ""


def test_the_cookie_is_out_of_reach_and_names_nobody(settings):
    settings.SESSION_COOKIE_SECURE = True

    cookie = remembered("jane@example.org")

    assert cookie.key == "__Host-notify-known"
    assert cookie["secure"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert "jane" not in cookie.value
