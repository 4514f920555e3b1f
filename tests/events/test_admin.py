"""The admin's pages of defaults, and its start page, used as a browser would."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.models import SystemDefaults, TenantDefaults
from providers.models import Account, Sender
from tenants.models import AuditEntry
from tests.furnished import Furnished, furnish
from tests.tenants.factories import MembershipFactory, TenantFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def parks() -> Furnished:
    return furnish("parks")


@pytest.fixture
def admin(parks) -> Client:
    return logged_in(parks.member)


@pytest.fixture
def operator() -> Client:
    return logged_in(UserFactory(is_superuser=True))


def logged_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def defaults_of(parks: Furnished) -> TenantDefaults:
    return TenantDefaults.for_tenant(parks.tenant).get(channel="email")


def change(row) -> str:
    name = type(row)._meta.model_name
    return reverse(f"admin:events_{name}_change", args=[row.pk])


def test_values_have_fields_of_their_own(admin, parks):
    row = defaults_of(parks)
    Sender.across_tenants().update(verified_at=timezone.now())

    answer = admin.post(
        change(row),
        {
            "account": str(row.account_id),
            "sender": str(row.sender_id),
            "body_type": "html",
            "engine": "mustache",
            "priority": "low",
            "reply_to": "A@example.org, b@example.org",
        },
    )

    row.refresh_from_db()
    assert answer.status_code == 302
    assert row.values == {
        "bodyType": "html",
        "defaultRenderer": "mustache",
        "priority": "low",
        "replyTo": ["A@example.org", "b@example.org"],
    }
    assert AuditEntry.for_tenant(parks.tenant).filter(action="changed").exists()


def test_an_emptied_field_says_nothing_and_other_values_stay(admin, parks):
    row = defaults_of(parks)
    row.values = {"priority": "high", "headers": {"X-Team": "parks"}}
    row.save()

    admin.post(change(row), {"account": "", "sender": "", "priority": ""})

    row.refresh_from_db()
    assert row.values == {"headers": {"X-Team": "parks"}}
    assert row.account is None


def test_a_wrong_address_is_told_beside_its_field(admin, parks):
    row = defaults_of(parks)

    page = admin.post(change(row), {"reply_to": "nobody"}).content.decode()

    assert "errornote" in page


def test_choices_are_of_the_tenant_and_channel(admin, parks):
    Account(
        tenant=parks.tenant, channel="sms", provider="sms.sandbox", name="Text"
    ).save()
    Account(channel="email", provider="email.sandbox", name="Everybodys").save()
    Sender(tenant=parks.tenant, channel="sms", address="+16045550100").save()

    page = admin.get(change(defaults_of(parks))).content.decode()

    assert "Everybodys" in page
    assert "parks account" in page
    assert "Text</option>" not in page
    assert "+16045550100" not in page


def test_a_channel_has_one_row(admin, parks):
    add = reverse("admin:events_tenantdefaults_add")

    offered = admin.get(add).content.decode()
    again = admin.post(f"{add}?channel=email", {}).content.decode()

    assert "?channel=email" not in offered
    assert "?channel=sms" in offered
    assert "errornote" in again
    assert TenantDefaults.for_tenant(parks.tenant).count() == 1


def test_chat_has_no_sender(admin):
    add = reverse("admin:events_tenantdefaults_add")

    page = admin.get(f"{add}?channel=msgApp").content.decode()

    assert 'name="account"' in page
    assert 'name="sender"' not in page


def test_support_looks_at_defaults(parks):
    client = logged_in(MembershipFactory(tenant=parks.tenant, role="support").user)
    row = defaults_of(parks)

    assert "reply@parks.example" in client.get(change(row)).content.decode()
    assert client.post(change(row), {}).status_code == 403


def test_the_systems_defaults_are_the_operators(admin, operator):
    add = reverse("admin:events_systemdefaults_add")

    refused = admin.post(f"{add}?channel=sms", {})
    operator.post(
        f"{add}?channel=sms", {"priority": "low", "locked": "account\npriority"}
    )

    row = SystemDefaults.objects.get()
    assert refused.status_code == 403
    assert (row.channel, row.values) == ("sms", {"priority": "low"})
    assert row.locked == ["account", "priority"]
    assert AuditEntry.of_system().count() == 1


def test_the_start_page_tells_what_is_still_to_do():
    tenant = TenantFactory(name="Empty")
    client = logged_in(MembershipFactory(tenant=tenant, role="admin").user)

    page = client.get(reverse("admin:index")).content.decode()

    assert "Empty: ready to send?" in page
    assert "Issue an API key" in page
    assert "check_circle" not in page


def test_what_is_done_has_its_mark_and_the_latest_are_listed(admin, parks):
    page = admin.get(reverse("admin:index")).content.decode()

    assert page.count("check_circle") == 3
    assert f"/{parks.notification.id}/" in page


def test_who_has_no_tenant_is_told_whom_to_ask():
    page = logged_in(UserFactory()).get(reverse("admin:index")).content.decode()

    assert "Ask an administrator of your tenant" in page
