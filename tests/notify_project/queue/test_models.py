"""The queue's numbers fit each other."""

from __future__ import annotations

from notify_project.queue.models import (
    OPEN,
    POISON_CLAIMS,
    SUSPECT_CLAIMS,
    Lease,
    queue_indexes,
)


def test_a_suspect_has_three_chances_alone():
    assert POISON_CLAIMS - SUSPECT_CLAIMS == 3


def test_every_index_is_for_open_rows_only():
    """History, however long, does not slow the queue."""
    for index in queue_indexes("x"):
        assert index.condition is not None
        assert any(f"'{state}'" in str(index.condition) for state in OPEN)


def test_a_lease_says_whose_it_is():
    assert str(Lease(name="sweep", holder="a")) == "sweep (a)"
