"""The database's clock is the one that counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notify_project.db import clock

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


def test_now_is_aware_and_about_now():
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_later_is_that_many_seconds_after_now():
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {clock.now_sql()} < {clock.later()}", [0.5])
        (is_later,) = cursor.fetchone()
        cursor.execute(f"SELECT {clock.now_sql()} > {clock.later()}", [-60])
        (is_earlier,) = cursor.fetchone()

    assert (bool(is_later), bool(is_earlier)) == (True, True)


@pytest.mark.only_on("postgresql")
def test_now_is_asked_for_once_and_counted_on_from_there(monkeypatch):
    monkeypatch.setattr(clock, "_PROMPT_SECONDS", 60)  # on a busy machine too
    with CaptureQueriesContext(connection) as asked:
        moments = [clock.now() for _ in range(50)]

    assert len(asked) == 1
    assert moments == sorted(moments)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        [theirs] = cursor.fetchone()
    assert moments[-1] <= theirs


@pytest.mark.only_on("postgresql")
def test_an_answer_that_took_its_time_is_not_counted_on_from(monkeypatch):
    monkeypatch.setattr(clock, "_PROMPT_SECONDS", 0)
    with CaptureQueriesContext(connection) as asked:
        clock.now()
        clock.now()

    assert len(asked) == 2
