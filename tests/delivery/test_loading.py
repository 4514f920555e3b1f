"""From claimed to ready: the others go on."""

from __future__ import annotations

import pytest
from django.db import connection

from delivery.loading import load
from delivery.models import Attachment, Message
from providers.models import Account
from tests.delivery.scene import (
    account_of,
    again,
    assert_books_balance,
    claimed,
    many,
    story,
)
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
LANE = "sms-bulk"


@pytest.fixture
def tenant():
    made = TenantFactory()
    account_of(made, "sms.sandbox")
    return made


def test_ready_messages_come_in_order_with_all_they_need(
    tenant, django_assert_num_queries
):
    many(tenant, 3, channel="sms", priority=2)
    [first] = many(tenant, channel="sms", priority=1)
    held = claimed(LANE)
    with django_assert_num_queries(4 if connection.vendor == "sqlite" else 5):
        ready = load(held.token, held.ids)
        for one in ready:
            assert one.notification.key_type == "live"
            assert one.content.body["texts"]["body"] == "Words"
            assert [each.address for each in one.recipients.all()]

    assert ready[0].id == first.id
    assert len(ready) == 4


def test_it_is_known_who_is_alone_and_who_has_files(tenant):
    [alone] = many(tenant, channel="email")
    together = many(tenant, 2, channel="email")
    Attachment(
        tenant=tenant,
        content=alone.content,
        filename="empty.txt",
        content_type="text/plain",
        size=0,
        data=b"",
    ).save()
    held = claimed("email-bulk")
    ready = {one.id: one for one in load(held.token, held.ids)}

    assert ready[alone.id].alone
    assert (ready[alone.id].has_files, ready[alone.id].file_bytes) == (True, 0)
    assert [ready[one.id].alone for one in together] == [False, False]
    assert [ready[one.id].has_files for one in together] == [False, False]


def test_what_was_cancelled_meanwhile_is_not_ready(tenant):
    many(tenant, 2, channel="sms")
    held = claimed(LANE)
    Message.across_tenants().filter(id=held.ids[0]).update(
        state="cancelled", claim_token=None, lease_until=None
    )

    assert [one.id for one in load(held.token, held.ids)] == [held.ids[1]]


def test_a_shut_gate_moves_its_own_message_only(tenant):
    [late] = many(tenant, channel="sms", expires_at="2020-01-01T00:00:00Z")
    [well] = many(tenant, channel="sms")
    held = claimed(LANE)

    assert [one.id for one in load(held.token, held.ids)] == [well.id]
    assert again(late).state == "expired"
    assert story(late) == ["accepted", "expired"]
    assert_books_balance()


def test_what_cannot_be_opened_ends_with_the_reason(tenant):
    [broken] = many(tenant, channel="sms")
    [well] = many(tenant, channel="sms")
    with connection.cursor() as cursor:
        key = broken.content_id
        cursor.execute(
            "UPDATE delivery_content SET body = %s WHERE id = %s",
            [
                b"\x01\x03old" + bytes(40),
                key.hex if connection.vendor == "sqlite" else key,
            ],
        )
    held = claimed(LANE)

    assert [one.id for one in load(held.token, held.ids)] == [well.id]
    assert (again(broken).state, again(broken).error_code) == ("dead", "unreadable")
    assert "CannotOpen" in again(broken).error_detail
    assert Account.across_tenants().filter(tenant=tenant).exists()
    assert_books_balance()
