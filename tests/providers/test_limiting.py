"""Moments for calls: a step apart, near, and never twice, whoever asks."""

from __future__ import annotations

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st

from providers import limiting
from providers.limiting import DatabaseStore, MemoryStore, Places, Wanted, gcra
from providers.models import Pace
from tests.delivery.scene import account_of
from tests.tenants.factories import TenantFactory

STEP = 1 / 14
ONE = Wanted(1, STEP, 0.5)


def many(count: int, horizon: float = 0.5) -> Wanted:
    return Wanted(count, STEP, horizon)


class TestRule:
    def test_the_first_moment_leaves_time_for_a_commit(self):
        assert gcra(None, 100.0, ONE) == (1, 100.0 + limiting.LEAD_SECONDS)

    def test_nobody_is_given_a_moment_beyond_the_horizon(self):
        granted, first = gcra(None, 100.0, many(100))

        assert first + (granted - 1) * STEP <= 100.5
        assert first + granted * STEP > 100.5

    def test_what_is_given_away_is_not_given_again(self):
        granted, first = gcra(None, 100.0, many(3))
        _more, following = gcra(first + granted * STEP, 100.0, many(3))

        assert following == pytest.approx(first + 3 * STEP)

    def test_a_clock_that_went_back_stops_nobody_for_long(self):
        _granted, first = gcra(10_000.0, 100.0, ONE)

        assert first <= 103.0

    @given(
        st.lists(st.tuples(st.floats(0, 2), st.integers(1, 40)), max_size=30),
        st.floats(0.5, 200),
    )
    def test_in_no_second_are_there_more_than_the_rate_and_one(self, asks, rate):
        now, arrival, moments = 0.0, None, []
        for pause, count in asks:
            now += pause
            wanted = Wanted(count, 1 / rate, 0.5)
            granted, first = gcra(arrival, now, wanted)
            moments += [first + n / rate for n in range(granted)]
            arrival = first + granted / rate

        for begin in moments:
            within = [one for one in moments if begin <= one < begin + 1.0 - 1e-6]
            assert len(within) <= rate + 1


# SQLite has one worker, which counts in memory.
BY_ROW = pytest.param(DatabaseStore, marks=pytest.mark.only_on("postgresql"))


@pytest.fixture(params=[MemoryStore, BY_ROW])
def store(request, db):
    return request.param()


@pytest.fixture
def account_id(db) -> UUID:
    return account_of(TenantFactory(), "sms.sandbox").id


class TestStores:
    def test_both_count_alike(self, store, account_id):
        granted, after = store.take(account_id, many(100))
        again, _later = store.take(account_id, many(100))

        assert granted == 7
        assert after == pytest.approx(limiting.LEAD_SECONDS, abs=0.02)
        assert again <= 1, "the horizon is used up"

    def test_a_single_one_is_followed_by_the_next(self, store, account_id):
        firsts = [store.take(account_id, ONE)[1] for _ in range(3)]

        gaps = [b - a for a, b in itertools.pairwise(firsts)]
        assert gaps == pytest.approx([STEP, STEP], abs=0.03)

    def test_accounts_are_counted_apart(self, store, account_id):
        other = account_of(TenantFactory(), "sms.sandbox").id
        store.take(account_id, many(100))

        assert store.take(other, many(100))[0] == 7

    @pytest.mark.only_on("postgresql")
    def test_the_row_takes_one_statement(self, account_id, django_assert_num_queries):
        limiting.take(account_id, rate_per_second=14, count=1, horizon_seconds=0.5)

        with django_assert_num_queries(1):
            limiting.take(account_id, rate_per_second=14, count=9, horizon_seconds=0.5)
        assert Pace.objects.count() == 1


@pytest.mark.only_on("postgresql")
@pytest.mark.django_db(transaction=True)
def test_many_workers_together_keep_the_rate():
    """Eight threads with connections of their own ask for all that they can get."""
    account_id = account_of(TenantFactory(), "sms.sandbox").id
    moments: list[float] = []
    lock = threading.Lock()

    def ask(_nth: int) -> None:
        try:
            for _again in range(20):
                slots = limiting.take(
                    account_id, rate_per_second=100, count=3, horizon_seconds=1.0
                )
                with lock:
                    moments.extend(slots.starts)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(ask, range(8)))

    ordered = sorted(moments)
    gaps = [b - a for a, b in itertools.pairwise(ordered)]
    assert len(moments) > 90
    assert min(gaps) > 0.0
    # Each thread reads its own clock: what is between two is true to some milliseconds.
    assert sum(gap < 0.005 for gap in gaps) < len(gaps) / 10


def test_places_are_taken_up_to_the_limit_and_given_back():
    places, account = Places(), uuid4()

    taken = [places.take(account, 2) for _ in range(3)]
    places.give_back(account)

    assert taken == [True, True, False]
    assert places.take(account, 2)
    assert places.take(uuid4(), 1), "another account's are its own"


def test_without_a_limit_there_is_always_a_place():
    places, account = Places(), uuid4()

    assert all(places.take(account, None) for _ in range(100))
    assert places.taken(account) == 100
