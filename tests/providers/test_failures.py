"""So many failures in a row, or half of many calls: by the rule, in virtual time."""

from __future__ import annotations

import math
import random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.breaker import open_seconds
from providers.failures import (
    OF_CALLS,
    OVER_SECONDS,
    TRIAL_CALLS,
    TRIPS_AFTER,
    Failures,
    too_many,
)

ONE, OTHER = UUID(int=1), UUID(int=2)


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def failures(clock) -> Failures:
    return Failures(clock)


@pytest.mark.parametrize(
    ("calls", "failed", "opens"),
    [(19, 19, False), (20, 9, False), (20, 10, True), (1000, 499, False)],
)
def test_half_of_twenty_calls(calls, failed, opens):
    assert too_many(calls, failed) is opens


def test_accounts_are_counted_apart(failures):
    for _ in range(TRIPS_AFTER - 1):
        assert not failures.heard(ONE, well=False)
        assert not failures.heard(OTHER, well=False)

    assert failures.heard(ONE, well=False)


def test_what_was_more_than_half_a_minute_ago_counts_no_more(failures, clock):
    for nth in range(OF_CALLS - 1):
        assert not failures.heard(ONE, well=nth % 2 == 0)
    clock.now += OVER_SECONDS + 1

    assert not failures.heard(ONE, well=False)


def test_a_success_opens_nothing_whatever_was_before(failures):
    for _ in range(3 * OF_CALLS):
        failures.heard(ONE, well=False, rated=False)
        assert not failures.heard(ONE, well=True)


def test_what_may_be_due_to_the_message_makes_a_row_and_no_rate(failures):
    for nth in range(10 * OF_CALLS):
        assert not failures.heard(ONE, well=nth % 3 == 0, rated=False)
    failures.heard(ONE, well=True)
    found = [failures.heard(ONE, well=False, rated=False) for _ in range(TRIPS_AFTER)]

    assert found == [*[False] * (TRIPS_AFTER - 1), True]


def test_before_it_was_closed_is_over(failures, clock):
    for nth in range(OF_CALLS - 1):
        failures.heard(ONE, well=nth % 2 == 0)
    clock.now += 6

    found = [
        failures.heard(ONE, well=nth % 2 == 1, closed_for=2.0)
        for nth in range(TRIAL_CALLS)
    ]
    assert found == [False] * (TRIAL_CALLS - 1) + [True], "not at once"


_CALL = st.tuples(st.floats(0, 3), st.booleans())


@given(st.lists(_CALL, max_size=200))
def test_it_trips_exactly_where_the_words_say(calls):
    """Against the rule read aloud, over a list of all that was ever heard."""
    clock = Clock()
    failures, heard = Failures(clock), []
    for wait, well in calls:
        clock.now += wait
        heard.append((clock.now, well))
        tripped = failures.heard(ONE, well=well)

        lately = [one for at, one in heard if int(at) + 1 > clock.now - OVER_SECONDS]
        in_a_row = len(heard) >= TRIPS_AFTER and not any(
            one for _at, one in heard[-TRIPS_AFTER:]
        )
        half = len(lately) >= OF_CALLS and 2 * lately.count(False) >= len(lately)
        assert tripped is (not well and (in_a_row or half))
        if tripped:
            heard.clear()


class Provider:
    """One that fails a part of its calls, asked ten times a second, in virtual time."""

    A_SECOND, SECONDS = 10.0, 3600.0

    def __init__(self, part: float) -> None:
        self.clock, self.dice = Clock(), random.Random(1)
        self.failures, self.part = Failures(self.clock), part
        self.calls = self.trips = 0
        self.opened = 0

    def run(self) -> Provider:
        ends, closed_at = self.clock.now + self.SECONDS, -math.inf
        while self.clock.now < ends:
            self.clock.now += 1 / self.A_SECOND
            if self._trips(closed_at):
                lately = self.clock.now - closed_at < 300
                self.trips = self.trips + 1 if lately else 0
                self.clock.now += open_seconds(self.trips)
                while self._fails() and self.clock.now < ends:  # the one that tries it
                    self.trips += 1
                    self.clock.now += open_seconds(self.trips)
                closed_at = self.clock.now
        return self

    def _fails(self) -> bool:
        self.calls += 1
        return self.dice.random() < self.part

    def _trips(self, closed_at: float) -> bool:
        tripped = self.failures.heard(
            ONE, well=not self._fails(), closed_for=self.clock.now - closed_at
        )
        self.opened += tripped
        return tripped


@pytest.mark.parametrize("part", [0.0, 0.05, 0.2])
def test_a_provider_that_fails_now_and_then_is_called_all_the_time(part):
    """That is for balancing, which moves points."""
    assert Provider(part).run().opened == 0


@pytest.mark.parametrize("part", [0.6, 0.8, 0.95, 1.0])
def test_one_that_fails_most_calls_is_hardly_called_in_an_hour(part):
    found = Provider(part).run()

    assert found.calls < 0.03 * Provider.A_SECOND * Provider.SECONDS
