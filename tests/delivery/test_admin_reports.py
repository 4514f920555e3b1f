"""The admin's page of reports, used as a browser would."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from delivery.models import Content
from tests.delivery.accepted import accepted, end
from tests.tenants.factories import MembershipFactory, TenantFactory, UserFactory

pytestmark = pytest.mark.django_db
PAGE = "admin:delivery_dailycount_changelist"
FILE = "admin:delivery_dailycount_csv"


@pytest.fixture
def tenant():
    return TenantFactory(name="Parks")


def someone(tenant, role: str = "support") -> Client:
    client = Client()
    client.force_login(MembershipFactory(tenant=tenant, role=role).user)
    return client


def sent(tenant, **changes):
    end(accepted(tenant, **changes), "delivered")


@pytest.mark.parametrize("role", ["admin", "designer", "support"])
def test_everybody_of_a_tenant_finds_its_numbers_in_the_menu(tenant, role):
    sent(tenant, event_type="permit-issued")
    client = someone(tenant, role)

    start = client.get(reverse("admin:index")).content.decode()
    page = client.get(reverse(PAGE)).content.decode()

    assert reverse(PAGE) in start
    assert "permit-issued" in page
    assert "<dd>1</dd>" in page


def test_the_days_can_be_chosen(tenant):
    sent(tenant, event_type="permit-issued")

    page = someone(tenant).get(
        reverse(PAGE), {"first": "2025-01-01", "last": "2025-01-31"}
    )

    assert "permit-issued" not in page.content.decode()
    assert 'value="2025-01-31"' in page.content.decode()


@pytest.mark.parametrize(
    "query", [{"first": "x"}, {"first": "2020-01-01"}, {"tenant__name": "x"}]
)
def test_nonsense_leads_back_with_a_sentence(tenant, query):
    answer = someone(tenant).get(reverse(PAGE), query, follow=True)

    assert answer.redirect_chain == [(reverse(PAGE), 302)]
    assert "The last 30 days are shown." in answer.content.decode()


def test_the_file_holds_the_same_for_a_spreadsheet(tenant):
    sent(tenant)
    Content.for_tenant(tenant).update(template="Été")
    client = someone(tenant)

    text = b"".join(client.get(reverse(FILE))).decode("utf-8-sig")

    assert "Été" in text
    assert reverse(FILE) in client.get(reverse(PAGE)).content.decode()


def test_no_file_shows_another_tenants_counts(tenant):
    sent(TenantFactory(), event_type="secret-event")

    text = b"".join(someone(tenant).get(reverse(FILE))).decode()

    assert "secret-event" not in text


def test_an_operator_above_all_tenants_is_told_to_choose_one():
    client = Client()
    client.force_login(UserFactory(is_superuser=True))

    assert "Choose a tenant" in client.get(reverse(PAGE)).content.decode()
    assert client.get(reverse(FILE)).status_code == 404
    assert client.get(reverse(FILE), {"first": "x"}).status_code == 404
