"""Which event passes which filter."""

from __future__ import annotations

import pytest

from callbacks import kinds


@pytest.mark.parametrize(
    ("filters", "passes"),
    [
        ([], True),
        (["message.delivered"], True),
        (["message.*"], True),
        (["message.sent"], False),
        (["message.deliver"], False),
        (["sms.*"], False),
        (["sms.*", "message.*"], True),
    ],
)
def test_a_filter_is_exact_or_a_group(filters: list[str], passes: bool):
    assert kinds.passes(filters, "message.delivered") is passes


@pytest.mark.parametrize(
    "text", ["*", "message", "message.**", "message.lost", "mess.*"]
)
def test_a_filter_that_nothing_passes_is_none(text: str):
    assert not kinds.is_filter(text)


def test_every_event_of_a_message_is_a_success_or_a_failure():
    told = frozenset().union(*kinds.OUTCOMES.values())

    assert told == {one for one in kinds.TYPES if one.startswith("message.")}
    assert kinds.asked_for(["failure"], "message.expired")
    assert not kinds.asked_for(["success"], "message.expired")
    assert not kinds.asked_for([], "message.sent")
