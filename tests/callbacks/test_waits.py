"""A schedule as text: read, refused in words, shown."""

from __future__ import annotations

import pytest

from callbacks.schedule import SCHEDULE
from callbacks.waits import NotASchedule, read, shown


@pytest.mark.parametrize(
    ("text", "waits"),
    [
        ("0 s, 5 s, 5 min, 2 h", [0, 5, 300, 7200]),
        ("0s,90s,5m", [0, 90, 300]),
        (" 0 min ;\n 24 h, ", [0, 86_400]),
        ("0 s", [0]),
    ],
)
def test_it_is_read_as_people_write_it(text: str, waits: list[int]):
    assert read(text) == waits


def test_ours_can_be_typed_again_as_it_is_shown():
    text = "0 s, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h"

    assert shown(SCHEDULE) == text
    assert read(text) == list(SCHEDULE)


def test_what_fits_no_larger_unit_is_shown_in_seconds():
    assert shown([0, 90, 3660]) == "0 s, 90 s, 61 min"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Begin with 0 s"),
        ("5 s, 5 min", "Begin with 0 s"),
        ("0 s, soon", "“soon” is no time"),
        ("0 s, 5", "“5” is no time"),
        ("0 s, -5 s", "“-5 s” is no time"),
        ("0 s, 1.5 h", "“1.5 h” is no time"),
        ("0 s, 0 s", "Between two tries are 1 s to 24 h, and not 0 s."),
        ("0 s, 25 h", "Between two tries are 1 s to 24 h, and not 25 h."),
        ("0 s" + ", 5 s" * 20, "These are 21 tries. Write 20 at most."),
        ("0 s" + ", 22 h" * 8, "All of it takes more than 7 days."),
    ],
)
def test_what_is_wrong_is_said(text: str, sentence: str):
    with pytest.raises(NotASchedule) as refusal:
        read(text)

    assert sentence in str(refusal.value)
