"""Giving people places."""

from __future__ import annotations

import pytest

from notify_project.errors import Invalid
from tenants.models import AuditEntry, Membership, Notice, User
from tenants.people import (
    AlreadyMember,
    add_member,
    ensure_one_administrator,
    set_members,
)
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


def test_whom_an_administrator_adds_gets_a_mail_and_no_password():
    tenant = TenantFactory()

    member, password = add_member(tenant, email="boss@example.org", role="admin")

    assert password == ""
    assert not member.user.has_usable_password()
    assert member.user.is_staff
    assert Notice.for_tenant(tenant).get().data == {"member": str(member.pk)}


def test_whom_the_operator_shut_out_no_administrator_lets_in():
    user = UserFactory(is_staff=False)

    with pytest.raises(Invalid):
        add_member(TenantFactory(), email=user.email, role="admin")

    user.refresh_from_db()
    assert not user.is_staff


def test_a_gateways_tenant_has_one_administrator():
    tenant = TenantFactory(source="gateway")
    first, _password = add_member(
        tenant, email="ann@example.org", role="admin", by_operator=True
    )

    with pytest.raises(Invalid, match="one administrator"):
        add_member(tenant, email="bob@example.org", role="admin", by_operator=True)

    add_member(tenant, email="bob@example.org", role="designer", by_operator=True)
    ensure_one_administrator(tenant, "admin", besides=first)


def test_other_tenants_have_as_many_as_they_like():
    tenant = TenantFactory()

    for name in ("ann", "bob"):
        add_member(tenant, email=f"{name}@example.org", role="admin", by_operator=True)

    assert Membership.for_tenant(tenant).count() == 2


def test_members_become_exactly_those_who_are_wanted():
    tenant, known = TenantFactory(), UserFactory(email="ann@example.org")
    for email, role in (("ann@example.org", "support"), ("bob@example.org", "admin")):
        add_member(tenant, email=email, role=role, by_operator=True)

    set_members(
        tenant,
        {"ann@example.org": ("Ann", "admin"), "cleo@example.org": ("Cleo", "designer")},
    )

    rows = Membership.for_tenant(tenant).values_list("user__email", "role")
    assert dict(rows) == {"ann@example.org": "admin", "cleo@example.org": "designer"}
    assert User.objects.get(id=known.id).check_password("correct horse")
    assert User.objects.filter(email="bob@example.org").exists()
    actions = AuditEntry.for_tenant(tenant).values_list("action", flat=True)
    assert sorted(actions) == ["changed", "created", "deleted"]
