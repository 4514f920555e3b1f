"""Each part of the bench at its smallest, so that it does not rot. Nothing is timed."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.bench import accept, deliver, growth, latency, pages, peers, report, rows
from tests.bench.customer import open_for_business

pytestmark = pytest.mark.only_on("postgresql")


def test_the_bare_view_stores_the_rows_of_an_accepted_call(ground):
    found = accept.rows(ground, open_for_business())

    ours = dict(found["ours"])
    assert ours.pop("tenants_ratebucket") == 1
    assert ours == found["bare"]
    assert len(ours) == 6


def test_callers_at_full_speed_are_all_accepted(ground):
    found = accept.measure(ground, open_for_business(), seconds=0.5)

    # On a machine that is busy enough, half a second may pass without an answer.
    assert min(found.ours, found.bare) >= 0


def test_texts_go_through_a_worker_and_through_the_bare_loop(ground):
    found = deliver.measure(ground, "sms", count=20, delay_ms=1)

    assert found.ours > 0
    assert found.bare > 0


def test_mails_go_out_from_our_queue_and_from_the_peers(ground):
    environment = peers.prepare(ground)
    try:
        ours, theirs = peers.measure(ground, environment, count=20, delay_ms=1)
    finally:
        ground.drop_database(peers.DATABASE)

    assert ours > 0
    assert theirs > 0


def test_latency_and_memory_of_all_processes(ground):
    found = latency.measure(ground, per_second=20, seconds=1)

    assert len(found.milliseconds) == 20
    assert set(found.memory_mb) == {"web", "worker", "beat"}
    assert min(found.memory_mb.values()) > 10


def test_every_question_finds_what_the_past_holds(ground):
    past = rows.fill(2000)

    assert rows.found_again() == past
    here = connection.settings_dict["NAME"]
    assert growth.times([here], 1)[here].keys() == growth.QUESTIONS.keys()
    assert growth.plans(past).keys() == growth.QUESTIONS.keys()


def test_every_page_is_looked_at_with_rows_beside(ground):
    rows.fill(1000)

    assert pages.fill(1000) == 1000 + 6 * 100
    found = pages.times()

    assert {one.partition(":")[0] for one in found} == {"admin", "operator"}
    assert pages.times().keys() == found.keys()
    assert min(found.values()) > 0


def test_a_figure_that_is_not_as_it_should_be_is_named(tmp_path):
    found = {"accept_ratio": 0.6, "growth": {"claim": 2.0}, "memory_mb": {"worker": 99}}

    assert report.missed(found) == ["growth.claim"]
    assert "MISSED" in report.table(found)
    assert report.write(found, tmp_path).read_text("utf-8").startswith("{")
