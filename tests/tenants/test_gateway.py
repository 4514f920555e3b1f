"""Consumers that a gateway has authenticated for us."""

# mypy: disable-error-code="union-attr"
# A None where there should be a caller fails the test by itself.

from __future__ import annotations

import ipaddress

import pytest
from django.test import RequestFactory

from notify_project.remembering import Memory
from tenants import gateway
from tenants.gateway import has_consumer, verify_consumer
from tenants.models import AuditEntry, Membership, Tenant
from tests.notify_project.test_remembering import Clock
from tests.tenants.factories import TenantFactory

pytestmark = pytest.mark.django_db
PROXY = "10.0.0.1"


@pytest.fixture(autouse=True)
def proxies(settings):
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("10.0.0.0/8")]


def request(remote=PROXY, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return RequestFactory().get("/", REMOTE_ADDR=remote, headers=named)


def test_a_registered_consumer_is_its_tenant():
    tenant = TenantFactory(gateway_consumer="kong-1")

    caller = verify_consumer(request(X_Consumer_ID="kong-1", X_Consumer_Username="s"))

    assert (caller.tenant, caller.key_type, caller.name) == (tenant, "live", "kong-1")
    assert caller.scopes == {"send", "read", "manage"}


def test_the_name_will_do_where_the_operator_wrote_down_the_name():
    tenant = TenantFactory(gateway_consumer="shop")

    caller = verify_consumer(request(X_Consumer_ID="k-1", X_Consumer_Username="shop"))

    assert caller.tenant == tenant


def test_the_id_comes_before_the_name():
    by_id = TenantFactory(gateway_consumer="k-1")
    TenantFactory(gateway_consumer="shop")

    caller = verify_consumer(request(X_Consumer_ID="k-1", X_Consumer_Username="shop"))

    assert caller.tenant == by_id


def test_a_consumer_costs_one_query_and_then_none(django_assert_num_queries):
    TenantFactory(gateway_consumer="kong-1")

    with django_assert_num_queries(1):
        verify_consumer(request(X_Consumer_ID="kong-1"))
    with django_assert_num_queries(0):
        verify_consumer(request(X_Consumer_ID="kong-1"))


@pytest.mark.parametrize("remote", ["203.0.113.9", "11.0.0.1", "", "127.0.0.1"])
def test_the_headers_mean_nothing_from_anybody_else(remote):
    assert not has_consumer(request(remote, X_Consumer_ID="kong-1"))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X_Tenant_ID": "one"},
        {"X_Consumer_ID": ""},
        {"X_Consumer_ID": "kong\x00"},
        {"X_Consumer_ID": "x" * 300},
        {"X_Consumer_ID": "kong-1", "X_Anonymous_Consumer": "true"},
    ],
)
def test_headers_that_name_nobody_are_no_identity(headers):
    assert not has_consumer(request(**headers))


def test_an_unknown_consumer_is_nobody():
    assert verify_consumer(request(X_Consumer_ID="kong-1")) is None
    assert not Tenant.objects.exists()


def test_an_inactive_tenant_is_refused():
    TenantFactory(gateway_consumer="kong-1", active=False)

    assert verify_consumer(request(X_Consumer_ID="kong-1")) is None


@pytest.mark.parametrize("change", [{"active": False}, {"gateway_consumer": None}])
def test_a_busy_consumer_is_looked_up_again_every_few_seconds(monkeypatch, change):
    """However often it calls: what the operator took away ends within CACHE_SECONDS."""
    clock = Clock()
    remembered: Memory[tuple[str, str], Tenant] = Memory(
        size=10, seconds=lambda: 5.0, clock=clock
    )
    monkeypatch.setattr(gateway, "_tenants", remembered)
    tenant = TenantFactory(gateway_consumer="kong-1")
    assert verify_consumer(request(X_Consumer_ID="kong-1"))

    Tenant.objects.filter(pk=tenant.pk).update(**change)
    answers = []
    for second in range(1, 7):
        clock.now = float(second)
        answers.append(verify_consumer(request(X_Consumer_ID="kong-1")) is not None)

    assert answers == [True, True, True, True, False, False]


def test_a_first_call_registers_where_the_operator_allows_it(settings):
    settings.GATEWAY_AUTO_REGISTER = True
    TenantFactory(slug="web-shop")
    headers = {"X_Consumer_ID": "kong-1", "X_Consumer_Username": "Web Shop"}

    first = verify_consumer(request(**headers))
    second = verify_consumer(request(**headers))

    tenant = Tenant.objects.get(gateway_consumer="kong-1")
    assert first.tenant == second.tenant == tenant
    assert (tenant.name, tenant.source) == ("Web Shop", "gateway")
    assert tenant.slug.startswith("web-shop-")
    assert AuditEntry.for_tenant(tenant).get().action == "registered"


def test_a_consumer_whose_name_holds_no_letters_can_register(settings):
    settings.GATEWAY_AUTO_REGISTER = True

    caller = verify_consumer(request(X_Consumer_Username="???"))

    assert caller.tenant.slug


def test_a_consumer_with_an_address_is_the_only_administrator(settings):
    settings.GATEWAY_AUTO_REGISTER = True

    caller = verify_consumer(request(X_Consumer_Username="Jane@Example.org"))

    member = Membership.for_tenant(caller.tenant).get()
    assert (member.user.email, member.role) == ("jane@example.org", "admin")
    assert not member.user.has_usable_password()
