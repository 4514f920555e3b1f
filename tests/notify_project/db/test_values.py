"""Many rows, different values, one statement, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from delivery.models import Notification
from notify_project.db import clock
from notify_project.db.values import insert_objects, update_rows
from tenants.models import Notice, Tenant
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


def test_each_row_gets_its_own_values_in_one_statement():
    one, two, other = TenantFactory(), TenantFactory(), TenantFactory(name="Other")
    rows = [
        {
            "id": one.id,
            "name": "First",
            "active": False,
            "idempotency_window_seconds": None,
        },
        {
            "id": two.id,
            "name": "It's 100 %",
            "active": True,
            "idempotency_window_seconds": 7,
        },
    ]

    with CaptureQueriesContext(
        connection,
    ) as queries:
        update_rows(Tenant, rows)

    assert len(queries) == 1
    found = Tenant.objects.order_by("id").values_list(
        "name", "active", "idempotency_window_seconds"
    )
    assert list(found) == [
        ("First", False, None),
        ("It's 100 %", True, 7),
        ("Other", True, None),
    ]
    assert other.name == "Other"


def test_nothing_to_do_is_no_statement():
    with CaptureQueriesContext(connection) as queries:
        update_rows(Tenant, [])

    assert len(queries) == 0


def test_objects_of_several_tables_are_inserted_together():
    tenant = Tenant(name="It's 100 %", slug="one")
    notices = [
        Notice(tenant=tenant, kind="first", data={"a": [1, None]}),
        Notice(tenant=tenant, kind="second", data={}),
    ]

    with CaptureQueriesContext(connection) as queries:
        insert_objects([tenant], [], notices)

    if connection.vendor == "postgresql":
        assert len(queries) == 1
    assert Tenant.objects.get().name == "It's 100 %"
    found = Notice.across_tenants().order_by("kind").values_list("kind", "data")
    assert list(found) == [("first", {"a": [1, None]}), ("second", {})]


def test_a_default_of_the_database_is_left_to_it():
    tenant, then = TenantFactory(), datetime(2020, 1, 1, tzinfo=UTC)
    given = Notification(tenant=tenant, status="given", created_at=then)
    left = Notification(tenant=tenant, status="left")

    insert_objects([given, left])

    rows = Notification.across_tenants().values_list("status", "created_at")
    found = dict(rows)
    assert found["given"] == then
    assert abs(found["left"] - clock.now()) < timedelta(minutes=1)
