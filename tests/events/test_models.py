"""The stored layers and the rows of idempotency: what the database itself refuses."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from delivery.models import Notification
from events.models import Fingerprint, IdempotencyKey, SystemDefaults, TenantDefaults
from notify_project.errors import Invalid
from tenants.models import Tenant
from tests.events.scene import account_of, sender_of
from tests.tenants.factories import TenantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory()
    return made


def refused(row: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_a_layer_has_one_row_for_each_channel(tenant: Tenant):
    SystemDefaults(channel="email").save()
    TenantDefaults(tenant=tenant, channel="email").save()
    TenantDefaults(tenant=TenantFactory(), channel="email").save()

    refused(SystemDefaults(channel="email"))
    refused(TenantDefaults(tenant=tenant, channel="email"))


def test_what_a_layer_refers_to_cannot_be_deleted(tenant: Tenant):
    account = account_of(tenant, "email", "Mail")
    sender = sender_of(tenant, "desk@example.org")
    TenantDefaults(
        tenant=tenant, channel="email", account=account, sender=sender
    ).save()

    for one in (account, sender):
        with pytest.raises(ProtectedError):
            one.delete()


def test_a_layer_refers_to_its_own_tenants_things_only(tenant: Tenant):
    theirs = sender_of(TenantFactory(), "desk@example.org")

    with pytest.raises(Invalid):
        TenantDefaults(tenant=tenant, channel="email", sender=theirs).save()


def key_row(owner: Tenant, **changes: Any) -> IdempotencyKey:
    values = {
        "tenant": owner,
        "key_type": "live",
        "endpoint": "email",
        "key_hash": bytes(32),
        "body_hash": bytes(32),
        "status": 202,
        "answer": {"notifyId": "canary"},
        "expires_at": timezone.now(),
    }
    return IdempotencyKey(**{**values, **changes})


def test_a_key_is_there_once_for_its_tenant_type_and_endpoint(tenant: Tenant):
    key_row(tenant).save()
    for other in (
        {"tenant": TenantFactory()},
        {"key_type": "test"},
        {"endpoint": "sms"},
        {"key_hash": b"\x01" * 32},
    ):
        key_row(tenant, **other).save()

    refused(key_row(tenant, body_hash=b"\x01" * 32))


def test_a_decision_is_there_once_for_its_tenant(tenant: Tenant):
    def row(owner: Tenant) -> Fingerprint:
        notification = Notification(tenant=owner, channels=[], key_type="live")
        notification.save(force_insert=True)
        return Fingerprint(
            tenant=owner,
            hash=bytes(32),
            notification=notification,
            expires_at=timezone.now(),
        )

    row(tenant).save()
    row(TenantFactory()).save()

    refused(row(tenant))
