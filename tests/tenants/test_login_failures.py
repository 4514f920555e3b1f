"""Failed log-ins are counted for all web processes together, and forgotten in time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db.models import F
from django.utils import timezone

from tenants import login_failures
from tenants.login_failures import Attempt
from tenants.models import LoginFailures

pytestmark = pytest.mark.django_db
HOME, AWAY = "192.0.2.1", "192.0.2.2"
JANE, JOE = "jane@example.org", "joe@example.org"


def fail(times, address=HOME, account=JANE, browser=""):
    for _time in range(times):
        assert login_failures.admit(Attempt(address, account, browser))


def may(address=HOME, account=JANE, **more):
    return login_failures.admit(Attempt(address, account, **more))


def pass_time(seconds):
    LoginFailures.objects.update(since=F("since") - timedelta(seconds=seconds))


def test_the_eleventh_try_in_an_hour_at_one_account_is_refused_everywhere():
    fail(5)
    fail(5, address=AWAY)

    assert not may()
    assert not may(address="198.51.100.7")
    assert may(account=JOE)


def test_the_twenty_first_try_in_an_hour_from_one_address_is_refused():
    for number in range(20):
        fail(1, account=f"{number}@example.org")

    assert not may(account=JOE)
    assert may(address=AWAY, account=JOE)


def test_who_has_one_ipv6_address_has_its_neighbours_too():
    for number in range(20):
        fail(1, address=f"2001:db8::{number:x}", account=f"{number}@example.org")

    assert not may(address="2001:db8::ffff")
    assert may(address="2001:db8:0:1::1")


def test_tries_that_are_not_looked_at_count_for_nothing():
    fail(10)
    for _time in range(20):
        assert not may()

    assert may(account=JOE)


def test_an_hour_after_the_first_failure_counting_begins_anew():
    fail(10)
    pass_time(3590)
    assert not may()

    pass_time(11)
    fail(10)
    assert not may()


def test_success_forgives_the_account():
    fail(9)
    attempt = Attempt(HOME, JANE)
    assert login_failures.admit(attempt)

    login_failures.succeeded(attempt)

    fail(10)


def test_success_counts_nothing_against_the_address():
    for number in range(100):
        attempt = Attempt(HOME, f"{number}@example.org")
        assert login_failures.admit(attempt)
        login_failures.succeeded(attempt)


def test_nobody_can_lock_a_person_out_of_a_browser_of_theirs():
    fail(10, address=AWAY)

    assert not may()
    assert may(browser="b1")


def test_a_known_browser_may_not_guess_for_ever_either():
    fail(10, browser="b1")

    assert not may(browser="b1")


def test_codes_are_counted_apart_from_passwords():
    fail(10)

    assert may(address=AWAY, what="code")


def test_nothing_readable_is_kept_and_nothing_for_long():
    fail(1)
    stored = str(list(LoginFailures.objects.values()))
    login_failures.forget_old()
    kept = LoginFailures.objects.count()
    pass_time(3601)

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
