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
