"""The proof at its smallest, and its books."""

from __future__ import annotations

from typing import Any

import pytest

from tests.proof import books
from tests.proof.run import Plan, Proof


def notes(*entries: str) -> list[dict[str, Any]]:
    """Each is "id what"."""
    pairs = (one.split() for one in entries)
    return [{"id": key, "what": what} for key, what in pairs]


def test_what_never_arrived_is_lost():
    found = books.audit(["a", "b"], notes("a took", "a answered", "b refused"))

    assert (found["distinct_ids"], found["lost"], found["refused"]) == (1, 1, 1)


def test_a_double_is_excused_by_an_answer_that_was_lost():
    excused = notes("a took", "a hung", "a took", "a answered")
    found = books.audit(["a"], excused)
    wrong = books.audit(["a"], [*excused, *notes("a took")])

    assert (found["doubles"], found["doubles_after_an_answer"]) == (1, 0)
    assert (wrong["doubles"], wrong["doubles_after_an_answer"]) == (2, 1)
    assert books.is_clean({**found, "not_delivered": 0})
    assert not books.is_clean({**wrong, "not_delivered": 0})


@pytest.mark.only_on("postgresql")
def test_a_few_events_arrive_on_a_bad_day(ground):
    plan = Plan(
        events=60,
        tenants=2,
        workers=1,
        hang_seconds=0.2,
        down_seconds=1.0,
        patience_seconds=120.0,
    )

    found = Proof(ground, plan).run()

    assert books.is_clean(found), found
    assert found["distinct_ids"] == 60
    assert found["refused"] > 0
