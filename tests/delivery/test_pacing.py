"""What an account cannot take comes back in its turn, tenants alike."""

from __future__ import annotations

import random
from uuid import UUID

import pytest

from delivery.pacing import LONGEST_SECONDS, Capacity, Line

ACCOUNT, ONE, OTHER = (UUID(int=n) for n in (1, 2, 3))


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def line(clock) -> Line:
    return Line(clock, random.Random(1))


def waits(line: Line, count: int, tenant: UUID = ONE, **more) -> list[float]:
    given = {"per_second": 14.0, "lane": "email-bulk", **more}
    return [line.wait_seconds(ACCOUNT, tenant, **given) for _ in range(count)]


class TestCapacity:
    def test_an_unknown_account_is_taken_to_be_quick(self, line):
        assert line.hand(Capacity(ACCOUNT, places=16)) >= 300

    def test_slow_calls_leave_little_to_keep_in_hand(self, line):
        line.landed(ACCOUNT, 5.0)

        assert line.per_second(Capacity(ACCOUNT, places=16)) == pytest.approx(3.2)
        assert line.hand(Capacity(ACCOUNT, places=16)) == 3

    def test_a_rate_bounds_quick_calls(self, line):
        assert line.per_second(Capacity(ACCOUNT, 16, rate_per_second=14)) == 14

    def test_one_message_is_always_worth_keeping(self, line):
        assert line.hand(Capacity(ACCOUNT, 1, rate_per_second=0.01)) == 1

    def test_who_becomes_quick_again_is_believed_after_some_calls(self, line):
        line.landed(ACCOUNT, 5.0)
        for _ in range(30):
            line.landed(ACCOUNT, 0.05)

        assert line.hand(Capacity(ACCOUNT, places=16)) > 100


class TestTurns:
    def test_one_after_the_other_at_the_accounts_speed(self, line):
        found = waits(line, 15)

        assert found[0] == pytest.approx(1.0 + 1 / 14)
        assert found[14] - found[0] == pytest.approx(1.0)

    def test_another_tenant_does_not_wait_for_the_first_ones_thousand(self, line):
        waits(line, 1000)
        [found] = waits(line, 1, OTHER)

        assert found == pytest.approx(1.0 + 2 / 14)

    def test_nobody_waits_for_longer_than_the_longest(self, line):
        found = waits(line, 20_000)

        assert max(found) <= LONGEST_SECONDS
        late = [one for one in found if one > LONGEST_SECONDS / 2]
        assert max(late) - min(late) > 100, "they do not all come at once"

    def test_what_was_long_ago_is_forgotten(self, line, clock):
        waits(line, 1000)
        clock.now += 1000
        [found] = waits(line, 1)

        assert found == pytest.approx(1.0 + 1 / 14)

    def test_a_broken_account_is_waited_for_first(self, line):
        [found] = waits(line, 1, per_second=50.0, after_seconds=20.0)

        assert found == pytest.approx(20.0 + 1 / 50)


class TestComing:
    def test_what_comes_soon_is_worth_waiting_for(self, line, clock):
        [wait] = waits(line, 1)

        assert line.comes_at("email-bulk") == pytest.approx(clock.now + wait)
        assert line.comes_at("sms-bulk") is None

    def test_what_comes_later_is_not(self, line):
        waits(line, 1, after_seconds=20.0)

        assert line.comes_at("email-bulk") is None

    def test_what_has_come_is_over(self, line, clock):
        waits(line, 2)
        clock.now += 10

        assert line.comes_at("email-bulk") is None


def test_twenty_thousand_of_a_limited_account_are_looked_at_only_a_few_times(
    line, clock
):
    """In virtual time: 14 are sent in a second, whatever comes is put back again."""
    due = [0.0] * 5_000
    looks = sent = 0
    seconds = 0
    while due:
        now = clock.now - 1000.0
        come = sorted(one for one in due if one <= now)
        due = [one for one in due if one > now]
        looks += len(come)
        sent += min(14, len(come))
        due += [now + waits(line, 1)[0] for _ in come[14:]]
        clock.now += 1.0
        seconds += 1

    assert sent == 5_000
    assert looks < 4 * 5_000
    assert seconds < 1.15 * 5_000 / 14, "the account was hardly ever idle"
