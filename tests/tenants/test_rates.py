"""The one GCRA: a minute's requests at once, then a steady trickle."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.rates import PERIOD_SECONDS, gcra, verdict


def _take(arrival, now, limit):
    allowed, arrival = gcra(arrival, now, limit)
    return arrival, verdict(allowed=allowed, arrival=arrival, now=now, limit=limit)


@pytest.mark.parametrize("limit", [1, 3, 7, 600, 6000])
@pytest.mark.parametrize("now", [0.5, 12_345.678, 1_795_000_000.123])
def test_exactly_the_limit_may_come_at_once(limit, now):
    arrival = None
    seen = []

    for _index in range(limit + 1):
        arrival, found = _take(arrival, now, limit)
        seen.append(found)

    assert [one.allowed for one in seen] == [True] * limit + [False]
    assert [one.remaining for one in seen[:-1]] == list(reversed(range(limit)))


def test_after_retry_after_one_more_may_come():
    arrival = None
    for _index in range(60):
        arrival, _found = _take(arrival, 100.0, 60)

    arrival, refused = _take(arrival, 100.25, 60)
    later, allowed = _take(arrival, 100.25 + refused.retry_after_seconds, 60)
    _last, again = _take(later, 100.25 + refused.retry_after_seconds, 60)

    assert (refused.allowed, refused.retry_after_seconds) == (False, 1)
    assert refused.reset_seconds == 60
    assert allowed.allowed
    assert not again.allowed


def test_a_refused_request_costs_nothing():
    arrival = None
    for _index in range(2):
        arrival, _found = _take(arrival, 0.0, 2)

    for _index in range(50):
        arrival, found = _take(arrival, 1.0, 2)

    assert found.retry_after_seconds == 29


def test_everything_is_back_after_a_quiet_minute():
    arrival = None
    for _index in range(10):
        arrival, _found = _take(arrival, 0.0, 10)

    _arrival, found = _take(arrival, PERIOD_SECONDS, 10)

    assert found.remaining == 9


def test_a_clock_that_went_back_refuses_for_a_minute_at_most():
    arrival, _found = _take(None, 1_000_000.0, 5)

    waited, _found = _take(arrival, 10.0, 5)
    _arrival, found = _take(waited, 10.0 + PERIOD_SECONDS, 5)

    assert found.allowed


@given(
    limit=st.integers(1, 50),
    pauses=st.lists(st.floats(0, 20, allow_nan=False), max_size=200),
)
def test_a_minute_never_sees_more_than_twice_the_limit(limit, pauses):
    now, arrival, taken = 1000.0, None, []

    for pause in pauses:
        now += pause
        arrival, found = _take(arrival, now, limit)
        if found.allowed:
            taken.append(now)
        assert 0 <= found.remaining < limit
        assert found.allowed == (found.retry_after_seconds == 0)

    for start in taken:
        assert sum(start <= one < start + 59 for one in taken) < 2 * limit + 1
