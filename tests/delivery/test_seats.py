"""Places and moments: one account alone has the window, and never all there is."""

from __future__ import annotations

from itertools import pairwise
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.models import Message
from delivery.seats import Seats, total_of
from notify_project.db.ids import uuid7
from notify_project.queue.fleet import Fleet, named
from providers.limiting import Places
from providers.models import Account
from tests.delivery.scene import account_of
from tests.tenants.factories import TenantFactory


def account(**limits) -> Account:
    return Account(id=uuid4(), **{"channel": "email", **limits})


def seats(window: int = 16) -> Seats:
    return Seats(window, Places())


def taken(by: Seats, who: Account, tries: int) -> int:
    return sum(by.take(uuid4(), who) for _ in range(tries))


@pytest.mark.parametrize("window", [1, 2, 3, 4, 7, 16, 24, 64])
def test_one_account_alone_has_the_whole_window(window):
    assert taken(seats(window), account(), 200) == window


def test_beside_one_that_holds_them_all_another_finds_room():
    by = seats()
    taken(by, account(), 200)

    assert taken(by, account(), 200) >= 3


@given(st.lists(st.integers(0, 4), max_size=200), st.integers(4, 64))
def test_there_are_never_more_calls_than_places(asks, window):
    by, accounts = seats(window), [account() for _ in range(5)]
    held = sum(by.take(uuid4(), accounts[n]) for n in asks)

    assert held <= total_of(window)
    assert by.free == total_of(window) - held


def test_a_slow_account_leaves_half_to_another_in_the_end():
    """One place after the other comes free, and goes to whoever may have it."""
    by, slow, other = seats(), account(), account()
    held = [uuid4() for _ in range(16)]
    assert all(by.take(one, slow) for one in held)
    for one in held:
        by.put_down([one])
        for _ in range(3):
            by.take(uuid4(), other)
        by.take(uuid4(), slow)

    assert taken(by, slow, 100) <= 1
    assert sum(by._held.values()) <= total_of(16)
    assert by._held[other.id] >= 8


def test_calls_at_once_are_bounded_over_all_lanes_of_the_process():
    places, one = Places(), account(concurrency=3)
    bulk, high = Seats(16, places), Seats(16, places)

    assert taken(bulk, one, 10) + taken(high, one, 10) == 3


def test_workers_share_the_calls_at_once(monkeypatch):
    one, made = account(concurrency=10, channel="sms", provider="sms.sandbox"), []
    names = [named(f"worker:{n}", ["sms-bulk"]) for n in range(4)]
    for mine in names:
        known = Fleet()
        known.note(mine, names)
        monkeypatch.setattr("delivery.seats.fleet", known)
        by = seats()
        made.append(taken(by, one, 16))
        assert by.capacity(one).places == made[-1]

    assert made == [3, 3, 2, 2]


def test_what_is_put_down_is_free_again():
    by, one, message = seats(), account(concurrency=1), uuid4()
    assert by.take(message, one)
    assert not by.take(uuid4(), one)
    by.put_down([message, uuid4()])

    assert by.take(uuid4(), one)


def test_the_end_of_a_pump_leaves_nothing_taken():
    places, one = Places(), account()
    by = Seats(16, places)
    taken(by, one, 10)
    by.put_down_all()

    assert (by.free, places.taken(one.id)) == (total_of(16), 0)


class TestMoments:
    @pytest.fixture
    def limited(self, db) -> Account:
        return account_of(TenantFactory(), "sms.sandbox", rate_per_second=10.0)

    def messages(self, of: Account, count: int, priority: int = 1) -> list[Message]:
        made = [Message(id=uuid7(), priority=priority) for _ in range(count)]
        for one in made:
            one.accounts = (of,)
        return made

    def test_each_has_its_own_as_long_as_there_are_some(self, limited):
        by, messages = seats(), self.messages(limited, 8)
        without = by.untimed(messages)

        timed = [one for one in messages if one.id not in without]
        starts = [one.starts_at for one in timed]
        assert len(timed) == 5
        assert all(b - a == pytest.approx(0.1) for a, b in pairwise(starts))

    def test_then_nobody_asks_again_too_soon(self, limited):
        by = seats()
        by.untimed(self.messages(limited, 8))

        assert not by.take(uuid4(), limited)
        assert by.opens_at([limited.id]) is not None

    def test_high_priority_looks_further_ahead(self, limited):
        seats().untimed(self.messages(limited, 8))
        high = self.messages(limited, 8, priority=0)
        without = seats().untimed(high)

        assert len(without) < 8

    def test_without_a_rate_nothing_is_asked(self, db, django_assert_num_queries):
        free = account_of(TenantFactory(), "sms.sandbox")
        messages = self.messages(free, 8)
        with django_assert_num_queries(0):
            assert seats().untimed(messages) == set()

        assert {one.starts_at for one in messages} == {None}
