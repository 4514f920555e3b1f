"""The people of a fan-out, as they are when it is composed."""

from __future__ import annotations

import pytest

from recipients import groups, people
from recipients.models import Member
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
THREE = ["a@example.org", "b@example.org", "c@example.org"]


@pytest.fixture
def tenant():
    return TenantFactory()


@pytest.fixture
def ids(tenant):
    groups.create(tenant, name="Three", channel_code="email", addresses=THREE)
    return [one.id for one in Member.for_tenant(tenant).order_by("id")]


def found(tenant, ids) -> list[str]:
    return [one.address for one in people.load(tenant.id, "group", ids)]


def test_they_come_in_the_order_asked_for(tenant, ids):
    assert found(tenant, ids[::-1]) == THREE[::-1]


def test_who_has_left_is_not_there(tenant, ids):
    Member.for_tenant(tenant).filter(id=ids[1]).delete()

    assert found(tenant, ids) == ["a@example.org", "c@example.org"]


def test_nobody_of_another_tenant_is_there(ids):
    assert found(TenantFactory(), ids) == []


def test_an_address_that_does_not_open_hides_no_other(tenant, ids, settings):
    kept = settings.SEALING_KEYS
    settings.SEALING_KEYS = "other:QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVoxMjM0NTY="
    Member.for_tenant(tenant).filter(id=ids[0]).update(address="a@example.org")
    settings.SEALING_KEYS = kept

    assert found(tenant, ids) == ["", "b@example.org", "c@example.org"]
