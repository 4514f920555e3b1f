"""Invitations: so many, to whom, and where their link leads."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db.models import F
from django.utils import timezone

from tenants import inviting
from tenants.inviting import TooManyInvitations
from tenants.models import Notice, User
from tests.tenants.factories import MembershipFactory, TenantFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


def test_no_tenant_invites_more_people_than_work_with_it(monkeypatch):
    monkeypatch.setattr(inviting, "PER_HOUR", 2)
    member = MembershipFactory(tenant=TenantFactory())
    for _time in range(2):
        inviting.ask(member)

    with pytest.raises(TooManyInvitations):
        inviting.ask(member)

    Notice.for_tenant(member.tenant).update(
        created_at=F("created_at") - timezone.timedelta(hours=2)
    )
    inviting.ask(member)
    inviting.ask(MembershipFactory(tenant=TenantFactory()))


def test_who_has_a_password_is_led_to_the_log_in():
    assert inviting.link(UserFactory()).endswith("/admin/login/")


def test_where_passwords_are_switched_off_nobody_is_asked_for_one(settings):
    settings.SIGN_IN = replace(settings.SIGN_IN, password_login=False)
    new = User.objects.create_user("new@example.org")

    assert inviting.link(new).endswith("/admin/login/")
    assert not inviting.is_open(new)


def test_who_has_none_gets_a_link_of_their_own():
    new = User.objects.create_user("new@example.org")
    other = User.objects.create_user("other@example.org")

    assert inviting.is_open(new)
    assert "/invitation/" in inviting.link(new)
    assert inviting.link(new) != inviting.link(other)
