"""Guessing gets slower and slower."""

from __future__ import annotations

import pytest

from tenants.backoff import FREE_FAILURES, Backoff, wait_seconds
from tests.notify_project.test_remembering import Clock


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(0, 0), (9, 0), (10, 1), (11, 2), (15, 32), (16, 60), (10_000, 60)],
)
def test_the_wait_doubles_up_to_a_minute(failures, seconds):
    assert wait_seconds(failures) == seconds


def test_ten_failures_are_free_then_one_waits_for_that_key_and_address_only():
    clock = Clock()
    backoff = Backoff(clock)

    for _index in range(FREE_FAILURES - 1):
        backoff.failed("192.0.2.1", "id8")
    before = backoff.is_waiting("192.0.2.1", "id8")
    backoff.failed("192.0.2.1", "id8")

    assert not before
    assert backoff.is_waiting("192.0.2.1", "id8")
    assert not backoff.is_waiting("192.0.2.2", "id8")
    assert not backoff.is_waiting("192.0.2.1", "other")


def test_the_wait_ends():
    clock = Clock()
    backoff = Backoff(clock)
    for _index in range(FREE_FAILURES):
        backoff.failed("192.0.2.1", "id8")

    clock.now = 1.0

    assert not backoff.is_waiting("192.0.2.1", "id8")


def test_success_forgives():
    backoff = Backoff()
    for _index in range(FREE_FAILURES):
        backoff.failed("192.0.2.1", "id8")

    backoff.succeeded("192.0.2.1", "id8")

    assert not backoff.is_waiting("192.0.2.1", "id8")
