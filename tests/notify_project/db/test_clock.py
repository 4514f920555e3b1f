"""The database's clock is the one that counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

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
