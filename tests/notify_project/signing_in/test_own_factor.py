"""A person's own second factor, page by page."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse

from tenants import second_factor
from tests.tenants.factories import MembershipFactory
from tests.tenants.second_factors import code_of, with_factor

pytestmark = pytest.mark.django_db
URL = "/admin/second-factor/"


@pytest.fixture
def user():
    return MembershipFactory(role="support").user


@pytest.fixture
def client(user):
    client = Client()
    client.force_login(user)
    return client


def offer_on(page):
    [text] = re.findall(r'name="offer" value="([^"]+)"', page)
    return text


def set_up(client, user):
    offer = offer_on(client.get(URL).content.decode())
    code = code_of(second_factor.offered(user, offer))
    return client.post(URL, {"offer": offer, "code": code}).content.decode()


def test_the_picture_is_drawn_here_without_script_or_another_host(client):
    page = client.get(URL).content.decode()

    [picture] = re.findall(r'<img src="(data:image/svg[^"]+)"', page)
    assert "<path" in unquote(picture)
    assert "script" not in unquote(picture)
    assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", page) == []


def test_looking_stores_nothing(client, user):
    client.get(URL)

    assert not second_factor.is_on(user)


def test_a_code_of_the_app_switches_it_on_and_shows_the_recovery_codes_once(
    client, user
):
    page = set_up(client, user)

    shown = page.partition("data-secret>")[2].partition("<")[0]
    codes = re.findall(r"[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}", shown)
    assert len(codes) == 10
    assert second_factor.accepts(user, codes[0])
    again = client.get(URL).content.decode()
    assert not any(code in again for code in codes)
    assert "Recovery codes left: 9" in again


def test_a_wrong_code_keeps_the_secret_that_was_scanned(client):
    offer = offer_on(client.get(URL).content.decode())

    answer = client.post(URL, {"offer": offer, "code": "000000"})

    page = answer.content.decode()
    assert "The code is not right" in page
    assert offer_on(page) == offer
    assert "no-store" in answer.headers["Cache-Control"]


def test_new_codes_end_the_old_ones(client, user):
    _user, _secret, old = with_factor(user)

    page = client.post(URL, {"do": "renew"}).content.decode()

    assert not any(code in page for code in old)
    assert not second_factor.accepts(user, old[0])


def test_where_it_is_offered_one_takes_it_off(client, user):
    with_factor(user)

    client.post(URL, {"do": "off"})

    assert not second_factor.is_on(user)


def test_where_it_is_required_nobody_takes_it_off(client, user, settings):
    settings.SIGN_IN = replace(settings.SIGN_IN, second_factor="required")
    with_factor(user)

    page = client.post(URL, {"do": "off"}).content.decode()

    assert second_factor.is_on(user)
    assert "Everybody needs a second factor here." in page


def test_the_frame_leads_to_it(client):
    assert reverse("admin:second_factor") in client.get("/admin/").content.decode()
