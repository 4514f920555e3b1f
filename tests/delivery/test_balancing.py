"""Exactly the numbers: 50 errors in 60 s, 15 % slow, 10 points, and back again."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.balancing import NEVER, Past, Standing, decide, divided

A, B, C = (UUID(int=n) for n in (1, 2, 3))
LONG_AGO = Past()


def one(account: UUID = A, points: int = 51, rest: int | None = None, **lately):
    return Standing(account, points, points if rest is None else rest, **lately)


def points(*standings, past=LONG_AGO):
    decision = decide(standings, past)
    return decision and dict(decision.points)


class TestErrors:
    def test_more_than_fifty_move_ten_points(self):
        decision = decide([one(A, 51, errors=51), one(B, 49)], LONG_AGO)

        assert decision.reason == "errors"
        assert decision.points == {A: 41, B: 59}
        assert (decision.about, decision.figures) == (A, {"errors": 51})

    def test_fifty_move_nothing(self):
        assert points(one(A, 51, errors=50), one(B, 49)) is None

    @pytest.mark.parametrize(("seconds", "moves"), [(59.9, False), (60.0, True)])
    def test_at_most_once_a_minute(self, seconds, moves):
        found = points(one(A, 41, errors=99), one(B, 59), past=Past(seconds, seconds))

        assert (found is not None) == moves

    def test_no_more_than_there_are(self):
        assert points(one(A, 4, errors=99), one(B, 96)) == {A: 0, B: 100}
        assert points(one(A, 0, errors=99), one(B, 100)) is None

    def test_the_worst_gives_to_those_that_are_well(self):
        found = points(
            one(A, 40, errors=60), one(B, 30, errors=90), one(C, 30, errors=0)
        )

        assert found == {B: 20, C: 40}

    def test_the_others_share_by_their_resting_points(self):
        found = points(one(A, 40, errors=60), one(B, 40), one(C, 20))

        assert found == {A: 30, B: 47, C: 23}

    def test_if_all_fail_nothing_helps(self):
        assert points(one(A, 51, errors=60), one(B, 49, errors=60)) is None

    def test_one_alone_has_nobody_to_give_to(self):
        assert points(one(A, errors=99)) is None


class TestSlowness:
    def test_fifteen_percent_move_ten_points(self):
        decision = decide(
            [one(A, 51, sent=100, slow=15), one(B, 49, sent=90)], LONG_AGO
        )

        assert decision.reason == "slow"
        assert decision.points == {A: 41, B: 59}
        assert decision.figures == {"slow": 15, "sent": 100}

    def test_fewer_move_nothing(self):
        assert points(one(A, sent=100, slow=14), one(B, 49, sent=90)) is None

    def test_only_where_providers_disagree(self):
        found = points(one(A, sent=100, slow=50), one(B, 49, sent=90, slow=20))

        assert found is None

    @pytest.mark.parametrize(("seconds", "moves"), [(299.0, False), (300.0, True)])
    def test_at_most_once_in_five_minutes(self, seconds, moves):
        past = Past(seconds, seconds)
        found = points(one(A, 41, sent=9, slow=9), one(B, 59, sent=9), past=past)

        assert (found is not None) == moves

    def test_errors_come_first(self):
        decision = decide(
            [one(A, sent=9, slow=9), one(B, 49, errors=51, sent=9)], LONG_AGO
        )

        assert (decision.reason, decision.about) == ("errors", B)


class TestRest:
    @pytest.mark.parametrize(("quiet", "moves"), [(899.0, False), (900.0, True)])
    def test_after_fifteen_quiet_minutes(self, quiet, moves):
        found = points(one(A, 31, 51), one(B, 69, 49), past=Past(quiet, quiet))

        assert found == ({A: 41, B: 59} if moves else None)

    @pytest.mark.parametrize(("seconds", "moves"), [(299.0, False), (300.0, True)])
    def test_every_five_minutes(self, seconds, moves):
        past = Past(change_seconds=seconds, trouble_seconds=2000.0)
        found = points(one(A, 41, 51), one(B, 59, 49), past=past)

        assert (found is not None) == moves

    def test_the_last_step_is_as_small_as_it_has_to_be(self):
        assert points(one(A, 47, 51), one(B, 53, 49)) == {A: 51, B: 49}

    def test_who_rests_stays(self):
        assert points(one(A, 51), one(B, 49)) is None

    def test_not_while_one_fails_though_it_has_nothing_left_to_give(self):
        assert points(one(A, 0, 51, errors=99), one(B, 100, 49)) is None

    def test_new_resting_points_of_another_total_are_reached(self):
        assert points(one(A, 51, 80), one(B, 49, 49)) == {A: 61}


def test_points_are_divided_whole():
    assert divided(10, [1, 1, 1]) == [4, 3, 3]
    assert divided(10, [0, 0]) == [5, 5]
    assert divided(0, [3, 4]) == [0, 0]


standings = st.lists(
    st.tuples(
        st.integers(0, 100),
        st.integers(0, 100),
        st.integers(0, 200),
        st.integers(0, 100),
        st.integers(0, 100),
    ),
    min_size=2,
    max_size=6,
)
pasts = st.sampled_from([0.0, 59.0, 60.0, 299.0, 300.0, 899.0, 900.0, NEVER])


@given(standings, pasts, pasts)
def test_whatever_happens_points_are_moved_never_made(drawn, change, trouble):
    """Except towards resting points whose total is another one."""
    made = [
        Standing(UUID(int=n), now, rest, errors, sent, min(slow, sent))
        for n, (now, rest, errors, sent, slow) in enumerate(drawn)
    ]
    decision = decide(made, Past(change, max(change, trouble)))
    if decision is None:
        return
    before = {each.account_id: each.points for each in made}
    after = before | dict(decision.points)
    resting = sum(each.resting_point for each in made)

    assert min(after.values()) >= 0
    # A loser gives at most ten; a single winner gets them all.
    assert all(abs(after[each] - before[each]) <= 10 for each in before)
    if decision.reason != "rest" or resting == sum(before.values()):
        assert sum(after.values()) == sum(before.values())
