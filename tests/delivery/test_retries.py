"""When to try again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.retries import SCHEDULES, gives_up, wait_seconds

PRIORITY = st.sampled_from(sorted(SCHEDULES))
CHANCE = st.floats(0, 1, exclude_max=True)


@given(PRIORITY, st.integers(1, 10_000), CHANCE)
def test_a_wait_lies_between_a_second_and_the_cap(priority, tries, chance):
    wait = wait_seconds(priority, tries, chance=chance)

    assert 1 <= wait <= SCHEDULES[priority].cap_seconds


@given(PRIORITY, st.integers(1, 40), CHANCE, st.floats(0, 1e9))
def test_the_providers_time_is_honoured_up_to_an_hour(priority, tries, chance, asked):
    wait = wait_seconds(priority, tries, chance=chance, retry_after=asked)

    assert min(asked, 3600) <= wait <= 3600


@given(PRIORITY, st.integers(1, 40), CHANCE)
def test_later_tries_never_wait_less(priority, tries, chance):
    earlier = wait_seconds(priority, tries, chance=chance)

    assert wait_seconds(priority, tries + 1, chance=chance) >= earlier


def test_a_storm_is_spread_over_the_whole_wait():
    waits = [wait_seconds(1, 10, chance=one / 1000) for one in range(1000)]

    fullest = max(sum(1 for one in waits if s <= one < s + 60) for s in range(1800))
    assert fullest < 60


@pytest.mark.parametrize(
    ("priority", "hours", "given_up"),
    [(0, 3, False), (0, 5, True), (1, 23, False), (1, 25, True), (2, 71, False)],
)
def test_each_priority_has_its_window(priority, hours, given_up):
    assert gives_up(priority, hours * 3600.0) is given_up
