"""Expired keys and fingerprints go, living ones stay."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from events.forgetting import forget_expired
from events.models import Fingerprint, IdempotencyKey
from notify_project.db.ids import uuid7
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


def _rows(tenant, number, *, expires_in):
    expires_at = timezone.now() + expires_in
    Fingerprint(
        tenant=tenant,
        hash=bytes([number] * 32),
        notification_id=uuid7(),
        expires_at=expires_at,
    ).save()
    IdempotencyKey(
        tenant=tenant,
        key_type="live",
        endpoint="email",
        key_hash=bytes([number] * 32),
        body_hash=bytes(32),
        status=202,
        answer={},
        expires_at=expires_at,
    ).save()


def test_only_what_has_run_out_is_forgotten():
    tenant = TenantFactory()
    _rows(tenant, 1, expires_in=timedelta(seconds=-1))
    _rows(tenant, 2, expires_in=timedelta(hours=1))

    forget_expired()

    assert [bytes(row.hash)[0] for row in Fingerprint.for_tenant(tenant)] == [2]
    assert [bytes(row.key_hash)[0] for row in IdempotencyKey.for_tenant(tenant)] == [2]
