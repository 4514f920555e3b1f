"""What a pump holds and will not call goes back, as if nothing had been."""

from __future__ import annotations

import pytest

from delivery.models import Attempt, Message
from delivery.returning import give_back
from tests.delivery.scene import (
    account_of,
    again,
    assert_books_balance,
    begun,
    claimed,
    many,
    story,
)
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
LANE = "sms-bulk"


@pytest.fixture
def messages():
    tenant = TenantFactory()
    account_of(tenant, "sms.sandbox")
    return many(tenant, 4, channel="sms")


def test_what_was_claimed_is_as_if_it_had_not_been(messages):
    give_back([claimed(LANE).token])

    assert {again(one).state for one in messages} == {"queued"}
    assert {again(one).claims for one in messages} == {0}
    assert {tuple(story(one)) for one in messages} == {("accepted",)}


def test_what_was_begun_and_not_called_says_so(messages):
    [call] = begun(LANE, 1)
    give_back([call.token])

    assert again(call.message).state == "queued"
    assert story(call.message) == ["accepted", "begin", "not_called"]
    assert Attempt.across_tenants().get().outcome == "not_called"
    assert (again(call.message).tries, again(call.message).claims) == (0, 0)
    assert_books_balance()


def test_what_was_called_is_left(messages):
    one, two = begun(LANE, 2)
    give_back([one.token], called={one.message.id})

    assert again(one.message).state == "sending"
    assert again(two.message).state == "queued"


def test_what_another_holds_is_left(messages):
    mine, others = claimed(LANE, 2), claimed(LANE, 2)
    give_back([mine.token])

    still = Message.across_tenants().filter(state="claimed")
    assert {one.id for one in still} == set(others.ids)
