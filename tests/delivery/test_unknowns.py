"""What to do when nobody can say whether a message went out."""

from __future__ import annotations

import pytest

from delivery.unknowns import Step, first, keeps_account, then, without_asking


@pytest.mark.parametrize(
    ("capabilities", "channel", "step", "seconds"),
    [
        ({"key"}, "msgApp", Step.REPEAT, 0),
        ({"key", "lookup", "echo"}, "sms", Step.REPEAT, 0),
        ({"lookup"}, "sms", Step.LOOK_UP, 60),
        ({"echo"}, "sms", Step.WAIT, 600),
        ({"echo"}, "email", Step.WAIT, 900),
        (set(), "email", Step.WAIT, 60),
    ],
)
def test_first_by_what_the_provider_can(capabilities, channel, step, seconds):
    following = first(capabilities, channel)

    assert (following.step, following.after_seconds) == (step, seconds)


@pytest.mark.parametrize(
    ("capabilities", "policy", "unknowns", "lookups", "step"),
    [
        (set(), "retry_once", 1, 0, Step.RETRY),
        (set(), "retry_once", 2, 0, Step.GIVE_UP),
        (set(), "hold", 1, 0, Step.GIVE_UP),
        (set(), "at_most_once", 1, 0, Step.GIVE_UP),
        ({"echo"}, "retry_once", 1, 0, Step.RETRY),
        ({"lookup"}, "hold", 1, 0, Step.LOOK_UP),
        ({"lookup"}, "hold", 1, 1, Step.LOOK_UP),
        ({"lookup"}, "hold", 1, 2, Step.REPEAT),
        ({"key"}, "at_most_once", 1, 0, Step.REPEAT),
    ],
)
def test_then_by_policy(capabilities, policy, unknowns, lookups, step):
    following = then(capabilities, policy, unknowns=unknowns, lookups=lookups)

    assert following.step == step


def test_a_second_unknown_outcome_is_never_repeated_blindly():
    policies = ["retry_once", "hold", "at_most_once"]

    assert {without_asking(one, unknowns=2).step for one in policies} == {Step.GIVE_UP}


@pytest.mark.parametrize(
    ("capabilities", "asking", "unknowns", "kept"),
    [
        ({"key"}, False, 1, True),
        ({"key"}, False, 0, False),
        ({"lookup"}, True, 1, True),
        ({"lookup"}, False, 1, False),
        (set(), False, 1, False),
    ],
)
def test_a_repeat_and_a_look_up_go_where_the_first_call_went(
    capabilities, asking, unknowns, kept
):
    assert keeps_account(capabilities, asking=asking, unknowns=unknowns) is kept
