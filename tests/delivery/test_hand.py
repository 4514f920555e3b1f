"""What is claimed and not begun: who may go, who waits, who goes back."""

from __future__ import annotations

import random

import pytest

from delivery.hand import Hand
from delivery.loading import load
from delivery.models import Attempt, LedgerEntry, Message
from delivery.pacing import Line
from providers import breaker
from tests.delivery.scene import account_of, again, claimed, many
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
LANE = "sms-bulk"


@pytest.fixture
def tenant():
    return TenantFactory()


@pytest.fixture
def line() -> Line:
    return Line(dice=random.Random(1))


@pytest.fixture
def hand(line):
    made = Hand(LANE, 16, line)
    yield made
    made.put_down_all()


def held(count: int = 32):
    found = claimed(LANE, count)
    return [(one, found.token) for one in load(found.token, found.ids)]


def test_what_can_be_called_is_picked_in_its_order(tenant, hand):
    account_of(tenant, "sms.sandbox")
    many(tenant, 20, channel="sms")
    batch = held()
    hand.take_up(batch)

    picked = hand.pick(5)
    assert [one.id for one, _ in picked] == [one.id for one, _ in batch[:5]]
    assert len(hand) == 15
    assert len(hand.pick(100)) == 11, "sixteen places in all"


def test_a_full_account_lets_others_pass(tenant, hand):
    slow = account_of(tenant, "sms.sandbox", name="Slow", concurrency=1)
    many(tenant, 5, channel="sms", pinned_account=slow)
    other = TenantFactory()
    account_of(other, "sms.sandbox")
    many(other, 3, channel="sms")
    hand.take_up(held())

    picked = [one.tenant_id for one, _ in hand.pick(16)]
    assert sorted(map(str, picked)) == sorted(
        map(str, [tenant.id, other.id, other.id, other.id])
    )


def test_what_a_slow_account_cannot_take_in_a_second_goes_back_in_turn(
    tenant, hand, line
):
    account = account_of(tenant, "sms.sandbox")
    line.landed(account.id, 8.0)
    many(tenant, 10, channel="sms")
    hand.take_up(held())

    assert len(hand) == 2
    kept = [again(one) for one, _ in hand.pick(16)]
    assert {one.state for one in kept} == {"claimed"}
    back = Message.across_tenants().filter(hold_reason="account_busy")
    assert len(back) == 8
    assert {(one.state, one.claims, one.attempts, one.error_code) for one in back} == {
        ("queued", 0, 0, "")
    }
    assert hand.comes_at() is not None


def test_that_is_no_event_of_its_history(tenant, hand, line):
    account = account_of(tenant, "sms.sandbox", rate_per_second=1.0)
    many(tenant, 5, channel="sms")
    hand.take_up(held())

    assert line.hand(hand.seats.capacity(account)) == 1
    assert set(LedgerEntry.across_tenants().values_list("cause", flat=True)) == {
        "accepted"
    }
    assert not Attempt.across_tenants().exists()


def test_a_limited_accounts_messages_have_moments(tenant, hand):
    account_of(tenant, "sms.sandbox", rate_per_second=10.0)
    many(tenant, 10, channel="sms")
    hand.take_up(held())
    picked = [one for one, _ in hand.pick(16)]

    assert len(picked) == 5
    assert all(one.starts_at is not None for one in picked)
    assert len(hand) == 5, "the others wait for the next"
    assert hand.pick(16) == [], "and nobody asks for them too soon"
    assert hand.opens_in() is not None


def test_whose_account_breaks_meanwhile_goes_back_or_elsewhere(tenant, hand):
    first = account_of(tenant, "sms.sandbox", name="First", priority=1)
    many(tenant, 3, channel="sms")
    hand.take_up(held())
    breaker.open_for(first.id)
    hand.look_again()
    assert len(hand) == 0

    account_of(tenant, "sms.sandbox", name="Second", priority=9)
    many(tenant, 3, channel="sms")
    hand.take_up(held())
    assert {one.accounts[0].name for one, _ in hand.pick(16)} == {"Second"}


def test_what_is_given_up_is_told(tenant, hand):
    account_of(tenant, "sms.sandbox")
    many(tenant, 3, channel="sms")
    batch = held()
    hand.take_up(batch)

    assert hand.tokens == {token for _one, token in batch}
    assert len(hand.give_up()) == 3
    assert len(hand) == 0
