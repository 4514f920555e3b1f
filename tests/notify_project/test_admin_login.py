"""Guessing passwords gets slow."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from notify_project.remembering import forget_everything
from tenants.models import LoginFailures
from tests.tenants.factories import UserFactory

pytestmark = pytest.mark.django_db


def log_in(client, password, email="jane@example.org"):
    return client.post(
        reverse("admin:login"),
        {"username": email, "password": password, "next": "/admin/"},
    )


def hold_the_wait():
    """A machine so slow that the wait is over before the next line would not see it."""
    LoginFailures.objects.update(failed_at=timezone.now() + timedelta(minutes=1))


def test_the_right_password_opens_the_admin():
    UserFactory(email="jane@example.org")

    assert log_in(Client(), "correct horse").status_code == 302


def test_ten_failures_make_even_the_right_password_wait():
    UserFactory(email="jane@example.org")
    client = Client()
    for _try in range(10):
        log_in(client, "wrong")
    hold_the_wait()

    answer = log_in(client, "correct horse", email="JANE@example.org")

    assert "Too many failed attempts" in answer.content.decode()


def test_all_web_processes_count_together():
    UserFactory(email="jane@example.org")
    for _try in range(10):
        log_in(Client(), "wrong")
        forget_everything()  # as another process, which remembers nothing
    hold_the_wait()

    answer = log_in(Client(), "correct horse")

    assert "Too many failed attempts" in answer.content.decode()


def test_others_do_not_wait_for_it():
    UserFactory(email="jane@example.org")
    UserFactory(email="joe@example.org")
    client = Client()
    for _try in range(10):
        log_in(client, "wrong")
    hold_the_wait()

    assert log_in(client, "correct horse", email="joe@example.org").status_code == 302


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
