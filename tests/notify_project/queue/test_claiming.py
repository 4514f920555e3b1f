"""Claiming: nothing twice, nobody starved, suspects alone."""

from __future__ import annotations

import threading
from collections import Counter
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from delivery.models import Message
from notify_project.queue import claiming
from notify_project.queue.claiming import claim, claim_suspect
from tests.delivery.scene import LANE, many
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
LATER = "2100-01-01T00:00:00Z"


def _claim(limit=10, after=None, lane=LANE):
    return claim(Message, lane, limit, token=uuid4(), after=after)


def _tenants(found):
    rows = Message.across_tenants().filter(id__in=found.ids)
    return Counter(rows.values_list("tenant_id", flat=True))


def test_an_empty_lane_has_nothing():
    many(TenantFactory(), channel="sms")

    assert _claim() is None


def test_a_claim_holds_token_and_lease_and_counts():
    [message] = many(TenantFactory())
    found = _claim()

    now = Message.across_tenants().get()
    assert found.ids == (message.id,)
    assert (now.state, now.claim_token, now.claims) == ("claimed", found.token, 1)
    assert now.lease_until is not None


def test_what_is_due_later_is_not_claimed():
    many(TenantFactory(), due_at=LATER)

    assert _claim() is None


def test_no_more_than_asked_for():
    for _ in range(3):
        many(TenantFactory(), 10)

    assert len(_claim(7).ids) == 7


def test_more_important_and_older_rows_come_first():
    tenant = TenantFactory()
    many(tenant, 3, priority=2, due_at="2020-01-01T00:00:00Z")
    [old] = many(tenant, priority=1, due_at="2021-01-01T00:00:00Z")
    [young] = many(tenant, priority=1, due_at="2022-01-01T00:00:00Z")

    assert _claim(1).ids == (old.id,)
    assert _claim(1).ids == (young.id,)


def test_a_tenant_with_nothing_due_takes_no_part_of_the_turn():
    for _ in range(9):
        many(TenantFactory(), 2, due_at=LATER)
    many(TenantFactory(), 20)

    assert len(_claim(10).ids) == 10


def test_a_large_tenant_delays_small_ones_by_a_turn_and_no_more():
    large = TenantFactory()
    many(large, 2000)
    small = {TenantFactory().id for _ in range(20)}
    for tenant in small:
        many(tenant_of(tenant), 5)

    left, turns, after = Counter(dict.fromkeys(small, 5)), 0, None
    while left.total() and turns < 50:
        found = _claim(32, after)
        after, turns = found.served, turns + 1
        served = _tenants(found)
        left -= Counter({one: served[one] for one in small})
        Message.across_tenants().filter(id__in=found.ids).update(
            state="sent", claim_token=None, lease_until=None
        )

    assert turns <= 5, "105 rows at 32 a turn are 4 turns, one more for rounding"


def tenant_of(tenant_id):
    return TenantFactory._meta.model.objects.get(id=tenant_id)


def test_turns_go_round():
    tenants = sorted(TenantFactory().id for _ in range(6))
    for tenant in tenants:
        many(tenant_of(tenant), 4)

    order, after = [], None
    for _ in range(4):
        found = _claim(3, after)
        after = found.served
        order.append(sorted(_tenants(found)))

    assert order == [tenants[:3], tenants[3:]] * 2


def test_one_who_holds_its_share_waits_while_others_can_be_served():
    large, small = TenantFactory(), TenantFactory()
    many(large, 100)
    assert len(_claim(40).ids) == 40
    many(small, 3)

    assert _tenants(_claim(10)) == {small.id: 3}


def test_nobody_waits_while_nobody_else_is_there():
    """Capacity is not idle because all are over their share."""
    for _ in range(2):
        many(TenantFactory(), 100)
    assert len(_claim(80).ids) == 80

    assert len(_claim(10).ids) == 10


