"""What may be named."""

from __future__ import annotations

from typing import Any

import pytest

from events import designing, listing
from events.designing import Naming
from events.needing import Needs
from tenants.models import Tenant
from tests.events.designed import mail_design, published
from tests.events.scene import tenant_with_mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    return tenant_with_mail()


def names(tenant: Tenant) -> list[str]:
    rows = listing.callable_now(tenant.id).order_by("name")
    return [str(listing.presented(one)["name"]) for one in rows]


def test_drafts_and_what_is_off_are_not_listed(tenant: Tenant):
    published(tenant, "On", mail_design())
    designing.switch(published(tenant, "Off", mail_design()), active=False)
    designing.create(tenant, Naming("Draft"), mail_design())

    assert names(tenant) == ["On"]


def test_it_is_found_by_name_or_alias(tenant: Tenant):
    published(tenant, "One", mail_design(), aliases=("first",))
    published(tenant, "Two", mail_design())
    rows = listing.callable_now(tenant.id)

    assert [one.name for one in listing.of_name(rows, "FIRST")] == ["One"]
    assert list(listing.of_name(rows, "third")) == []


def test_a_list_of_any_length_takes_the_same_queries(
    tenant: Tenant, django_assert_num_queries: Any
):
    for number in range(4):
        published(tenant, f"Event{number}", mail_design())
    needs = Needs(tenant.id)

    with django_assert_num_queries(4):
        rows = listing.callable_now(tenant.id)
        assert len([listing.presented(one, needs) for one in rows]) == 4
