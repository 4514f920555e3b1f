"""Finding notifications by a complete value."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from delivery import searching
from delivery.models import Notification, NotificationTag
from delivery.recording import record_repeat
from delivery.searching import by_text
from tests.delivery.accepted import accepted, email_plan
from tests.furnished import furnish, notify
from tests.tenants.factories import TenantFactory

pytestmark = pytest.mark.django_db


def found(made, text, tenant="own"):
    rows = Notification.for_tenant(made.tenant)
    return list(by_text(rows, text, tenant=made.tenant if tenant == "own" else None))


@pytest.mark.parametrize(
    "text", ["parks-correlation", " parks-tag ", "to@parks.example", "TO@PARKS.example"]
)
def test_correlation_tag_and_address(text):
    made = furnish("parks")

    assert found(made, text) == [made.notification]


def test_the_id_in_any_spelling():
    made = furnish("parks")

    assert found(made, made.notification.id.hex.upper()) == [made.notification]


def test_a_tag_may_look_like_an_id():
    made, tag = furnish("parks"), "0199c1f0-3c55-7d80-9b1e-0242ac120002"
    NotificationTag(
        tenant=made.tenant,
        notification=made.notification,
        tag=tag,
        created_at=made.notification.created_at,
    ).save()

    assert found(made, tag) == [made.notification]


@pytest.mark.parametrize("text", ["7787001234", "+1 (778) 700-1234", "17787001234"])
def test_a_number_is_found_as_people_write_it(text):
    tenant = TenantFactory(phone_region="CA")
    plans = [
        email_plan(channel="sms", to=(number,))
        for number in ("+17787001234", "+17787009999")
    ]
    wanted, _other = (accepted(tenant, one) for one in plans)

    rows = Notification.for_tenant(tenant)
    assert list(by_text(rows, text, tenant=tenant)) == [wanted]


def test_without_a_tenant_no_address_is_looked_up():
    made = furnish("parks")

    assert found(made, "to@parks.example", tenant="none") == []
    assert found(made, "parks-tag", tenant="none") == [made.notification]


@pytest.mark.parametrize("again", ["again", "0199c1f0-3c55-7d80-9b1e-0242ac120002"])
def test_the_correlation_id_of_a_duplicate_finds_the_original(again):
    mine, other = furnish("parks"), furnish("rivers")
    record_repeat(mine.notification, again)

    assert found(mine, again) == [mine.notification]
    assert found(other, again) == []


def test_more_finds_than_can_be_named_are_found_all_the_same(monkeypatch):
    monkeypatch.setattr(searching, "_NAMED", 2)
    made = furnish("parks")
    others = [notify(made.tenant, "parks") for _ in range(3)]

    assert set(found(made, "parks-tag")) == {made.notification, *others}
    assert len(found(made, "parks-correlation")) == 4


@pytest.mark.only_on("postgresql")
@pytest.mark.parametrize("text", ["parks-tag", "to@parks.example", "parks-correlation"])
def test_no_place_is_read_from_end_to_end(text):
    made = furnish("parks")
    with connection.cursor() as cursor:
        # In a table this small, PostgreSQL would rather read it whole.
        cursor.execute("SET LOCAL enable_seqscan = off")
    with CaptureQueriesContext(connection) as asked:
        found(made, text)
    with connection.cursor() as cursor:
        for one in asked:
            cursor.execute(f"EXPLAIN {one['sql']}")
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert "Seq Scan on delivery" not in plan


def test_another_tenants_rows_are_never_found():
    mine, other = furnish("parks"), furnish("rivers")

    for text in ("rivers-tag", "rivers-correlation", "to@rivers.example"):
        assert found(mine, text) == []
    assert found(mine, str(other.notification.id)) == []


@pytest.mark.parametrize("text", ["parks", "@", "x" * 5000, "%", "to@"])
def test_parts_and_nonsense_find_nothing(text):
    assert found(furnish("parks"), text) == []
