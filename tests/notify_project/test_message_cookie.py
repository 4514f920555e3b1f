"""The cookie of sentences for the next page."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.tenants.factories import UserFactory

pytestmark = pytest.mark.django_db


def told_something(client):
    """There is no such tenant: the next page says so."""
    return client.post(reverse("admin:enter_tenant"), {"tenant": "x"}, secure=True)


@pytest.fixture
def client():
    client = Client()
    client.force_login(UserFactory())
    return client


def test_where_the_connection_is_secure_no_other_host_can_set_it(client, settings):
    settings.SESSION_COOKIE_SECURE = True

    cookie = told_something(client).cookies["__Host-notify-told"]

    assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    page = client.get("/admin/", secure=True)
    assert "There is no such tenant" in page.text
    assert page.cookies["__Host-notify-told"]["max-age"] == 0
    assert page.cookies["__Host-notify-told"]["secure"]


def test_elsewhere_it_has_no_prefix(client):
    assert "notify-told" in told_something(client).cookies
