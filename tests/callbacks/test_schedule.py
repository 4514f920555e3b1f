"""When again, and the breaker: a day down in virtual time."""

from __future__ import annotations

import heapq
import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callbacks import schedule
from callbacks.schedule import SCHEDULE, Answer, Health, retry_after_seconds

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
WELL, BROKEN, GONE = Answer(200), Answer(503), Answer(410)


def test_ten_attempts_within_three_days_and_a_bit():
    waits = [schedule.wait_seconds(BROKEN, n, chance=0.5) for n in range(1, 11)]

    assert waits[:-1] == [pytest.approx(one) for one in SCHEDULE[1:]]
    assert waits[-1] is None
    assert sum(SCHEDULE) / 3600 == pytest.approx(75.6, abs=0.1)


@given(st.floats(0, 1), st.integers(1, 9))
def test_jitter_is_a_fifth(chance: float, tries: int):
    wait = schedule.wait_seconds(BROKEN, tries, chance=chance)

    assert wait is not None
    assert 0.8 * SCHEDULE[tries] <= wait <= 1.2 * SCHEDULE[tries] + 1e-6


def test_retry_after_makes_it_longer_and_never_shorter():
    longer = Answer(429, retry_after_seconds=60)
    shorter = Answer(429, retry_after_seconds=1)
    absurd = Answer(503, retry_after_seconds=1e7)

    assert schedule.wait_seconds(longer, 1, chance=0.5) == 60
    assert schedule.wait_seconds(shorter, 2, chance=0.5) == pytest.approx(300)
    assert schedule.wait_seconds(absurd, 1, chance=0.5) == 86_400


def test_gone_is_not_tried_again():
    assert schedule.wait_seconds(GONE, 1, chance=0.5, insists=True) is None


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_a_refusal_ends_it_unless_the_endpoint_insists(status: int):
    refused = Answer(status)

    assert schedule.wait_seconds(refused, 1, chance=0.5) is None
    assert schedule.wait_seconds(refused, 1, chance=0.5, insists=True) == 5


