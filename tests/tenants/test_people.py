"""Giving people places."""

from __future__ import annotations

import pytest

from notify_project.errors import Invalid
from tenants.models import Membership, User
from tenants.people import AlreadyMember, add_member
from tests.tenants.factories import TenantFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_a_new_person_gets_a_password_that_works():
    member, password = add_member(
        TenantFactory(),
        email=" Jane@Example.org ",
        role="support",
        name="Jane",
        by_operator=True,
    )

    assert member.user.email == "jane@example.org"
    assert member.user.check_password(password)
    assert member.user.is_staff


def test_a_known_person_gets_none_and_keeps_theirs():
    user = UserFactory()

    _member, password = add_member(TenantFactory(), email=user.email, role="admin")

    assert password == ""
    assert User.objects.get(id=user.id).check_password("correct horse")


def test_the_second_time_is_refused_and_changes_nothing():
    tenant = TenantFactory()
    add_member(tenant, email="jane@example.org", role="support", by_operator=True)

    with pytest.raises(AlreadyMember):
        add_member(tenant, email="JANE@example.org", role="admin")

    assert Membership.for_tenant(tenant).get().role == "support"


def test_what_is_no_address_is_refused():
    with pytest.raises(Invalid):
        add_member(TenantFactory(), email="jane", role="admin")

    assert not User.objects.exists()


def test_an_administrator_makes_no_log_in_for_others():
    with pytest.raises(Invalid, match="Ask the operator"):
        add_member(TenantFactory(), email="boss@example.org", role="admin")

    assert not User.objects.filter(email="boss@example.org").exists()


def test_whom_the_operator_shut_out_no_administrator_lets_in():
    user = UserFactory(is_staff=False)

    with pytest.raises(Invalid):
        add_member(TenantFactory(), email=user.email, role="admin")

    user.refresh_from_db()
    assert not user.is_staff
