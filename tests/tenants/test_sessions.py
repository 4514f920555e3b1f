"""Sessions end: after eight hours, after half an hour of nothing, with another role."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tenants import people, sessions
from tenants.models import Membership, User
from tests.tenants.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
START = "/admin/"


def logged_in(user):
    client = Client()
    client.force_login(user)
    return client


def is_in(client):
    return client.get(START).status_code == 200


@pytest.fixture
def noon(time_machine):
    """A clock that is put forward by hand."""
    moment = timezone.now().replace(microsecond=0)
    time_machine.move_to(moment, tick=False)

    def forward(**amount):
        nonlocal moment
        moment += timedelta(**amount)
        time_machine.move_to(moment, tick=False)

    return forward


def test_half_an_hour_without_a_page_ends_it_and_says_so(noon):
    client = logged_in(UserFactory())
    noon(minutes=29)
    assert is_in(client)

    noon(minutes=30, seconds=1)

    page = client.get(START, follow=True)
    assert page.request["PATH_INFO"] == "/admin/login/"
    assert "away for more than half an hour" in page.content.decode()


def test_eight_hours_end_it_however_busy_one_is(noon):
    client = logged_in(UserFactory())
    for _time in range(23):
        noon(minutes=20)
        assert is_in(client)

    noon(minutes=21)

    assert not is_in(client)


def test_working_in_another_tenant_puts_the_end_off_by_nothing(noon):
    one = MembershipFactory(role="admin")
    client = logged_in(one.user)
    ends = client.session.get_expiry_date()
    noon(minutes=20)

    client.post(reverse("admin:enter_tenant"), {"tenant": str(one.tenant_id)})

    assert client.session.get_expiry_date() == ends


def test_a_page_a_second_writes_nothing_to_the_session(
    noon, django_assert_max_num_queries
):
    client = logged_in(UserFactory())
    client.get(START)
    before = client.session["seen"]
    noon(seconds=50)

    client.get(START)

    assert client.session["seen"] == before


def test_another_password_ends_all_sessions():
    user = UserFactory()
    client = logged_in(user)

    user.set_password("another one entirely")
    user.save()

    assert not is_in(client)


def test_a_round_ends_all_sessions_and_no_new_one():
    user = UserFactory()
    client = logged_in(user)

    sessions.end_all(user)

    assert not is_in(client)
    assert is_in(logged_in(User.objects.get(pk=user.pk)))


def test_another_role_ends_the_sessions_of_that_person():
    admin = MembershipFactory(role="admin")
    member = MembershipFactory(tenant=admin.tenant, role="designer")
    theirs, ours = logged_in(member.user), logged_in(admin.user)

    ours.post(
        reverse("admin:tenants_membership_change", args=[member.pk]),
        {"role": "support"},
    )

    assert not is_in(theirs)
    assert is_in(ours)


def test_saving_a_member_as_they_are_ends_nothing():
    admin = MembershipFactory(role="admin")
    member = MembershipFactory(tenant=admin.tenant, role="designer")
    theirs = logged_in(member.user)

    logged_in(admin.user).post(
        reverse("admin:tenants_membership_change", args=[member.pk]),
        {"role": "designer"},
    )

    assert is_in(theirs)


def test_a_place_that_is_taken_away_ends_them_too():
    admin = MembershipFactory(role="admin")
    member = MembershipFactory(tenant=admin.tenant, role="designer")
    theirs = logged_in(member.user)

    logged_in(admin.user).post(
        reverse("admin:tenants_membership_delete", args=[member.pk]), {"post": "yes"}
    )

    assert not is_in(theirs)


@pytest.mark.parametrize("elsewhere", ["another tenant", "all tenants"])
def test_no_administrator_ends_the_work_of_who_works_elsewhere_too(elsewhere):
    """Anybody may be added to a tenant, an operator too: it must not log them out."""
    admin = MembershipFactory(role="admin")
    user = UserFactory(is_superuser=elsewhere == "all tenants")
    MembershipFactory(user=user, role="admin")
    guest = MembershipFactory(tenant=admin.tenant, user=user, role="designer")
    theirs, ours = logged_in(user), logged_in(admin.user)

    ours.post(
        reverse("admin:tenants_membership_change", args=[guest.pk]), {"role": "support"}
    )
    ours.post(
        reverse("admin:tenants_membership_delete", args=[guest.pk]), {"post": "yes"}
    )

    assert is_in(theirs)
    assert list(Membership.for_tenant(admin.tenant)) == [admin]


def test_other_rights_end_them_but_not_of_who_gave_them_to_themselves():
    operator = UserFactory(is_superuser=True)
    clerk = UserFactory()
    ours, theirs = logged_in(operator), logged_in(clerk)

    for person in (clerk, operator):
        ours.post(
            reverse("admin:tenants_user_change", args=[person.pk]),
            {
                "email": person.email,
                "name": "x",
                "is_active": "on",
                "is_staff": "on",
                "is_superuser": "on" if person == clerk else "",
            },
        )

    assert User.objects.get(pk=clerk.pk).is_superuser
    assert not is_in(theirs)
    assert is_in(ours)


def test_what_a_directory_says_ends_them_but_not_of_who_is_logging_in():
    one = MembershipFactory(role="designer")
    two = MembershipFactory(tenant=one.tenant, role="designer")
    first, second = logged_in(one.user), logged_in(two.user)
    wanted = {each.user.email: ("", "support") for each in (one, two)}

    people.set_members(one.tenant, wanted, just_in=one.user)

    assert is_in(first)
    assert not is_in(second)


def test_a_directory_ends_nothing_of_who_works_in_another_tenant_too():
    one = MembershipFactory(role="designer")
    MembershipFactory(user=one.user)
    client = logged_in(one.user)

    people.set_members(one.tenant, {one.user.email: ("", "support")})
    people.set_members(one.tenant, {})

    assert is_in(client)


def test_a_proof_is_as_old_as_the_provider_says(noon):
    request = logged_in(UserFactory()).get(START).wsgi_request
    now = timezone.now().timestamp()

    for age, is_fresh in ((0, True), (899, True), (901, False), (-3600, True)):
        sessions.prove(request, at=now - age)
        assert sessions.is_fresh(request) is is_fresh
    noon(minutes=16)  # the last one was of the future
    assert not sessions.is_fresh(request)
    sessions.prove(request)
    sessions.disprove(request)
    assert not sessions.is_fresh(request)


def test_a_proof_is_fresh_for_a_quarter_of_an_hour(noon):
    client = logged_in(UserFactory())
    request = client.get(START).wsgi_request
    noon(minutes=15)
    assert sessions.is_fresh(request)

    noon(seconds=1)
    assert not sessions.is_fresh(request)

    sessions.prove(request)
    assert sessions.is_fresh(request)
