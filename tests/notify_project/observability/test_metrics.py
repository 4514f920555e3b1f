"""Counts of all processes, as Prometheus reads them."""

from __future__ import annotations

import re

import pytest
from django.db import DatabaseError

from notify_project.observability import metrics
from notify_project.observability.metrics import Counter, Histogram
from notify_project.observability.models import MetricTotal

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]

SAMPLE = re.compile(
    r'^[a-z_]+(\{([a-z_]+="[^"\n]*",?)+\})? (\d+(\.\d+)?(e[+-]?\d+)?|\+Inf)$'
)


@pytest.fixture(autouse=True)
def _nothing_else(monkeypatch):
    """What other tests have counted in this process."""
    monkeypatch.setattr(metrics, "_pending", metrics._Pending())
    monkeypatch.setattr(metrics, "_told", {})


def lines() -> list[str]:
    return metrics.exposition().splitlines()


def test_what_was_counted_is_told_with_its_labels():
    counter = Counter("notify_dead_total", "Given up.")
    counter.count(reason="gave_up")
    counter.count(2, reason="gave_up")
    counter.count(reason="poison", channel="sms")

    assert lines() == [
        "# HELP notify_dead_total Given up.",
        "# TYPE notify_dead_total counter",
        'notify_dead_total{channel="sms",reason="poison"} 1',
        'notify_dead_total{reason="gave_up"} 3',
    ]


def test_counting_takes_no_query(django_assert_num_queries):
    counter = Counter("notify_x_total", "X.")
    with django_assert_num_queries(0):
        for _ in range(100):
            counter.count(kind="a")
    with django_assert_num_queries(1):
        metrics.flush()

    assert MetricTotal.objects.get().amount == 100


def test_counts_of_several_processes_add_up():
    counter = Counter("notify_x_total", "X.")
    for _process in range(3):
        counter.count(5)
        metrics.flush()

    assert lines()[-1] == "notify_x_total 15"


def test_a_histogram_has_buckets_from_small_to_large():
    seconds = Histogram("notify_s", "S.", (0.5, 2.5, 10.0))
    for one in (0.1, 0.5, 2.0, 99.0):
        seconds.observe(one, provider="sms.mmg")

    label = 'provider="sms.mmg"'
    assert [one for one in lines() if "_bucket" in one] == [
        f'notify_s_bucket{{le="{bound}",{label}}} {count}'
        for bound, count in (("0.5", 2), ("2.5", 3), ("10", 3), ("+Inf", 4))
    ]
    assert f"notify_s_count{{{label}}} 4" in lines()
    assert f"notify_s_sum{{{label}}} 101.6" in lines()


def test_every_line_is_one_that_prometheus_can_read():
    Counter("notify_x_total", "X.").count(a='quo"te', b="back\\slash")
    Histogram("notify_s", "S.", (0.5,)).observe(0.123456)
    metrics.gauge("notify_g", "G.", lambda: [({"lane": "sms-hi"}, 1.5), ({}, 0.0)])

    samples = [one for one in lines() if not one.startswith("#")]
    assert 'notify_x_total{a="quo\\"te",b="back\\\\slash"} 1' in samples
    assert [one for one in samples if "quo" not in one and not SAMPLE.match(one)] == []


def test_a_gauge_is_read_when_it_is_asked_for():
    heights = iter([1.0, 2.0])
    metrics.gauge("notify_g", "G.", lambda: [({}, next(heights))])

    assert [lines()[-1], lines()[-1]] == ["notify_g 1", "notify_g 2"]


def test_what_cannot_be_stored_is_kept(monkeypatch):
    counter = Counter("notify_x_total", "X.")
    counter.count(7)
    with monkeypatch.context() as patch:

        def away(_rows):
            raise DatabaseError

        patch.setattr(metrics, "_add", away)
        with pytest.raises(DatabaseError):
            metrics.flush()
        patch.setattr(metrics, "FLUSH_SECONDS", 0.0)
        metrics.flush_after_request()  # the request does not suffer from it

    assert lines()[-1] == "notify_x_total 7"


def test_a_process_adds_to_the_rows_every_few_seconds(monkeypatch):
    counter = Counter("notify_x_total", "X.")
    counter.count()
    monkeypatch.setattr(metrics, "FLUSH_SECONDS", 60.0)
    metrics.flush_if_due()
    assert not MetricTotal.objects.exists()

    monkeypatch.setattr(metrics, "FLUSH_SECONDS", 0.0)
    metrics.flush_if_due()
    assert MetricTotal.objects.get().amount == 1
