"""Endpoints in trouble are told of where a tenant's people look first."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from tenants.models import Tenant
from tests.callbacks.scene import endpoint
from tests.callbacks.test_admin import in_role
from tests.tenants.factories import TenantFactory

pytestmark = pytest.mark.django_db
WARNED = "An endpoint has not answered well for a day"
OFF = "An endpoint was switched off, as it did not answer well"


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory()
    return made


def first_page(tenant: Tenant) -> str:
    return in_role(tenant, "support").get(reverse("admin:index")).text


def test_one_that_has_failed_for_a_day_is_told_of_on_the_first_page(tenant: Tenant):
    endpoint(tenant, warned_at=timezone.now())

    assert WARNED in first_page(tenant)


@pytest.mark.parametrize("why", ["gone", "failing"])
def test_one_that_was_switched_off_is_too(tenant: Tenant, why: str):
    endpoint(tenant, active=False, off_because=why)
    endpoint(tenant, warned_at=timezone.now())

    page = first_page(tenant)

    assert OFF in page
    assert "?origin=all&amp;active__exact=0" in page


def test_what_people_switched_off_themselves_and_others_trouble_is_not(tenant: Tenant):
    endpoint(tenant, active=False, off_because="by_hand")
    endpoint(TenantFactory(), active=False, off_because="gone")

    page = first_page(tenant)

    assert OFF not in page
    assert WARNED not in page
