"""Repeats of one account never crowd out what is sent for the first time."""

from __future__ import annotations

import random
from collections import Counter
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.budget import BESIDE_PER_SECOND, Budget, room
from notify_project.queue.fleet import Place

ACCOUNT, OTHER = UUID(int=1), UUID(int=2)


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def budget(clock) -> Budget:
    return Budget(clock, random.Random(1))


def test_a_few_repeats_wait_as_long_as_they_would(budget):
    waits = [1.0, 2.5, 30.0, 1800.0]

    assert [budget.book(ACCOUNT, one) for one in waits] == waits


def test_many_failures_at_once_come_back_within_the_budget(budget, clock):
    """F20: of 50,000 that would all come within ten seconds."""
    dice = random.Random(2)
    waits = [budget.book(ACCOUNT, dice.uniform(1, 10)) for _ in range(50_000)]

    a_second = Counter(int(clock.now + one) for one in waits)
    assert max(a_second.values()) <= BESIDE_PER_SECOND + 1, "and one by rounding"
    assert min(waits) >= 1.0
    assert max(waits) < 3 * 50_000 / BESIDE_PER_SECOND


def test_who_sends_much_may_repeat_a_fifth_of_it_beside(budget, clock):
    for _ in range(60 * 100):
        budget.tried(ACCOUNT)
    waits = [budget.book(ACCOUNT, 5.0) for _ in range(1000)]

    a_second = Counter(int(clock.now + one) for one in waits)
    assert 25 <= max(a_second.values()) <= BESIDE_PER_SECOND + 20 + 1


@pytest.mark.parametrize("size", [1, 3, 8, 25])
def test_workers_share_the_ten_a_second(clock, size):
    waits: list[float] = []
    for rank in range(size):
        one, dice = Budget(clock, random.Random(rank)), random.Random(rank)
        each = [
            one.book(ACCOUNT, dice.uniform(1, 10), Place(size, rank))
            for _ in range(2000 // size)
        ]
        waits += each

    a_second = Counter(int(clock.now + one) for one in waits)
    assert max(a_second.values()) <= BESIDE_PER_SECOND + 2, "by rounding"
    assert len([one for one in waits if one < 60]) >= 30 * BESIDE_PER_SECOND


@given(st.floats(0.01, 50), st.integers(0, 10**9))
def test_whole_ones_add_up_to_the_part(per_second, begins):
    of_a_minute = [room(per_second, begins + n) for n in range(60)]

    assert abs(sum(of_a_minute) - 60 * per_second) <= 1.01
    assert max(of_a_minute) - min(of_a_minute) <= 1


def test_what_was_sent_more_than_a_minute_ago_counts_no_more(budget, clock):
    for _ in range(6000):
        budget.tried(ACCOUNT)
    clock.now += 62
    waits = [budget.book(ACCOUNT, 5.0) for _ in range(100)]

    assert max(Counter(int(clock.now + one) for one in waits).values()) <= 11


def test_nobody_pays_for_another_account(budget):
    for _ in range(1000):
        budget.book(ACCOUNT, 5.0)

    assert budget.book(OTHER, 5.0) == 5.0


def test_what_is_over_is_forgotten(budget, clock):
    for _ in range(1000):
        budget.book(ACCOUNT, 5.0)
    clock.now += 10_000

    assert budget.book(ACCOUNT, 5.0) == 5.0
    assert len(budget._booked[ACCOUNT]) == 1
