"""What is told of a fan-out: counts of all, and the first by name."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from delivery import changing, crowds, expanding, presenting, querying
from delivery.errors import StillComposing
from delivery.models import Chunk, LedgerEntry, Message
from delivery.states import Overall
from tests.delivery.crowd import numbered, to_each
from tests.delivery.scene import assert_books_balance
from tests.delivery.test_expanding import claimed, compose
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


@pytest.fixture
def tenant():
    return TenantFactory()


@pytest.fixture(autouse=True)
def small_chunks(settings):
    settings.CHUNK_PEOPLE = 3


def shown(tenant, notification):
    found = querying.find_whole(tenant, notification.id)
    history = LedgerEntry.for_tenant(tenant).order_by("id")[:1000]
    return presenting.whole(found, list(history))


def test_whoever_waits_to_be_composed_is_queued(tenant):
    notification = to_each(tenant, *numbered(7))

    mail = shown(tenant, notification)["channels"]["email"]

    assert (mail["status"], mail["people"]) == ("queued", 7)
    assert mail["counts"] == {"queued": 7}
    assert mail["recipients"] == []


def test_counts_are_of_all_and_names_of_the_first(tenant, monkeypatch):
    monkeypatch.setattr(crowds, "FIRST", 2)
    notification = to_each(tenant, *numbered(7))
    compose()
    some = list(Message.for_tenant(tenant).order_by("id").values_list("id", flat=True))
    Message.for_tenant(tenant).filter(id__in=some[:4]).update(state="delivered")

    told = shown(tenant, notification)

    mail = told["channels"]["email"]
    assert mail["counts"] == {"delivered": 4, "queued": 3}
    assert (mail["status"], mail["people"]) == ("queued", 7)
    assert [one["address"] for one in mail["recipients"]] == numbered(2)
    assert {one["channel"] for one in told["history"]} == {"email"}


def test_a_search_costs_no_more_for_a_large_one(tenant, django_assert_max_num_queries):
    to_each(tenant, *numbered(9))
    compose()

    with django_assert_max_num_queries(9):
        rows = querying.with_messages(querying.search(tenant))
        [told] = [presenting.summary(one) for one in rows]

    assert told["channels"]["email"]["people"] == 9


def test_cancelling_stops_those_who_have_a_message_and_those_who_have_none(tenant):
    notification = to_each(tenant, *numbered(7))
    chunk, token = claimed()
    expanding.expand(chunk.id, token)

    counts = changing.cancel(notification)

    assert (counts.changed, counts.left) == (7, 0)
    compose()
    assert Message.for_tenant(tenant).count() == 3
    notification.refresh_from_db()
    assert notification.status == Overall.CANCELLED
    told = shown(tenant, notification)["channels"]["email"]
    assert told["counts"] == {"cancelled": 7}
    assert_books_balance()


def test_a_worker_that_holds_a_chunk_finds_it_cancelled(tenant):
    notification = to_each(tenant, *numbered(3))
    chunk, token = claimed()
    changing.cancel(notification)

    expanding.expand(chunk.id, token)

    assert not Message.for_tenant(tenant).exists()


def test_what_was_sent_stays_sent_when_the_rest_is_cancelled(tenant):
    notification = to_each(tenant, *numbered(6))
    chunk, token = claimed()
    expanding.expand(chunk.id, token)
    Message.for_tenant(tenant).update(state="sent", finished_at=timezone.now())

    counts = changing.cancel(notification)

    assert (counts.changed, counts.left) == (3, 3)
    notification.refresh_from_db()
    assert notification.status == Overall.PARTIALLY_COMPLETED


def test_it_is_given_another_time_once_it_is_composed(tenant):
    notification = to_each(tenant, *numbered(3))
    now = timezone.now()
    later = now + timedelta(days=1)

    with pytest.raises(StillComposing):
        changing.reschedule(notification, later, now=now)
    compose()
    assert changing.reschedule(notification, later, now=now).changed == 3
    assert not Chunk.for_tenant(tenant).exclude(state="done").exists()