def test_suspects_are_left_to_be_claimed_alone():
    tenant = TenantFactory()
    many(tenant, 3, claims=2)
    [well] = many(tenant, claims=1)

    assert _claim().ids == (well.id,)
    assert _claim() is None
    assert len(claim_suspect(Message, LANE, token=uuid4()).ids) == 1
    assert claiming.suspects_wait(Message, LANE)


def test_one_suspect_however_the_statement_is_planned():
    """A locking subquery that a nested loop runs again skips what it locked before."""
    many(TenantFactory(), 3, claims=2)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for way in ("hashjoin", "mergejoin", "hashagg", "sort", "material"):
                cursor.execute(f"SET LOCAL enable_{way} = off")

    assert len(claim_suspect(Message, LANE, token=uuid4()).ids) == 1


@pytest.mark.only_on("postgresql")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "ways",
    [
        ("nestloop",),
        ("hashjoin", "mergejoin"),
        ("seqscan",),
        ("indexscan", "bitmapscan", "indexonlyscan"),
        ("hashjoin", "mergejoin", "hashagg", "sort", "material"),
    ],
    ids=" ".join,
)
def test_as_many_as_asked_for_and_none_twice_however_it_is_planned(ways):
    """Claimers meet: each row that one has locked is skipped by the others."""
    for _ in range(3):
        many(TenantFactory(), 40)
    taken, sizes = [], []
    start = threading.Barrier(4)

    def claimer():
        with connection.cursor() as cursor:
            for way in ways:
                cursor.execute(f"SET enable_{way} = off")
        start.wait(10)
        try:
            for _ in range(5):
                found = _claim(6)
                sizes.append(len(found.ids) if found else 0)
                taken.extend(found.ids if found else ())
        finally:
            connection.close()

    threads = [threading.Thread(target=claimer) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert len(sizes) == 20
    assert max(sizes) <= 6
    assert len(taken) == len(set(taken))
    held = Message.across_tenants().filter(state="claimed")
    assert {one.id for one in held} == set(taken), "no row was claimed unseen"
    assert set(held.values_list("claims", flat=True)) == {1}


@pytest.mark.parametrize("ways", [("nestloop",), ("hashjoin", "mergejoin", "sort")])
def test_exactly_as_many_as_asked_for_however_it_is_planned(ways):
    for _ in range(3):
        many(TenantFactory(), 40)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for way in ways:
                cursor.execute(f"SET LOCAL enable_{way} = off")

    found = _claim(12)

    assert len(found.ids) == 12
    assert Message.across_tenants().filter(state="claimed").count() == 12


@pytest.mark.only_on("sqlite")
def test_sqlite_takes_ranges_of_the_index_and_sorts_no_backlog():
    many(TenantFactory(), 20)
    with CaptureQueriesContext(connection) as seen:
        _claim(5)
    [claimed] = [one["sql"] for one in seen if one["sql"].startswith("UPDATE")]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {claimed}")
        plan = [row[3] for row in cursor.fetchall()]

    searches = [step for step in plan if "message_due" in step]
    assert len(searches) == 3, plan
    assert all("priority=? AND due_at<?" in step for step in searches), plan


def test_no_suspect_is_none():
    many(TenantFactory())

    assert claim_suspect(Message, LANE, token=uuid4()) is None


@pytest.mark.django_db(transaction=True)
def test_four_who_claim_at_once_never_hold_the_same_row():
    for _ in range(5):
        many(TenantFactory(), 80)
    taken, failures = [], []
    start = threading.Barrier(4)

    def claimer():
        try:
            start.wait(10)
            after = None
            while found := _claim(8, after):
                after = found.served
                taken.extend(found.ids)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=claimer) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    while found := _claim(100):  # what one had locked while another looked
        taken.extend(found.ids)

    assert failures == []
    assert len(taken) == len(set(taken)) == 400
    assert set(Message.across_tenants().values_list("claims", flat=True)) == {1}
