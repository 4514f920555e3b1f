"""The default callback: one for a tenant, one for all, judged when it is saved."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from events.models import CallbackDefaults
from tenants.models import AuditEntry, Tenant
from tests.tenants.factories import MembershipFactory, TenantFactory, UserFactory

pytestmark = pytest.mark.django_db
ADD = "admin:events_callbackdefaults_add"
LIST = "admin:events_callbackdefaults_changelist"
URL = "http://127.0.0.1:9/hook"


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory()
    return made


def in_role(tenant: Tenant, role: str = "admin") -> Client:
    client = Client()
    client.force_login(MembershipFactory(tenant=tenant, role=role).user)
    return client


def operator() -> Client:
    client = Client()
    client.force_login(UserFactory(is_superuser=True))
    return client


def test_a_tenants_own_is_one_and_audited(tenant: Tenant):
    client = in_role(tenant)

    client.post(reverse(ADD), {"url": URL, "on": "failure"})

    made = CallbackDefaults.for_tenant(tenant).get()
    assert made.values == {"url": URL, "on": ["failure"]}
    again = client.post(reverse(ADD), {"url": f"{URL}/2", "on": "both"})
    assert again.headers["Location"].endswith(f"/{made.pk}/change/")
    assert CallbackDefaults.for_tenant(tenant).get().url == URL
    assert AuditEntry.for_tenant(tenant).get().action == "created"


def test_one_that_cannot_be_called_is_refused(tenant: Tenant):
    page = in_role(tenant).post(reverse(ADD), {"url": "http://10.0.0.1/", "on": "both"})

    assert "The address is not allowed" in page.text
    assert not CallbackDefaults.for_tenant(tenant).exists()


def test_without_a_url_it_switches_callbacks_off(tenant: Tenant):
    in_role(tenant).post(reverse(ADD), {"url": "", "on": "both"})

    assert CallbackDefaults.for_tenant(tenant).get().values == {}


def test_the_systems_is_the_operators_alone(tenant: Tenant):
    operator().post(reverse(ADD), {"url": URL, "on": "both"})

    assert CallbackDefaults.of_system().get().url == URL
    assert URL not in in_role(tenant).get(reverse(LIST)).text
    assert URL in operator().get(reverse(LIST)).text


@pytest.mark.parametrize("role", ["designer", "support"])
def test_others_look_at_it(tenant: Tenant, role: str):
    row = CallbackDefaults(tenant=tenant, url=URL)
    row.save()
    url = reverse("admin:events_callbackdefaults_change", args=[row.pk])
    client = in_role(tenant, role)

    assert URL in client.get(url).text
    assert client.post(url, {"url": f"{URL}/2", "on": "both"}).status_code == 403
