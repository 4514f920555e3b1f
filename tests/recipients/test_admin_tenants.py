"""A tenant's page in the admin: its safe list, one address a line."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from recipients import safe_list
from tenants.models import AuditEntry, Tenant
from tests.tenants.factories import MembershipFactory, TenantFactory, UserFactory

pytestmark = pytest.mark.django_db
ANN, JANE = "ann@example.org", "+17787001234"


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory(name="Parks", phone_region="CA", trial=True)
    return made


def someone(tenant: Tenant, role: str) -> Client:
    client = Client()
    client.force_login(MembershipFactory(tenant=tenant, role=role).user)
    return client


def page_of(tenant: Tenant) -> str:
    return reverse("admin:tenants_tenant_change", args=[tenant.pk])


def save(client: Client, tenant: Tenant, *addresses: str, **changes: Any) -> Any:
    given = {
        "name": tenant.name,
        "time_zone": tenant.time_zone,
        "locale": tenant.locale,
        "phone_region": tenant.phone_region,
        "missing_params": tenant.missing_params,
        "idempotency_window_seconds": "",
        "safe_addresses": "\r\n".join(addresses),
        **changes,
    }
    return client.post(page_of(tenant), given)


def test_an_administrator_keeps_the_safe_list_of_the_tenant(tenant):
    client = someone(tenant, "admin")

    assert save(client, tenant, ANN, "", "(778) 700-1234").status_code == 302
    assert safe_list.current(tenant) == [ANN, JANE]
    assert f"{ANN}\n{JANE}" in client.get(page_of(tenant)).content.decode()

    assert save(client, tenant).status_code == 302
    assert safe_list.current(tenant) == []


def test_the_audit_tells_that_it_changed_and_not_who_is_on_it(tenant):
    save(someone(tenant, "admin"), tenant, ANN)

    entry = AuditEntry.for_tenant(tenant).get()
    assert entry.changes == {"safe_list": "changed"}


def test_what_is_no_address_is_told_and_nothing_is_saved(tenant):
    safe_list.replace(tenant, [ANN])

    answer = save(someone(tenant, "admin"), tenant, ANN, "nobody", name="Other")

    assert "in full" in answer.content.decode()
    assert safe_list.current(tenant) == [ANN]
    assert Tenant.objects.get(id=tenant.id).name == "Parks"


def test_an_operator_makes_a_tenant_with_one():
    client = Client()
    client.force_login(UserFactory(is_superuser=True))
    given = {
        "name": "Parks",
        "slug": "parks",
        "active": "on",
        "trial": "on",
        "time_zone": "America/Vancouver",
        "locale": "en",
        "phone_region": "CA",
        "missing_params": "error",
        "max_delay_days": "30",
        "content_retention_days": "30",
        "metadata_retention_days": "90",
        "links": "{}",
        "role_groups": "{}",
        "safe_addresses": ANN,
    }

    answer = client.post(reverse("admin:tenants_tenant_add"), given)

    assert answer.status_code == 302, answer.content.decode()
    assert safe_list.current(Tenant.objects.get(slug="parks")) == [ANN]


@pytest.mark.parametrize("role", ["designer", "support"])
def test_others_see_it_and_cannot_change_it(tenant, role):
    safe_list.replace(tenant, [ANN])
    client = someone(tenant, role)

    assert ANN in client.get(page_of(tenant)).content.decode()
    assert save(client, tenant, JANE).status_code == 403
    assert safe_list.current(tenant) == [ANN]
