"""Services as they are used: found, ready, tried out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from pytest_httpserver import HTTPServer

from providers import downstream
from providers.documents.http import HttpDocuments
from providers.downstream import UnknownService
from providers.models import Service
from tenants.models import Tenant
from tests.tenants.factories import TenantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory()
    return made


def service(tenant: Tenant | None, name: str = "Letters", **changes: Any) -> Service:
    values = {"provider": "documents.http", "config": {"url": "https://127.0.0.1/x"}}
    made = Service(tenant=tenant, name=name, **{**values, **changes})
    made.save()
    return made


def find(tenant: Tenant, reference: str) -> Service:
    return downstream.find(tenant.id, reference, kind="documents", field="a.service")


def test_it_is_found_by_name_in_any_case_or_by_id(tenant: Tenant):
    made = service(tenant)

    assert find(tenant, "letters") == find(tenant, str(made.id)) == made


def test_ones_own_goes_before_the_systems(tenant: Tenant):
    common = service(None)
    assert find(tenant, "Letters") == common

    own = service(tenant)

    assert find(tenant, "Letters") == own
    assert find(tenant, str(common.id)) == common


def test_whatever_is_not_offered_is_unknown(tenant: Tenant):
    theirs = service(TenantFactory())
    service(tenant, "Off", active=False)
    service(tenant, "Other", provider="subscriptions.http")

    for reference in ("Off", "Other", "Letters", str(theirs.id)):
        with pytest.raises(UnknownService) as caught:
            find(tenant, reference)
        assert caught.value.errors[0].field == "a.service"


def test_of_a_kind_ones_own_goes_before_the_systems(tenant: Tenant):
    def chosen() -> str:
        field = "content.renderer"
        return downstream.of_kind(tenant.id, "documents.http", field=field).name

    with pytest.raises(UnknownService, match=r"content\.renderer: .* Services"):
        chosen()
    service(None, "Common")
    service(TenantFactory(), "Another's")
    service(tenant, "A off", active=False)
    service(tenant, "A cstar", provider="directories.cstar")
    assert chosen() == "Common"
    service(tenant, "Own")
    assert chosen() == "Own"


def test_those_that_can_be_called_are_ready(
    tenant: Tenant, django_assert_num_queries: Any
):
    well, off = service(tenant), service(tenant, "Off", active=False)
    broken = service(tenant, "Broken", config={})

    with django_assert_num_queries(1):
        found = downstream.ready([well.id, off.id, broken.id, UUID(int=1)])

    assert list(found) == [str(well.id)]
    assert isinstance(found[str(well.id)], HttpDocuments)
    with django_assert_num_queries(0):
        assert downstream.ready([]) == {}


def test_what_a_check_finds_is_kept(tenant: Tenant, httpserver: HTTPServer):
    httpserver.expect_request("/make").respond_with_data("")
    made = service(tenant, config={"url": httpserver.url_for("/make")})

    well, told = downstream.check(made)

    made.refresh_from_db()
    assert (well, made.check_ok, made.check_detail) == (True, True, told)
    assert made.checked_at


def test_a_check_that_fails_says_why(tenant: Tenant):
    made = service(tenant, config={"url": "http://127.0.0.1:1/x"})

    well, told = downstream.check(made)

    assert (well, told) == (
        False,
        "The connection was refused or the host is not reachable.",
    )
