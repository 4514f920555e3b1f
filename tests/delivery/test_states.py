"""Statuses: what may follow what, and the one way to change."""

from __future__ import annotations

import itertools
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery import states
from delivery.models import Notification
from delivery.states import ALLOWED, ENDED, GOOD, MEANINGS, ForbiddenMove, Move, Status
from notify_project.queue.models import OPEN
from tests.delivery.scene import again, begun, claimed, many, story
from tests.tenants.factories import TenantFactory

RECEIPTS = ["delivered", "temp_failed", "perm_failed"]
# How far a message is. Only "try again" and a person's replay go back.
BACK = {("claimed", "queued"), ("sending", "queued"), ("unknown", "queued")}
REPLAY = {("dead", "queued"), ("failed", "queued")}


def test_each_state_has_a_meaning_and_followers():
    assert set(MEANINGS) == set(ALLOWED) == set(Status)


def test_open_and_ended_states_are_all_states():
    assert set(OPEN) | ENDED == set(Status)
    assert not set(OPEN) & ENDED


@pytest.mark.parametrize(
    ("state", "api", "event", "receipt", "retryable"),
    [
        ("queued", "queued", "", "", None),
        ("claimed", "queued", "", "", None),
        ("sending", "sending", "", "sending", None),
        ("unknown", "sending", "", "sending", None),
        ("sent", "sent", "sent", "sending", None),
        ("delivered", "delivered", "delivered", "delivered", None),
        ("temp_failed", "failed", "failed", "temporary-failure", True),
        ("perm_failed", "failed", "failed", "permanent-failure", False),
        ("failed", "failed", "failed", "permanent-failure", False),
        ("dead", "failed", "failed", "technical-failure", True),
        ("expired", "failed", "expired", "technical-failure", True),
        ("suppressed", "suppressed", "suppressed", "permanent-failure", False),
        ("cancelled", "cancelled", "cancelled", "", None),
    ],
)
def test_states_read_as_the_table_of_the_api_says(
    state, api, event, receipt, retryable
):
    meaning = MEANINGS[state]

    assert (meaning.api, meaning.event, meaning.receipt, meaning.retryable) == (
        api,
        event,
        receipt,
        retryable,
    )


def test_no_way_leads_back_but_to_try_again():
    """Without those, the allowed moves have no circle: status only goes forward."""
    left = {
        (was, to)
        for was, followers in ALLOWED.items()
        for to in followers
        if was != to and (was, to) not in BACK | REPLAY
    }
    order = list(Status)
    while order:
        ends = [one for one in order if not any(was == one for was, _ in left)]
        assert ends, f"a circle: {left}"
        left = {(was, to) for was, to in left if to not in ends}
        order = [one for one in order if one not in ends]


@pytest.mark.parametrize("state", ["cancelled", "suppressed", "expired", "perm_failed"])
def test_some_ends_are_final(state):
    assert ALLOWED[state] == frozenset()


@given(st.permutations(["sent", *RECEIPTS]), st.data())
def test_receipts_end_the_same_in_any_order_and_number(words, data):
    repeated = words + data.draw(st.lists(st.sampled_from(words), max_size=6))
    shuffled = data.draw(st.permutations(repeated))

    state = "sent"
    for word in shuffled:
        if word in ALLOWED[state]:
            state = word

    assert state == "perm_failed"


def test_a_better_word_wins_over_a_worse_in_both_orders():
    ends = set()
    for order in itertools.permutations(["temp_failed", "delivered"]):
        state = "sent"
        for word in order:
            state = word if word in ALLOWED[state] else state
        ends.add(state)

    assert ends == {"delivered"}


def test_good_ends_are_ends():
    assert GOOD < ENDED


@pytest.mark.django_db
@pytest.mark.each_database
class TestMove:
    def test_a_move_that_the_table_lacks_is_a_defect(self):
        [message] = many(TenantFactory())

        with pytest.raises(ForbiddenMove):
            states.move([Move(message, was="queued", to="failed", cause="x")])

    def test_who_is_late_changes_nothing_and_writes_nothing(self):
        [message] = many(TenantFactory())
        expired = Move(message, was="queued", to="expired", cause="expired")
        cancelled = Move(message, was="queued", to="cancelled", cause="cancelled")

        assert states.move([expired]) == {message.id}
        assert states.move([cancelled]) == set()
        assert again(message).state == "expired"
        assert story(message) == ["accepted", "expired"]

    def test_another_workers_token_does_not_fit(self):
        [message] = many(TenantFactory())
        claimed()
        move = Move(message, was="claimed", to="sending", cause="begin", token=uuid4())

        assert states.move([move]) == set()
        assert again(message).state == "claimed"

    def test_what_was_expected_must_still_hold(self):
        [message] = many(TenantFactory(), attempts=3)
        move = Move(
            message,
            was="queued",
            to="cancelled",
            cause="cancelled",
            expected={"attempts": 2},
        )

        assert states.move([move]) == set()

    def test_many_messages_move_differently_in_one_go(self):
        one, two, three = many(TenantFactory(), 3)
        moves = [
            Move(
                one,
                was="queued",
                to="dead",
                cause="a",
                values={"error_code": "x", "asking": True, "tries": 7},
            ),
            Move(
                two,
                was="queued",
                to="dead",
                cause="b",
                values={"error_code": "y", "asking": False, "tries": 8},
            ),
            Move(three, was="queued", to="cancelled", cause="c"),
        ]

        assert len(states.move(moves)) == 3
        assert (again(one).error_code, again(two).error_code) == ("x", "y")
        assert (again(one).asking, again(two).asking) == (True, False)
        assert (again(one).tries, again(two).tries) == (7, 8)
        assert again(three).state == "cancelled"
        assert again(one).finished_at is not None

    def test_a_replay_has_no_time_of_its_end(self):
        [message] = many(TenantFactory())
        states.move([Move(message, was="queued", to="dead", cause="gave_up")])
        states.move([Move(message, was="dead", to="queued", cause="replay")])

        assert again(message).finished_at is None

    def test_the_first_message_that_is_sent_says_so_for_its_notification(self):
        many(TenantFactory(), 2, channel="email")

        assert Notification.across_tenants().get().status == "queued"

    def test_an_end_asks_for_a_summing_up_even_if_the_worker_dies_now(self):
        [message] = many(TenantFactory())
        states.move([Move(message, was="queued", to="expired", cause="expired")])

        assert Notification.across_tenants().get().rollup_at is not None

    def test_begun_messages_are_none_without_a_claim(self):
        tenant = TenantFactory()
        [message] = many(tenant, channel="email")

        assert begun("email-bulk") == [], "there is no account: it is held"
        assert again(message).state == "queued"
