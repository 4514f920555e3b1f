"""Failed log-ins are counted for all web processes together, and forgotten in time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db.models import F
from django.utils import timezone

from tenants import login_failures
from tenants.models import LoginFailures

pytestmark = pytest.mark.django_db
HOME, AWAY = "192.0.2.1", "192.0.2.2"


def fail(times, address=HOME, account="jane@example.org"):
    for _time in range(times):
        login_failures.failed(address, account)


def pass_time(seconds):
    LoginFailures.objects.update(failed_at=F("failed_at") - timedelta(seconds=seconds))


# Sixteen failures wait a minute, which no machine is too slow to see.
MANY = 16


def test_failures_make_that_address_wait_for_that_account():
    fail(9)
    before = login_failures.is_waiting(HOME, "jane@example.org")
    fail(MANY - 9)

    assert not before
    assert login_failures.is_waiting(HOME, "jane@example.org")
    assert not login_failures.is_waiting(AWAY, "jane@example.org")
    assert not login_failures.is_waiting(HOME, "joe@example.org")


def test_the_wait_grows_and_ends():
    fail(MANY)

    pass_time(30)
    assert login_failures.is_waiting(HOME, "jane@example.org")
    pass_time(31)
    assert not login_failures.is_waiting(HOME, "jane@example.org")


def test_one_address_with_many_accounts_waits_for_all_of_them():
    for number in range(40 + MANY):
        fail(1, account=f"{number}@example.org")

    assert login_failures.is_waiting(HOME, "jane@example.org")
    assert not login_failures.is_waiting(AWAY, "jane@example.org")


def test_success_forgives():
    fail(MANY)

    login_failures.succeeded(HOME, "jane@example.org")

    assert not login_failures.is_waiting(HOME, "jane@example.org")


def test_ten_minutes_later_counting_begins_anew():
    fail(MANY)
    pass_time(601)
    fail(1)

    assert not login_failures.is_waiting(HOME, "jane@example.org")


def test_nothing_readable_is_kept_and_nothing_for_long():
    fail(1)
    stored = str(list(LoginFailures.objects.values()))
    login_failures.forget_old()
    kept = LoginFailures.objects.count()
    pass_time(601)

    login_failures.forget_old()

    assert "jane" not in stored
    assert HOME not in stored
    assert (kept, LoginFailures.objects.count()) == (2, 0)


def test_sessions_that_have_ended_go_too():
    ended, lasting = SessionStore(), SessionStore()
    for session in (ended, lasting):
        session.create()
    past = timezone.now() - timedelta(days=1)
    Session.objects.filter(session_key=ended.session_key).update(expire_date=past)

    login_failures.forget_old()

    assert [one.session_key for one in Session.objects.all()] == [lasting.session_key]
