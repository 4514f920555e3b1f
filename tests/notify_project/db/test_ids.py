"""Ids are UUIDs of version 7, and each is greater than the one before."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import RFC_4122

from notify_project.db.ids import first_of, read_id, uuid7


def test_version_and_variant_are_those_of_rfc_9562():
    made = uuid7()

    assert (made.version, made.variant) == (7, RFC_4122)


def test_the_first_48_bits_are_milliseconds():
    before = time.time_ns() // 1_000_000
    stamp = uuid7().int >> 80
    after = time.time_ns() // 1_000_000

    assert before <= stamp <= after + 1


def test_ids_made_in_a_row_are_in_order_and_differ():
    made = [uuid7() for _ in range(20_000)]

    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_threads_get_different_ids():
    with ThreadPoolExecutor(8) as threads:
        made = [
            one
            for many in threads.map(lambda _: [uuid7() for _ in range(2_000)], range(8))
            for one in many
        ]

    assert len(set(made)) == len(made)


def test_a_clock_that_goes_back_does_not_go_back_in_ids(monkeypatch):
    first = uuid7()
    monkeypatch.setattr(time, "time_ns", lambda: 0)

    assert uuid7() > first


def test_rows_made_since_a_moment_have_its_first_id_or_more():
    made = uuid7()
    now = datetime.fromtimestamp((made.int >> 80) / 1000, UTC)

    assert first_of(now) <= made
    assert first_of(now + timedelta(milliseconds=2)) > made
    assert (first_of(now).version, first_of(now).variant) == (7, RFC_4122)


def test_an_id_is_read_in_any_spelling_and_nonsense_is_none():
    made = uuid7()

    assert read_id(made.hex.upper()) == read_id(f"{{{made}}}") == made
    assert read_id("") is read_id("x" * 500) is read_id(None) is None
