"""The audit finds what it is there to find, and nothing else."""

from __future__ import annotations

import pytest

from tests.chaos.oracle import Row, judge

WORD, ID = "chaos-000001", "n1"


def row(**changes) -> Row:
    values = {
        "id": "m1",
        "word": WORD,
        "notification": ID,
        "state": "sent",
        "flagged": False,
        "accepted_at": 100.0,
    }
    return Row(**{**values, **changes})


def found(rows, taken, answered=None):
    return judge({WORD: ID} if answered is None else answered, rows, taken)


def test_one_message_that_arrived_once_is_well():
    well = found([row()], {WORD: [100.5]})

    assert well.clean
    assert (well.accepted, well.arrived, well.p99_s) == (1, 1, 0.5)


def test_an_answered_post_without_a_row_is_lost():
    assert found([], {}).lost == 1


def test_an_answer_that_named_another_notification_is_lost():
    assert found([row(notification="n2")], {WORD: [101.0]}).lost == 1


def test_what_is_said_to_be_sent_and_never_arrived_is_lost():
    assert found([row()], {}).lost == 1


@pytest.mark.parametrize("state", ["dead", "failed", "expired"])
def test_what_never_arrived_and_says_so_is_not_lost(state):
    told = found([row(state=state)], {})

    assert told.clean
    assert told.told_failed == 1


@pytest.mark.parametrize("state", ["queued", "claimed", "sending", "unknown"])
def test_what_has_not_ended_is_stuck(state):
    assert found([row(state=state)], {}).stuck == 1


def test_twice_without_a_word_is_a_breach_and_twice_with_one_is_not():
    twice = {WORD: [101.0, 102.0]}

    assert found([row()], twice).unflagged_duplicates == 1
    flagged = found([row(flagged=True)], twice)
    assert flagged.clean
    assert flagged.flagged_duplicates == 1


def test_two_notifications_of_one_post_are_a_breach():
    both = [row(), row(id="m2", notification="n2")]

    assert found(both, {WORD: [101.0]}).unflagged_duplicates == 1


def test_a_call_for_what_nobody_handed_in_is_a_breach():
    assert not found([row()], {WORD: [101.0], "chaos-000002": [101.0]}).clean
