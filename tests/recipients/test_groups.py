"""Groups: who is in them, what they are called, what they refuse."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from recipients import groups
from recipients.errors import (
    GroupInUse,
    GroupNameTaken,
    GroupWrongChannel,
    InvalidGroup,
    InvalidMember,
    UnknownGroup,
)
from recipients.groups import Groups
from recipients.models import Group, Member
from tenants.models import Tenant
from tests.events.designed import mail_design, published
from tests.events.scene import tenant_with_mail
from tests.tenants.factories import TenantFactory

pytestmark = pytest.mark.django_db
ADDRESSES = ("fred@gov.bc.ca", "joan@gov.bc.ca")


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory(phone_region="CA")
    return made


def made(tenant: Tenant, name: str = "Approvers", **values: Any) -> Group:
    return groups.create(
        tenant, name=name, **{"channel_code": "email", "addresses": ADDRESSES, **values}
    )


def found(tenant: Tenant, reference: str, channel: str = "email") -> groups.Found:
    named = Groups(tenant.id, [reference], channel_code=channel)
    return named.get(reference, field="email.recipients.cc[0]")


def test_a_group_is_found_by_name_in_any_case_or_by_id(tenant: Tenant):
    group = made(tenant)

    for reference in ("Approvers", "APPROVERS", str(group.id), group.id.hex):
        assert found(tenant, reference).addresses == ADDRESSES


def test_however_many_are_named_two_queries_find_them(
    tenant: Tenant, django_assert_num_queries: Any
):
    names = [made(tenant, f"Group {number}").name for number in range(3)]

    with django_assert_num_queries(2):
        named = Groups(tenant.id, names, channel_code="email")
        assert all(named.get(name, field="x").addresses for name in names)
    with django_assert_num_queries(0):
        Groups(tenant.id, [], channel_code="email")


def test_one_name_may_stand_on_two_channels(tenant: Tenant):
    made(tenant)
    made(tenant, channel_code="sms", addresses=["7787001234"])

    assert found(tenant, "approvers", "sms").addresses == ("7787001234",)


def test_an_unknown_group_and_one_of_another_channel_or_tenant_are_refused(
    tenant: Tenant,
):
    made(tenant)
    theirs = made(TenantFactory(), "Theirs")

    for reference in ("Nobody", "Theirs", str(theirs.id)):
        with pytest.raises(UnknownGroup) as unknown:
            found(tenant, reference)
        assert unknown.value.errors[0].field == "email.recipients.cc[0]"
    with pytest.raises(GroupWrongChannel, match="is for email, not for sms"):
        found(tenant, "Approvers", "sms")


def test_a_name_is_taken_in_any_case(tenant: Tenant):
    made(tenant)

    with pytest.raises(GroupNameTaken):
        made(tenant, "approvers")
    assert made(TenantFactory()).name == "Approvers"


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 101])
def test_a_name_can_be_read(tenant: Tenant, name: str):
    with pytest.raises(InvalidGroup):
        made(tenant, name)


def test_members_are_kept_as_given_and_once(tenant: Tenant):
    group = made(
        tenant, addresses=["Fred@gov.bc.ca ", "joan@gov.bc.ca", "fred@GOV.bc.ca"]
    )

    assert groups.addresses_of(group) == ["Fred@gov.bc.ca", "joan@gov.bc.ca"]


def test_a_thousand_members_are_kept_in_few_queries(
    tenant: Tenant, django_assert_max_num_queries: Any
):
    addresses = [f"person{number}@gov.bc.ca" for number in range(groups.MEMBERS)]

    with django_assert_max_num_queries(6):
        group = made(tenant, addresses=addresses)

    assert groups.addresses_of(group) == addresses


def test_nobody_may_be_in_it(tenant: Tenant):
    assert groups.addresses_of(made(tenant, addresses=[])) == []


def test_a_member_that_cannot_be_reached_is_named(tenant: Tenant):
    with pytest.raises(InvalidMember) as caught:
        made(tenant, addresses=["fred@gov.bc.ca", "joan"])

    [error] = caught.value.errors
    assert (error.field, error.code) == ("members[1]", "invalid_member")
    assert Group.for_tenant(tenant).count() == 0


def test_a_group_is_not_without_bounds(tenant: Tenant, monkeypatch: Any):
    monkeypatch.setattr(groups, "MEMBERS", 1)

    with pytest.raises(InvalidMember):
        made(tenant)


def test_a_change_replaces_the_members(tenant: Tenant):
    group = made(tenant)

    groups.change(group, name="Deciders", addresses=["tom@gov.bc.ca"])

    assert found(tenant, "deciders").addresses == ("tom@gov.bc.ca",)


def test_addresses_are_sealed(tenant: Tenant):
    made(tenant)

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT address FROM {Member._meta.db_table}")
        stored = [bytes(row[0]) for row in cursor.fetchall()]

    assert len(stored) == 2
    assert not any(b"gov" in one for one in stored)


def test_a_group_that_an_event_type_names_stays():
    tenant = tenant_with_mail()
    group = made(tenant)
    to = [{"group": "Approvers"}]
    published(tenant, "decided", mail_design(values={"recipients": {"to": to}}))

    with pytest.raises(GroupInUse, match="decided v1"):
        groups.delete(group)

    free = made(tenant, "Free")
    groups.delete(free)
    assert not Group.for_tenant(tenant).filter(name="Free").exists()
