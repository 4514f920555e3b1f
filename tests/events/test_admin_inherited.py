"""The event type's form tells what its empty fields inherit, and from which layer."""

from __future__ import annotations

import pytest

from events.models import SystemDefaults, TenantDefaults
from tenants.models import Tenant
from tests.events.designed import mail_design, published
from tests.events.scene import account_of, sender_of, tenant_with_mail
from tests.events.test_admin_event_types import page, someone

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    return tenant_with_mail()


def test_empty_fields_show_the_value_and_its_layer(tenant: Tenant):
    sender = sender_of(tenant, "desk@example.org")
    values = {"replyTo": ["ask@example.org"], "priority": "high"}
    row = TenantDefaults(tenant=tenant, channel="email", sender=sender, values=values)
    row.account = account_of(tenant, "email", "Own mail")
    row.save()
    SystemDefaults(channel="sms", values={"onUnknown": "hold"}).save()
    event = published(tenant, "AppRec", mail_design())

    shown = someone(tenant, "designer").get(page(event)).content.decode()

    for words in (
        "desk@example.org (from the tenant&#x27;s defaults)",
        "Own mail (from the tenant&#x27;s defaults)",
        "High: before everything else (from the tenant&#x27;s defaults)",
        "ask@example.org (from the tenant&#x27;s defaults)",
        "Stop and let a person decide (from the system&#x27;s defaults)",
    ):
        assert words in shown, words


def test_without_defaults_nothing_is_told(tenant: Tenant):
    event = published(tenant, "AppRec", mail_design())

    shown = someone(tenant, "designer").get(page(event)).content.decode()

    assert "(from the" not in shown


def test_what_a_field_replaces_is_told_below_it(tenant: Tenant):
    values = {"priority": "high"}
    TenantDefaults(tenant=tenant, channel="email", values=values).save()
    event = published(tenant, "AppRec", mail_design(values={"priority": "low"}))

    shown = someone(tenant, "designer").get(page(event)).content.decode()

    words = "High: before everything else (from the tenant&#x27;s defaults)"
    assert f"Instead of: {words}" in shown


def test_the_tenants_defaults_show_what_the_system_says(tenant: Tenant):
    system = account_of(None, "email", "System mail")
    values = {"priority": "low", "replyTo": ["ask@example.org", "<b>"]}
    SystemDefaults(
        channel="email", account=system, values=values, locked=["replyTo"]
    ).save()
    own = TenantDefaults(tenant=tenant, channel="email")
    own.values = {"priority": "high", "replyTo": ["own@example.org"]}
    own.save()
    client = someone(tenant, "designer")

    form = client.get(f"/admin/events/tenantdefaults/{own.pk}/change/")
    listed = client.get("/admin/events/tenantdefaults/").content.decode()

    shown = form.content.decode()
    low = "Low: after everything else (from the system&#x27;s defaults)"
    assert f"Instead of: {low}" in shown
    assert "ask@example.org, &lt;b&gt; (from the system&#x27;s defaults)" in shown
    assert "<b>" not in shown
    assert "The system keeps this for itself." in shown
    assert form.context["adminform"].form.fields["reply_to"].disabled
    assert "What the system says" in listed
    assert "account: System mail" in listed


def test_tenants_people_do_not_change_what_the_system_says(tenant: Tenant):
    row = SystemDefaults(channel="email", values={"priority": "low"})
    row.save()

    answer = someone(tenant, "admin").post(
        f"/admin/events/systemdefaults/{row.pk}/change/", {"priority": "high"}
    )

    assert answer.status_code == 404
