"""`manage.py simulate_balancing` draws, and says what it cannot read."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command


def drawn(*words: str) -> list[str]:
    out = StringIO()
    call_command("simulate_balancing", *words, stdout=out)
    return out.getvalue().splitlines()


def test_four_hours_of_two_providers():
    lines = drawn()

    assert "one  51" in lines[0]
    assert "other  49" in lines[0]
    assert {line.rpartition(" ")[2] for line in lines} >= {"errors", "slow", "rest"}
    assert "one  51" in lines[-1]


def test_any_number_of_providers_and_any_faults():
    lines = drawn(
        *("--accounts", "a=40", "b=35", "c=25", "--hours", "1"),
        *("--fault", "b:errors:5-10:0.5"),
    )

    assert "c  25" in lines[0]
    assert any(line.endswith("errors") for line in lines)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--accounts", "one"), "one is not NAME=POINTS"),
        (("--fault", "one:errors"), "is not NAME:KIND:FROM-TO"),
        (("--fault", "one:silence:1-2"), "silence is no kind of fault"),
    ],
)
def test_what_it_cannot_read_it_says(words, sentence):
    with pytest.raises(CommandError, match=sentence):
        drawn(*words)
