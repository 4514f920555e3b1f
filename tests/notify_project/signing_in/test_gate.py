"""Where a second factor is required, nothing opens without one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from notify_project import signin_settings
from notify_project.environment import Environment
from tenants.models import Membership
from tests.notify_project.signing_in.test_own_factor import set_up
from tests.notify_project.signing_in.test_password import log_in
from tests.tenants.factories import MembershipFactory, UserFactory
from tests.tenants.second_factors import with_factor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def required(settings):
    settings.SIGN_IN = replace(settings.SIGN_IN, second_factor="required")


def logged_in(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    "page", ["index", "tenants_membership_changelist", "autocomplete", "search"]
)
def test_every_page_leads_to_setting_it_up(page):
    client = logged_in(MembershipFactory(role="admin").user)

    answer = client.get(reverse(f"admin:{page}"))

    assert answer.url == reverse("admin:second_factor")
    assert "Everybody needs a second factor" in client.get(answer.url).content.decode()


def test_nothing_can_be_sent_either():
    member = MembershipFactory(role="admin")
    client = logged_in(member.user)

    client.post(
        reverse("admin:tenants_membership_add"),
        {"email": "new@example.org", "name": "", "role": "admin"},
    )

    assert Membership.for_tenant(member.tenant).count() == 1


def test_whoever_has_set_it_up_is_in():
    user = UserFactory(is_superuser=True)
    client = Client()
    log_in(client, "correct horse", email=user.email)

    set_up(client, user)

    assert client.get("/admin/").status_code == 200


def test_a_session_from_before_it_was_required_goes_on_with_one():
    user, _secret, _codes = with_factor(UserFactory(is_superuser=True))

    assert logged_in(user).get("/admin/").status_code == 200


def test_one_may_always_leave():
    client = logged_in(UserFactory())

    assert client.post(reverse("admin:logout")).status_code == 200


@pytest.mark.parametrize(
    ("embedded", "given", "required"),
    [
        (True, {}, False),
        (False, {}, True),
        (True, {"SECOND_FACTOR": "required"}, True),
        (False, {"SECOND_FACTOR": "offered"}, False),
        (False, {"SECOND_FACTOR": "offerd"}, True),
    ],
)
def test_a_demo_offers_it_and_production_requires_it(
    monkeypatch, embedded, given, required
):
    monkeypatch.setattr(Environment, "ENVIRON", given)

    read = signin_settings.read(Environment(), embedded=embedded)

    assert read.requires_second_factor == required
