"""A notification's status is the sum of its messages."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from delivery import states, summing
from delivery.models import Message, Notification
from delivery.states import Move
from delivery.summing import Sums, overall, sum_up
from tests.delivery.scene import many
from tests.tenants.factories import TenantFactory


@pytest.mark.parametrize(
    ("counts", "status"),
    [
        ({"sent": 2}, "completed"),
        ({"sent": 1, "delivered": 1}, "completed"),
        ({"delivered": 1, "perm_failed": 1}, "partially_completed"),
        ({"sent": 1, "cancelled": 1}, "partially_completed"),
        ({"failed": 1, "dead": 1}, "failed"),
        ({"expired": 1}, "failed"),
        ({"temp_failed": 1, "cancelled": 1}, "failed"),
        ({"expired": 1, "suppressed": 1}, "failed"),
        ({}, "failed"),
        ({"cancelled": 2}, "cancelled"),
        ({"suppressed": 2}, "suppressed"),
        ({"suppressed": 1, "cancelled": 1}, "cancelled"),
        ({"sent": 1, "failed": 0}, "completed"),
    ],
)
def test_the_sum_by_the_ends_of_its_messages(counts, status):
    assert overall(counts) == status


@pytest.mark.django_db
@pytest.mark.each_database
class TestSumUp:
    def test_while_one_is_open_nothing_is_final(self, django_assert_num_queries):
        many(TenantFactory(), 3)
        ids = [Notification.across_tenants().get().id]
        with django_assert_num_queries(1):
            sum_up(ids)

        assert Notification.across_tenants().get().status == "queued"

    def test_nobody_asks_for_nothing(self, django_assert_num_queries):
        with django_assert_num_queries(0):
            sum_up([])

    def test_a_later_word_changes_the_sum(self):
        [message] = many(TenantFactory(), state="sent")
        sum_up([message.notification_id])
        assert Notification.across_tenants().get().status == "completed"
        states.move([Move(message, was="sent", to="perm_failed", cause="receipt")])
        sum_up([message.notification_id])

        assert Notification.across_tenants().get().status == "failed"


@pytest.mark.django_db
@pytest.mark.each_database
def test_sums_are_made_together_and_not_before_their_time():
    pair = [many(TenantFactory(), state="sent")[0] for _ in range(2)]
    sums = Sums(3600)
    for one in pair:
        sums.add([one.notification_id])
        sums.settle()
    early = set(Notification.across_tenants().values_list("status", flat=True))
    sums.settle(at_once=True)

    assert early == {"queued"}
    assert not Notification.across_tenants().exclude(status="completed").exists()


@pytest.mark.django_db
@pytest.mark.each_database
def test_sums_that_nobody_asked_for_cost_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        Sums(0).settle(at_once=True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.each_database
def test_of_two_who_end_the_last_two_messages_one_sums_up():
    for _ in range(10):
        pair = many(TenantFactory(), 2)
        start = threading.Barrier(2)

        def end(message, start=start):
            try:
                start.wait(10)
                move = Move(message, was="queued", to="cancelled", cause="cancelled")
                states.move([move])
                summing.sum_up([message.notification_id])
            finally:
                connection.close()

        threads = [threading.Thread(target=end, args=(one,)) for one in pair]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)

    assert not Message.across_tenants().exclude(state="cancelled").exists()
    assert not Notification.across_tenants().exclude(status="cancelled").exists()