@pytest.mark.parametrize("status", [None, 302, 408, 425, 429, 500, 503])
def test_what_may_pass_is_tried_again(status: int | None):
    assert schedule.wait_seconds(Answer(status), 1, chance=0.5) == 5


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("Mon, 01 Jun 2026 12:02:00 GMT", 120.0),
        ("Mon, 01 Jun 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(text: str, seconds: float | None):
    assert retry_after_seconds(text, NOW) == seconds


def test_five_failures_in_a_row_open_the_breaker_and_one_success_closes_it():
    health = Health(NOW)
    for _ in range(4):
        health = health.after(BROKEN, NOW)
    assert not health.is_open
    assert health.held_until == NOW

    health = health.after(BROKEN, NOW)

    assert health.is_open
    assert health.held_until == NOW + timedelta(seconds=5)
    assert health.room(concurrency=8, flying=0) == 1
    assert health.room(concurrency=8, flying=1) == 0
    assert health.after(WELL, NOW) == Health(NOW)


def test_calls_from_before_the_breaker_opened_make_no_pause_longer():
    health = Health(NOW)
    for _ in range(32):
        health = health.after(BROKEN, NOW, is_probe=False)

    assert health.held_until == NOW + timedelta(seconds=5)
    assert health.after(BROKEN, NOW).held_until > health.held_until
    assert health.after(WELL, NOW, is_probe=False) == Health(NOW)


def test_a_healthy_endpoint_stays_as_it_is():
    health = Health(NOW)

    assert health.after(WELL, NOW + timedelta(days=1)) is health


def test_while_a_probe_is_under_way_nobody_else_sends_one():
    health = Health(NOW, failures=8, failing_since=NOW)

    assert health.probing(NOW).held_until > NOW + timedelta(minutes=4)


def test_a_receiver_that_asks_for_time_has_it():
    told = Answer(429, retry_after_seconds=30)

    assert Health(NOW).after(told, NOW).held_until == NOW + timedelta(seconds=30)


def test_warned_after_a_day_and_given_up_after_five():
    def failing_for(**time: float) -> Health:
        since = NOW - timedelta(**time)
        return Health(NOW, 9, since, failed_events=9, event_failed_at=NOW)

    assert not failing_for(hours=23).is_to_be_warned_of(NOW)
    assert failing_for(hours=24).is_to_be_warned_of(NOW)
    assert not failing_for(hours=119).is_hopeless(NOW)
    assert failing_for(hours=120).is_hopeless(NOW)
    quiet = Health(NOW, failures=2, failing_since=NOW - timedelta(days=9))
    assert not quiet.is_hopeless(NOW)


@pytest.mark.parametrize(
    ("events", "hours_apart", "hopeless"),
    [(5, 12, True), (4, 12, False), (5, 11.9, False), (0, 0, False)],
)
def test_five_events_that_failed_over_half_a_day_are_needed_too(
    events: int, hours_apart: float, hopeless: bool
):
    since = NOW - timedelta(days=6)
    last = since + timedelta(hours=hours_apart)

    health = Health(NOW, 20, since, failed_events=events, event_failed_at=last)

    assert health.is_hopeless(NOW) is hopeless


def test_an_event_counts_once_however_often_it_fails():
    health = Health(NOW)
    for number, minutes in enumerate((0, 1, 2, 60)):
        now = NOW + timedelta(minutes=minutes)
        health = health.after(BROKEN, now, is_first=number in (0, 3))

    assert health.failures == 4
    assert health.failed_events == 2
    assert health.event_failed_at == NOW + timedelta(hours=1)


def test_one_that_begins_to_fail_with_an_old_event_has_failed_with_one():
    assert Health(NOW).after(BROKEN, NOW, is_first=False).failed_events == 1


def test_a_receiver_that_never_comes_back_is_given_up_on_the_sixth_day():
    """Few events or many: as the pump asks, with an event every two hours."""
    for every in (timedelta(hours=2), timedelta(seconds=10)):
        health, now, happened = Health(NOW), NOW, NOW
        while not health.is_hopeless(now):
            first = happened <= now
            happened += every if first else timedelta()
            health = health.after(BROKEN, now, is_first=first)
            now = max(health.held_until, now + timedelta(minutes=1))

        assert timedelta(days=5) <= now - NOW < timedelta(days=5, hours=1)


@pytest.mark.parametrize("answer", [BROKEN, Answer(error="timeout")])
def test_a_day_down_with_100_000_events_costs_at_most_60_requests(answer: Answer):
    """F19 in virtual time, by the rules that the pump asks."""
    down_until = NOW + timedelta(days=1)
    dice, rate, concurrency = random.Random(1), 50, 4
    tries = dict.fromkeys(range(100_000), 0)
    # All of them at once, a worst case: they stay due while the breaker is open.
    due = [(NOW, one) for one in tries]
    heapq.heapify(due)
    health, now = Health(NOW), NOW
    while_down, arrived, pace = 0, [], []
    while due:
        now = max(now, health.held_until, due[0][0])
        burst = min(concurrency, health.room(concurrency, 0))
        if health.is_open:
            health = health.probing(now)
        batch = [heapq.heappop(due) for _ in range(min(burst, len(due)))]
        for _at, one in batch:
            tries[one] += 1
            came = answer if now < down_until else WELL
            health = health.after(came, now)
            if came.is_well:
                arrived.append(one)
                pace.append(now)
                continue
            while_down += 1
            wait = schedule.wait_seconds(came, tries[one], chance=dice.random())
            assert wait is not None, "a callback was given up within a day"
            heapq.heappush(due, (now + timedelta(seconds=wait), one))
        now += timedelta(seconds=len(batch) / rate)

    assert while_down <= 60
    assert sorted(arrived) == list(range(100_000))
    assert pace[0] - down_until < timedelta(minutes=41)
    assert len(pace) / (pace[-1] - pace[0]).total_seconds() <= rate * 1.01
