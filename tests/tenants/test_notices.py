"""Notices wait in the caller's transaction."""

from __future__ import annotations

import pytest
from django.db import transaction

from tenants import notices
from tenants.models import Notice
from tests.tenants.factories import TenantFactory

pytestmark = pytest.mark.django_db


def test_a_notice_waits_to_be_handled():
    tenant = TenantFactory()

    notices.store(tenant, "sender_verification", {"link": "https://example.org/v"})

    waiting = Notice.for_tenant(tenant).get()
    assert waiting.kind == "sender_verification"
    assert waiting.data == {"link": "https://example.org/v"}
    assert waiting.handled_at is None


def test_what_is_rolled_back_tells_nobody():
    tenant = TenantFactory()

    with transaction.atomic():
        notices.store(tenant, "invitation", {})
        transaction.set_rollback(True)

    assert not Notice.for_tenant(tenant).exists()
