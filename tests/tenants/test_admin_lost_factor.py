"""Somebody has lost their phone: an administrator helps."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tenants import second_factor
from tenants.models import AuditEntry
from tests.tenants.factories import MembershipFactory, TenantFactory, UserFactory
from tests.tenants.second_factors import with_factor

pytestmark = pytest.mark.django_db
WORDS = "Take away the second factor"


def logged_in(user):
    client = Client()
    client.force_login(user)
    return client


def row(kind, one, name="change"):
    args = [one.pk, "take_factor_away"] if name == "do" else [one.pk]
    return reverse(f"admin:tenants_{kind}_{name}", args=args)


@pytest.fixture
def member():
    found = MembershipFactory(role="designer")
    with_factor(found.user)
    return found


@pytest.fixture
def admin(member):
    return logged_in(MembershipFactory(tenant=member.tenant, role="admin").user)


def test_an_administrator_says_why_and_the_person_is_logged_out(admin, member):
    theirs = logged_in(member.user)
    assert WORDS in admin.get(row("membership", member)).content.decode()

    page = admin.post(row("membership", member, "do")).content.decode()
    assert second_factor.is_on(member.user)
    assert "Say why" not in page
    admin.post(row("membership", member, "do"), {"reason": "lost the phone"})

    assert not second_factor.is_on(member.user)
    assert theirs.get("/admin/").status_code == 302
    entry = AuditEntry.for_tenant(member.tenant).order_by("id").last()
    assert entry.action == "second factor taken away"
    assert entry.changes["reason"]["after"] == "lost the phone"


def test_without_a_reason_nothing_happens(admin, member):
    page = admin.post(row("membership", member, "do"), {"reason": " "})

    assert "Say why" in page.content.decode()
    assert second_factor.is_on(member.user)


def test_who_works_elsewhere_too_is_left_to_the_operator(admin, member):
    MembershipFactory(tenant=TenantFactory(), user=member.user)

    assert WORDS not in admin.get(row("membership", member)).content.decode()
    answer = admin.post(row("membership", member, "do"), {"reason": "x"})

    assert answer.status_code == 403
    assert second_factor.is_on(member.user)
    operator = logged_in(UserFactory(is_superuser=True))
    operator.post(row("user", member.user, "do"), {"reason": "called back"})
    assert not second_factor.is_on(member.user)


@pytest.mark.parametrize("role", ["designer", "support"])
def test_other_roles_cannot(member, role):
    client = logged_in(MembershipFactory(tenant=member.tenant, role=role).user)

    answer = client.post(row("membership", member, "do"), {"reason": "x"})

    assert answer.status_code in (403, 404)
    assert second_factor.is_on(member.user)


def test_nobody_takes_away_their_own_like_this():
    operator = UserFactory(is_superuser=True)
    with_factor(operator)
    client = logged_in(operator)

    client.post(row("user", operator, "do"), {"reason": "x"})

    assert second_factor.is_on(operator)
