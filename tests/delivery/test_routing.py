"""Which accounts may carry a message, and in which order."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from delivery.routing import Candidate, Wish, choose


def account(number: int, **changes) -> Candidate:
    made = Candidate(
        id=UUID(int=number),
        provider="email.smtp",
        own=True,
        active=True,
        tier=10,
        weight=100,
    )
    return replace(made, **changes)


def route(*accounts, seed=1, **wish):
    return choose(accounts, Wish(**wish), dice=random.Random(seed))


def order(*accounts, **wish):
    return [one.int for one in route(*accounts, **wish).order]


def test_lower_tiers_come_first():
    assert order(account(1, tier=20), account(2, tier=10)) == [2, 1]


def test_weights_share_a_tier():
    firsts = Counter(
        order(account(1, weight=90), account(2, weight=10), seed=seed)[0]
        for seed in range(500)
    )

    assert 400 < firsts[1] < 490


def test_accounts_without_weight_are_used_when_nobody_else_is_left():
    assert set(order(account(1, weight=0), account(2, weight=0))) == {1, 2}


def test_the_account_that_has_just_failed_comes_last():
    assert order(account(1, tier=1), account(2, tier=9), avoid=UUID(int=1)) == [2, 1]


def test_the_only_account_is_tried_again():
    assert order(account(1), avoid=UUID(int=1)) == [1]


def test_a_tenants_own_accounts_never_fall_over_to_the_systems():
    assert order(account(1, active=False), account(2, own=False)) == []


def test_the_systems_accounts_serve_who_has_none():
    assert order(account(2, own=False)) == [2]


def test_a_pinned_account_is_the_only_one():
    assert order(account(1), account(2), pinned=UUID(int=2)) == [2]
    assert order(account(1), pinned=UUID(int=9)) == []


def test_an_account_that_lacks_what_is_needed_is_left_out():
    able = account(2, capabilities=frozenset({"attachments"}))

    assert order(account(1), able, needs={"attachments"}) == [2]


def test_an_account_that_does_not_reach_the_recipient_is_left_out():
    near = account(1, tier=1, reaches=False)

    assert order(near, account(2)) == [2]
    assert order(near, pinned=UUID(int=1)) == []
    assert route(near).reason == "no_account"


def test_who_is_passed_over_is_told_with_why():
    found = route(
        account(1, active=False),
        account(2, reaches=False, capabilities=frozenset({"attachments"})),
        account(3),
        account(4, broken_seconds=5, capabilities=frozenset({"attachments"})),
        account(5, pausing_seconds=5, capabilities=frozenset({"attachments"})),
        account(6, capabilities=frozenset({"attachments"})),
        needs={"attachments"},
    )

    assert [one.int for one in found.order] == [6]
    assert {one.account_id.int: one.why for one in found.passed_over} == {
        1: "off",
        2: "out_of_reach",
        3: "attachments",
        4: "broken",
        5: "pausing",
    }


def test_a_pause_says_how_long_to_wait():
    found = route(account(1, pausing_seconds=30), account(2, pausing_seconds=5))

    assert (found.order, found.reason, found.wait_seconds) == (
        (),
        "account_pausing",
        5,
    )


def test_an_open_breaker_says_for_whom_to_wait():
    found = route(account(1, pausing_seconds=30), account(2, broken_seconds=5))

    assert (found.order, found.reason, found.wait_seconds, found.account_id) == (
        (),
        "account_broken",
        5,
        UUID(int=2),
    )


def test_whose_breaker_is_open_is_left_out_while_others_can():
    assert order(account(1, tier=1, broken_seconds=30), account(2, tier=9)) == [2]


def test_where_it_is_allowed_the_systems_accounts_step_in():
    own, of_system = account(1, broken_seconds=30), account(2, own=False)

    assert order(own, of_system, step_in=True) == [2]
    assert order(own, of_system) == []


def test_the_tenants_own_come_first_whatever_the_systems_tier_is():
    own, of_system = account(1, tier=20), account(2, own=False, tier=1)

    assert order(own, of_system, step_in=True) == [1, 2]


def test_who_pauses_is_left_out_while_others_can():
    assert order(account(1, pausing_seconds=30), account(2)) == [2]


def test_nobody_says_so():
    assert route().reason == "no_account"


_BARS = ("active", "reaches", "pausing", "broken", "able")


@given(st.lists(st.frozensets(st.sampled_from(_BARS)), max_size=6))
def test_each_account_is_tried_or_passed_over_unless_all_wait(made):
    """Nobody who cannot carry it is ever tried, and nobody vanishes unexplained."""
    accounts = [
        account(
            number,
            active="active" not in bars,
            reaches="reaches" not in bars,
            pausing_seconds=7.0 if "pausing" in bars else 0.0,
            broken_seconds=7.0 if "broken" in bars else 0.0,
            capabilities=frozenset() if "able" in bars else frozenset({"files"}),
        )
        for number, bars in enumerate(made)
    ]
    found = route(*accounts, needs={"files"})

    tried = {one.int for one in found.order}
    assert tried == {number for number, bars in enumerate(made) if not bars}
    if found.order or found.reason == "no_account":
        left = {one.account_id.int for one in found.passed_over}
        assert (tried | left, tried & left) == (set(range(len(made))), set())


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 200)), max_size=8))
def test_each_usable_account_comes_exactly_once(made):
    accounts = [
        account(number, tier=tier, weight=weight)
        for number, (tier, weight) in enumerate(made)
    ]

    assert sorted(order(*accounts)) == list(range(len(accounts)))
