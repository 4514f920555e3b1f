"""What of some params a service would be given, seen without asking it."""

from __future__ import annotations

import html
import json

import pytest
from django.test import Client
from django.urls import reverse

from providers.models import Service
from tenants.models import Tenant
from tests.tenants.factories import MembershipFactory, TenantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    return TenantFactory()


@pytest.fixture
def letters(tenant: Tenant) -> Service:
    return service_of(
        tenant,
        required=["number"],
        taken={"citizen": "applicant.name"},
        fixed={"office": "Victoria"},
    )


def service_of(tenant: Tenant, provider: str = "documents.http", **more) -> Service:
    url = {"url": "https://127.0.0.1/make"}
    made = Service(tenant=tenant, name="Letters", provider=provider, config=url, **more)
    made.save()
    return made


def someone(tenant: Tenant, role: str = "admin") -> Client:
    client = Client()
    client.force_login(MembershipFactory(tenant=tenant, role=role).user)
    return client


def page(service: Service, name: str = "mapping") -> str:
    return reverse(f"admin:providers_service_{name}", args=[service.pk])


def test_what_it_is_given_is_shown(tenant, letters):
    params = {"applicant": {"name": "Jane", "age": 40}, "office": "Nelson"}

    answer = someone(tenant).post(page(letters), {"params": json.dumps(params)})

    shown = html.unescape(answer.content.decode())
    assert '"citizen": "Jane"' in shown
    assert '"office": "Victoria"' in shown
    assert "Missing in params: number." in shown


def test_it_begins_with_an_example_that_has_all_that_it_needs(tenant, letters):
    shown = someone(tenant).get(page(letters)).content.decode()

    assert '"citizen": "…"' in html.unescape(shown)
    assert "Missing in params" not in shown
    assert page(letters) in someone(tenant).get(page(letters, "change")).text


def test_what_is_no_object_is_told_in_words(tenant, letters):
    shown = someone(tenant).post(page(letters), {"params": "[1"}).content.decode()

    assert "this is not JSON" in html.unescape(shown)


def test_a_directory_is_given_nothing(tenant):
    assert (
        someone(tenant).get(page(service_of(tenant, "directories.http"))).status_code
        == 404
    )


@pytest.mark.parametrize(
    ("provider", "asked"),
    [("documents.http", True), ("directories.http", False)]
    + [("subscriptions.http", False)],
)
def test_only_what_is_given_params_is_asked_for_them(tenant, provider, asked):
    add = f"{reverse('admin:providers_service_add')}?provider={provider}"

    shown = someone(tenant).get(add).content.decode()

    assert ("Required params" in shown) is asked


def test_only_who_may_change_it_sees_how_it_is_mapped(tenant, letters):
    assert someone(tenant, "designer").get(page(letters)).status_code == 403
    assert someone(TenantFactory()).get(page(letters)).status_code == 404
