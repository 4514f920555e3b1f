"""The mailbox in the admin."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from notify_project.embedded.mailbox import keep
from tests.notify_project.embedded.test_mail_files import MAIL
from tests.tenants.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def name(settings, tmp_path) -> str:
    settings.EMBEDDED = True
    settings.MAILBOX_DIR = tmp_path
    return keep(tmp_path, MAIL).name


def logged_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def urls(name: str) -> list[str]:
    return [
        reverse("admin:mailbox"),
        reverse("admin:mailbox_mail", args=[name]),
        reverse("admin:mailbox_html", args=[name]),
    ]


def test_an_operator_reads_the_mails(name):
    client = logged_in(UserFactory(is_superuser=True))

    listed, mail, html = (client.get(url) for url in urls(name))

    assert "Été" in listed.content.decode()
    assert "jane@example.org" in mail.content.decode()
    assert "<iframe" in mail.content.decode()
    assert html.content.decode().strip() == "<p>Hello</p>"
    assert "sandbox" in html.headers["Content-Security-Policy"]


def test_nobody_else_does(name):
    client = logged_in(MembershipFactory(role="admin").user)

    assert {client.get(url).status_code for url in urls(name)} == {404}


def test_there_is_none_in_production(name, settings):
    settings.EMBEDDED = False
    client = logged_in(UserFactory(is_superuser=True))

    assert {client.get(url).status_code for url in urls(name)} == {404}


def test_a_mail_that_is_not_there_answers_404(name):
    client = logged_in(UserFactory(is_superuser=True))

    for wrong in ("x.eml", "..%2F..%2Fsecrets.env"):
        assert client.get(f"/admin/mailbox/{wrong}/").status_code == 404


def test_an_empty_mailbox_says_how_to_fill_it(settings, tmp_path):
    settings.EMBEDDED = True
    settings.MAILBOX_DIR = tmp_path
    client = logged_in(UserFactory(is_superuser=True))

    assert "No mail yet" in client.get(reverse("admin:mailbox")).content.decode()
