"""Guessing passwords gets slow; a right one lets in, under a new session key."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from notify_project.remembering import forget_everything
from tenants import login_failures
from tenants.login_failures import Attempt
from tests.tenants.factories import UserFactory
from tests.tenants.second_factors import with_factor

pytestmark = pytest.mark.django_db


def log_in(client, password, email="jane@example.org", **headers):
    return client.post(
        reverse("admin:login"),
        {"username": email, "password": password, "next": "/admin/"},
        **headers,
    )


def guessed(times, what="password", email="jane@example.org"):
    """As many wrong tries from elsewhere, without the half second that each takes."""
    for _try in range(times):
        assert login_failures.admit(Attempt("192.0.2.9", email, what=what))


def is_in(client):
    return client.get("/admin/").status_code == 200


def test_the_right_password_opens_the_admin():
    UserFactory(email="jane@example.org")
    client = Client()

    assert log_in(client, "correct horse").url == "/admin/"
    assert is_in(client)


def test_ten_failures_make_even_the_right_password_wait():
    UserFactory(email="jane@example.org")
    client = Client()
    guessed(9)
    log_in(client, "wrong")

    answer = log_in(client, "correct horse", email="JANE@example.org")

    assert "Too many failed attempts" in answer.content.decode()
    assert not is_in(client)


def test_a_form_without_a_password_forgives_no_guess():
    UserFactory(email="jane@example.org")
    guessed(9)
    for password in ("", "\x00"):
        log_in(Client(), password)
    log_in(Client(), "wrong")

    answer = log_in(Client(), "correct horse")

    assert "Too many failed attempts" in answer.content.decode()


def test_all_web_processes_count_together():
    UserFactory(email="jane@example.org")
    guessed(10)
    forget_everything()  # as another process, which remembers nothing

    answer = log_in(Client(), "correct horse")

    assert "Too many failed attempts" in answer.content.decode()


def test_others_do_not_wait_for_it():
    UserFactory(email="jane@example.org")
    UserFactory(email="joe@example.org")
    guessed(10)

    answer = log_in(Client(), "correct horse", email="joe@example.org")

    assert answer.status_code == 302


def test_who_has_logged_in_here_before_does_not_wait_for_a_guesser_elsewhere():
    UserFactory(email="jane@example.org")
    own = Client()
    log_in(own, "correct horse")
    own.post(reverse("admin:logout"))
    guessed(10)

    assert log_in(Client(), "correct horse").status_code == 200
    assert log_in(own, "correct horse").status_code == 302


def test_an_unknown_person_is_answered_like_a_wrong_password():
    UserFactory(email="jane@example.org")
    client = Client()

    wrong, unknown = log_in(client, "x"), log_in(client, "x", email="no@example.org")

    sentence = "Please enter the correct"
    assert sentence in wrong.content.decode()
    assert sentence in unknown.content.decode()


def test_people_without_the_right_to_use_the_admin_stay_out():
    UserFactory(email="jane@example.org", is_staff=False)

    assert log_in(Client(), "correct horse").status_code == 200


def test_the_session_has_another_key_after_each_log_in():
    UserFactory(email="jane@example.org")
    client = Client()
    log_in(client, "correct horse")
    first = client.session.session_key

    log_in(client, "correct horse")

    assert client.session.session_key != first
    assert is_in(client)


def test_with_a_second_factor_the_password_alone_opens_nothing():
    user, _secret, _codes = with_factor()
    client = Client()

    answer = log_in(client, "correct horse", email=user.email)

    assert answer.url == reverse("admin:login_code")
    assert not is_in(client)


def test_nobody_is_led_to_another_site():
    UserFactory(email="jane@example.org")

    answer = Client().post(
        reverse("admin:login"),
        {
            "username": "jane@example.org",
            "password": "correct horse",
            "next": "https://evil.example/",
        },
    )

    assert answer.url == "/admin/"


def test_passwords_can_be_switched_off(settings):
    settings.SIGN_IN = replace(settings.SIGN_IN, password_login=False)
    UserFactory(email="jane@example.org")
    client = Client()

    answer = log_in(client, "correct horse")

    assert "switched off" in answer.content.decode()
    assert not is_in(client)


def test_no_script_reads_a_cookie_of_the_log_in():
    UserFactory(email="jane@example.org")
    client = Client()
    client.get(reverse("admin:login"))
    log_in(client, "correct horse")

    assert len(client.cookies) == 3
    for cookie in client.cookies.values():
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
