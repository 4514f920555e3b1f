"""The safe list: kept in one form, asked by everybody who is restricted."""

from __future__ import annotations

import pytest
from django.db import connection

from recipients import erasing, safe_list
from recipients.errors import InvalidSafeList
from tests.tenants.factories import MembershipFactory, TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
ANN, JANE = "ann@example.org", "+17787001234"


def test_it_is_replaced_as_a_whole_in_the_channels_one_form():
    tenant = TenantFactory(phone_region="CA")
    safe_list.replace(tenant, ["bob@example.org"])

    kept = safe_list.replace(tenant, [ANN, "(778) 700-1234", JANE])

    assert kept == safe_list.current(tenant) == [ANN, JANE]
    assert safe_list.replace(tenant, []) == safe_list.current(tenant) == []


def test_what_is_no_address_is_named_and_nothing_changes():
    tenant = TenantFactory()
    safe_list.replace(tenant, [ANN])
    with pytest.raises(InvalidSafeList) as refused:
        safe_list.replace(tenant, [ANN, "nobody"])

    assert [one.field for one in refused.value.errors] == ["addresses[1]"]
    assert safe_list.current(tenant) == [ANN]


def test_strangers_are_those_that_nobody_listed():
    tenant = TenantFactory(phone_region="CA")
    member = MembershipFactory(tenant=tenant)
    MembershipFactory(tenant=TenantFactory(), user__email="other@example.org")
    safe_list.replace(tenant, [ANN, JANE])
    mails = [
        *(ANN.upper(), member.user.email, "delivered@simulator.notify"),
        *("bob@example.org", "other@example.org"),
    ]

    assert safe_list.strangers(tenant, "email", mails) == mails[3:]
    assert safe_list.strangers(tenant, "sms", [JANE, "+17787009999"]) == [
        "+17787009999"
    ]
    assert safe_list.strangers(tenant, "sms", ["+447700900000"]) == []
    assert safe_list.strangers(tenant, "msgApp", ["room"]) == []


def test_it_is_sealed_and_forgotten_with_the_person():
    tenant = TenantFactory(phone_region="CA")
    safe_list.replace(tenant, [ANN, JANE])
    with connection.cursor() as cursor:
        cursor.execute("SELECT safe_list FROM tenants_tenant")
        stored = b"".join(bytes(one[0]) for one in cursor.fetchall() if one[0])
    assert stored
    assert ANN.encode() not in stored

    erasing.forget(erasing.person(tenant, ANN))

    assert safe_list.current(tenant) == [JANE]
