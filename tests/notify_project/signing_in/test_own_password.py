"""Changing one's own password; the old one is not guessed there either."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.notify_project.signing_in.test_password import guessed, is_in
from tests.notify_project.signing_in.test_proof import age, asked
from tests.tenants.factories import MembershipFactory

pytestmark = pytest.mark.django_db
NEW = "another one entirely"


@pytest.fixture
def user():
    return MembershipFactory().user


def logged_in(user):
    client = Client()
    client.force_login(user)
    return client


def change(client, old, new=NEW):
    typed = {"old_password": old, "new_password1": new, "new_password2": new}
    return client.post(reverse("admin:password_change"), typed)


def test_it_is_changed_and_ends_the_other_sessions(user):
    here, elsewhere = logged_in(user), logged_in(user)

    answer = change(here, "correct horse")

    user.refresh_from_db()
    assert answer.url == reverse("admin:password_change_done")
    assert user.check_password(NEW)
    assert is_in(here)
    assert not is_in(elsewhere)


def test_ten_wrong_ones_make_even_the_right_one_wait(user):
    client = logged_in(user)
    guessed(9, email=user.email)
    assert "entered incorrectly" in change(client, "a guess").text

    answer = change(client, "correct horse")

    user.refresh_from_db()
    assert "Too many failed attempts" in answer.text
    assert user.check_password("correct horse")


def test_the_right_one_forgives_the_wrong_ones(user):
    guessed(9, email=user.email)

    change(logged_in(user), "correct horse")

    guessed(10, email=user.email)


def test_a_session_of_a_while_ago_shows_first_who_it_is(user):
    client = logged_in(user)
    age(client, 901)

    answer = change(client, "correct horse")

    user.refresh_from_db()
    assert asked(answer)
    assert user.check_password("correct horse")
