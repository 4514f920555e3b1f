"""A unique row: one is first, and only what is free is replaced."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError
from django.utils import timezone

from events.models import IdempotencyKey
from notify_project.db.unique import (
    db_value,
    insert_first,
    insert_or_replace,
    is_lock_timeout,
)
from tenants.models import Tenant
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]

UNIQUE = "tenant_id, key_type, endpoint, key_hash"


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory()
    return made


def row(tenant: Tenant, **changes: Any) -> IdempotencyKey:
    values = {
        "key_type": "live",
        "endpoint": "things",
        "key_hash": b"k" * 32,
        "body_hash": b"b" * 32,
        "status": 201,
        "answer": {"a": 1},
        "expires_at": timezone.now() + timedelta(hours=1),
    }
    return IdempotencyKey(tenant=tenant, **{**values, **changes})


def stored(tenant: Tenant) -> list[int]:
    return list(IdempotencyKey.for_tenant(tenant).values_list("status", flat=True))


def test_the_first_is_inserted_and_the_second_changes_nothing(tenant: Tenant):
    answers = [insert_first(row(tenant, status=n), unique=UNIQUE) for n in (1, 2)]

    assert answers == [True, False]
    assert stored(tenant) == [1]
    assert IdempotencyKey.for_tenant(tenant).get().answer == {"a": 1}


def test_what_is_free_is_replaced_and_nothing_else(tenant: Tenant):
    def put(status: int, limit: int) -> bool:
        return insert_or_replace(
            row(tenant, status=status),
            unique=UNIQUE,
            free="events_idempotencykey.status < %s",
            parameters=[db_value(IdempotencyKey, "status", limit)],
        )

    assert [put(1, 0), put(2, 1), put(3, 2)] == [True, False, True]
    assert stored(tenant) == [3]


def test_only_a_wait_that_ran_out_is_one():
    timeout = OperationalError("canceling statement due to lock timeout")
    timeout.__cause__ = type("Timeout", (Exception,), {"sqlstate": "55P03"})()

    assert is_lock_timeout(timeout)
    assert not is_lock_timeout(OperationalError("the connection is lost"))


def test_other_mistakes_are_told(tenant: Tenant):
    with pytest.raises(IntegrityError):
        insert_first(row(tenant, endpoint=None), unique=UNIQUE)
