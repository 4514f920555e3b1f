"""What a change writes beside itself: for those rows that moved, and what was there."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from delivery.models import LedgerEntry, Message, Notification
from notify_project.db.clock import later
from notify_project.queue.beside import Insert, Look, Update
from notify_project.queue.custody import Change, change
from tenants.models import Tenant
from tests.delivery.scene import many
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


def moved_and_left():
    """Messages of a notification each: one that can move, and one that cannot."""
    tenant = TenantFactory()
    return many(tenant) + many(tenant, state="sent")


def end(*messages, beside):
    changes = [Change(one.id) for one in messages]
    return change(Message, changes, was="queued", to="dead", beside=beside)


def statuses(*messages):
    rows = dict(Notification.across_tenants().values_list("id", "status"))
    return [rows[one.notification_id] for one in messages]


def told(*messages, **values):
    return [
        {"id": one.notification_id, "message": one.id, **values} for one in messages
    ]


def test_rows_are_inserted_for_those_that_moved():
    moves, stays = moved_and_left()
    entries = [
        {
            "tenant_id": one.tenant_id,
            "message_id": one.id,
            "was": "queued",
            "became": "dead",
            "cause": "it's 100 % \u2603",
            "detail": "",
        }
        for one in (stays, moves)
    ]

    moved = end(moves, stays, beside=[Insert(LedgerEntry, "message_id", entries)])

    assert moved == [moves.id]
    written = LedgerEntry.across_tenants().filter(cause="it's 100 % \u2603")
    assert [one.message_id for one in written] == [moves.id]


def test_rows_are_changed_for_those_that_moved():
    moves, stays = moved_and_left()
    rows = told(moves, stays, status="failed")
    end(moves, stays, beside=[Update(Notification, "message", rows)])

    assert statuses(moves, stays) == ["failed", "queued"]


def test_what_is_always_true_is_written_for_those_too_that_stayed():
    moves, stays = moved_and_left()
    rows = told(moves, stays, status="failed")
    end(moves, stays, beside=[Update(Notification, "message", rows, always=True)])

    assert statuses(moves, stays) == ["failed", "failed"]


def test_what_is_the_same_for_all_is_said_once_and_only_where_it_holds():
    moves, other = many(TenantFactory()) + many(TenantFactory())
    Notification.across_tenants().filter(id=other.notification_id).update(
        status="completed"
    )
    beside = Update(
        Notification,
        "message",
        told(moves, other),
        sets=f"status = 'sending', rollup_at = {later()}",
        only="status IN ('scheduled', 'queued')",
        parameters=[30.0],
    )
    end(moves, other, beside=[beside])

    assert statuses(moves, other) == ["sending", "completed"]
    waits = Notification.across_tenants().get(id=moves.notification_id)
    assert 20 < (waits.rollup_at - moves.created_at).total_seconds() < 90
    assert waits.rollup_at > moves.created_at


def test_two_messages_of_one_notification_change_it_once():
    one, two = many(TenantFactory(), 2)
    rows = told(one, two, status="sending")
    assert one.notification_id == two.notification_id
    end(one, two, beside=[Update(Notification, "message", rows)])

    assert statuses(one) == ["sending"]


def test_what_belongs_to_others_can_be_left_out():
    one, other = moved_and_left()
    whole = Update(Notification, "message", told(one, other))

    assert [row["message"] for row in whole.of({one.id}).rows] == [one.id]


@pytest.mark.only_on("postgresql")
def test_all_of_it_is_one_statement():
    moves, stays = moved_and_left()
    rows = told(moves, stays, status="failed")
    beside = [Update(Notification, "message", rows), Insert(LedgerEntry, "x", [])]
    with CaptureQueriesContext(connection) as queries:
        end(moves, beside=beside)

    assert len(queries) == 1


def test_a_look_finds_what_there_is():
    known, stranger = TenantFactory().id, uuid4()
    look = Look(Tenant, "id", "active", frozenset({known, stranger}))

    assert look.ask() == {known}
    assert Look(Tenant, "id", "active", frozenset()).ask() == set()
