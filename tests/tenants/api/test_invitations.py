"""The link of an invitation: its reader sets a password once, and logs in with it."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.test import Client

from tenants import inviting, login_failures
from tenants.login_failures import Attempt
from tenants.models import AuditEntry, Membership, User
from tests.tenants.factories import MembershipFactory

pytestmark = pytest.mark.django_db
PASSWORD = "a long pass phrase"


@pytest.fixture
def new():
    user = User.objects.create_user("new@example.org", is_staff=True)
    MembershipFactory(user=user)
    return user


def opened(client, link):
    return client.get(urlsplit(link).path, follow=True)


def typed(client, page, password=PASSWORD):
    address = page.request["PATH_INFO"]
    words = {"new_password1": password, "new_password2": password}
    return client.post(address, words, follow=True)


def test_the_reader_sets_a_password_and_is_led_to_the_log_in(client, new):
    page = opened(client, inviting.link(new))
    answer = typed(client, page)

    assert "new@example.org" in page.text
    assert answer.request["PATH_INFO"] == "/admin/login/"
    assert Client().login(username="new@example.org", password=PASSWORD)
    assert AuditEntry.of_system().get().action == "invitation accepted"


def test_no_guesser_keeps_the_reader_from_their_first_log_in(client, new):
    for _try in range(10):
        assert login_failures.admit(Attempt("192.0.2.9", new.email))

    typed(client, opened(client, inviting.link(new)))
    words = {"username": new.email, "password": PASSWORD, "next": "/admin/"}

    assert "Too many" in Client().post("/admin/login/", words).text
    assert client.post("/admin/login/", words).status_code == 302


def test_the_token_does_not_stay_in_the_address(client, new):
    link = inviting.link(new)

    page = opened(client, link)

    assert link.rpartition("/")[2] not in page.request["PATH_INFO"]


def test_looking_changes_nothing_and_the_link_works_once(client, new):
    link = inviting.link(new)
    for _look in range(2):
        page = opened(Client(), link)
    assert not User.objects.get(id=new.id).has_usable_password()

    page = opened(client, link)
    typed(client, page)

    assert "does not work" in opened(Client(), link).text


def test_a_weak_password_is_refused_in_words(client, new):
    answer = typed(client, opened(client, inviting.link(new)), password="12345")

    assert "too short" in answer.text
    assert not User.objects.get(id=new.id).has_usable_password()


@pytest.mark.parametrize("wrong", ["token", "person"])
def test_a_made_up_link_opens_nothing(client, new, wrong):
    path = urlsplit(inviting.link(new)).path
    made_up = path[:-3] + "abc" if wrong == "token" else path.replace("on/", "on/x", 1)

    page = client.get(made_up, follow=True)

    assert "does not work" in page.text


def test_whoever_was_removed_meanwhile_has_nothing_to_see(client, new):
    link = inviting.link(new)
    Membership.across_tenants().filter(user=new).delete()

    typed(client, opened(client, link))
    client.login(username="new@example.org", password=PASSWORD)

    assert "not a member of a tenant" in client.get("/admin/").text
