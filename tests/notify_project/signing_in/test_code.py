"""The second page of a log-in: a code of the app, or one from paper."""

from __future__ import annotations

import time

import pytest
from django.test import Client
from django.urls import reverse

from tenants.models import User
from tests.notify_project.signing_in.test_password import is_in, log_in
from tests.tenants.second_factors import code_of, later, with_factor

pytestmark = pytest.mark.django_db


def half_way():
    """A browser where the password was right, the app's secret and the codes."""
    user, secret, codes = with_factor()
    later(user)
    client = Client()
    log_in(client, "correct horse", email=user.email)
    return client, user, secret, codes


def show(client, code):
    return client.post(reverse("admin:login_code"), {"code": code})


def test_a_code_of_the_app_lets_in():
    client, _user, secret, _codes = half_way()

    answer = show(client, code_of(secret))

    assert answer.url == "/admin/"
    assert is_in(client)


def test_the_session_key_changes_at_each_of_the_two_steps():
    user, secret, _codes = with_factor()
    later(user)
    client = Client()
    client.get(reverse("admin:login"))
    log_in(client, "correct horse", email=user.email)
    half = client.session.session_key

    show(client, code_of(secret))

    assert client.session.session_key != half


def test_a_recovery_code_lets_in_once():
    client, user, _secret, codes = half_way()

    show(client, codes[0])
    assert is_in(client)

    other = Client()
    log_in(other, "correct horse", email=user.email)
    answer = show(other, codes[0])
    assert "not right" in answer.content.decode()
    assert not is_in(other)


def test_a_code_that_was_used_is_refused_to_whoever_looked_on():
    client, user, secret, _codes = half_way()
    code = code_of(secret)
    show(client, code)

    other = Client()
    log_in(other, "correct horse", email=user.email)

    assert "was used already" in show(other, code).content.decode()
    assert not is_in(other)


def test_ten_wrong_codes_make_even_the_right_one_wait():
    client, user, secret, _codes = half_way()
    for _try in range(10):
        show(client, "000000")

    other = Client()
    log_in(other, "correct horse", email=user.email, REMOTE_ADDR="192.0.2.9")
    answer = show(other, code_of(secret))

    assert "Too many failed attempts" in answer.content.decode()
    assert not is_in(other)


def test_without_a_password_first_there_is_no_page():
    assert Client().get(reverse("admin:login_code")).url == reverse("admin:login")
    assert show(Client(), "123456").url == reverse("admin:login")


def test_ten_minutes_later_one_begins_again(monkeypatch):
    client, _user, secret, _codes = half_way()
    now = time.time()

    monkeypatch.setattr(time, "time", lambda: now + 601)

    assert show(client, code_of(secret)).url == reverse("admin:login")


def test_a_password_that_was_changed_meanwhile_begins_again():
    client, user, secret, _codes = half_way()
    user.set_password("another one entirely")
    user.save()

    assert show(client, code_of(secret)).url == reverse("admin:login")
    assert not is_in(client)


def test_who_was_shut_out_meanwhile_stays_out():
    client, user, secret, _codes = half_way()
    User.objects.filter(pk=user.pk).update(is_active=False)

    show(client, code_of(secret))

    assert not is_in(client)


def test_the_page_is_kept_by_no_cache_and_names_the_person():
    client, user, _secret, _codes = half_way()

    page = client.get(reverse("admin:login_code"))

    assert "no-store" in page.headers["Cache-Control"]
    assert user.email in page.content.decode()
