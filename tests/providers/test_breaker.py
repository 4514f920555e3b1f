"""Many failures in a row open it, one call tries it, an answer closes it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from notify_project.db import clock
from providers import breaker
from providers.accounts import offers
from providers.breaker import Heard, open_seconds
from providers.failures import OF_CALLS, TRIAL_CALLS, TRIPS_AFTER
from providers.models import Account, Breaker, Outage
from tests.delivery.scene import account_of
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


@pytest.fixture
def account() -> Account:
    return account_of(TenantFactory(), "sms.sandbox")


def fail(account: Account, times: int = TRIPS_AFTER, **more) -> None:
    breaker.hear(Heard(account.id, False, **more) for _ in range(times))


def row(account: Account) -> Breaker:
    return Breaker.objects.get(account=account)


def seen(account: Account) -> Account:
    """As delivery sees it: read with the accounts that are offered."""
    offers.forget()
    assert account.tenant_id
    [found] = [
        one
        for one in offers.of(account.tenant_id, account.channel)
        if one.id == account.id
    ]
    return found


def wait_over(account: Account) -> None:
    Breaker.objects.filter(account=account).update(
        open_until=Now() - timedelta(seconds=1)
    )


def test_some_failures_open_nothing(account):
    fail(account, TRIPS_AFTER - 1)

    assert not Breaker.objects.exists()


def test_one_answer_ends_the_row(account):
    fail(account, TRIPS_AFTER - 1)
    breaker.hear([Heard(account.id, True)])
    fail(account, TRIPS_AFTER - 1)

    assert not Breaker.objects.exists()


def test_what_says_nothing_is_not_counted(account):
    breaker.hear(Heard(account.id, None) for _ in range(50))

    assert not Breaker.objects.exists()


def test_many_in_a_row_open_it_for_all_workers(account):
    fail(account)

    found = seen(account)
    assert 4.0 < offers.broken_seconds(found) <= 6.5
    assert not offers.wants_probe(found)


def test_no_query_unless_it_opens_or_closes(account, django_assert_num_queries):
    with django_assert_num_queries(0):
        fail(account, TRIPS_AFTER - 1)
        breaker.hear([Heard(account.id, True)])


def test_when_its_time_is_over_one_call_of_all_may_try(account):
    fail(account)
    wait_over(account)

    assert offers.wants_probe(seen(account))
    assert [breaker.probe(account.id) for _ in range(3)] == [True, False, False]


def test_nobody_tries_before(account):
    fail(account)

    assert not breaker.probe(account.id)


def test_an_answer_closes_it(account):
    fail(account)
    wait_over(account)
    breaker.probe(account.id)
    breaker.hear([Heard(account.id, True, probe=True)])

    found = seen(account)
    assert offers.broken_seconds(found) == 0
    assert not offers.wants_probe(found)
    assert [one.account_id for one in breaker.closed_lately(seconds=60)] == [account.id]


def test_none_opens_it_for_longer(account):
    fail(account)
    for _ in range(2):
        wait_over(account)
        assert breaker.probe(account.id)
        breaker.hear([Heard(account.id, False, probe=True)])

    assert row(account).trips == 2
    assert 18.0 < offers.broken_seconds(seen(account)) <= 25.0


def test_a_late_failure_of_others_changes_nothing(account):
    fail(account)
    before = row(account).open_until
    fail(account)

    assert (row(account).open_until, row(account).trips) == (before, 0)


def test_it_opens_for_longer_if_it_was_closed_only_just(account):
    fail(account)
    breaker.close(account.id)
    fail(account)

    assert row(account).trips == 1


def test_long_after_it_begins_anew(account):
    fail(account)
    breaker.close(account.id)
    Breaker.objects.update(trips=4, closed_at=Now() - timedelta(hours=1))
    fail(account)

    assert row(account).trips == 0


def test_a_worker_that_dies_over_its_try_leaves_it_to_others(account):
    fail(account)
    wait_over(account)
    breaker.probe(account.id)
    Breaker.objects.update(probe_until=Now() - timedelta(seconds=1))

    assert breaker.probe(account.id)


def test_it_is_never_open_for_longer_than_a_minute():
    assert [open_seconds(trips) for trips in (0, 1, 2, 3, 4, 50)] == [
        5.0,
        10.0,
        20.0,
        40.0,
        60.0,
        60.0,
    ]


def mixed(account: Account, calls: int) -> None:
    """Three of five fail."""
    ends = [False, True, False, True, False] * calls
    breaker.hear(Heard(account.id, well) for well in ends[:calls])


def test_each_outage_is_kept_with_its_end_and_a_failed_probe_begins_no_other(account):
    began = clock.now() - timedelta(seconds=1)
    fail(account)
    wait_over(account)
    fail(account, 1, probe=True)
    [lasting] = breaker.outages([account.id], since=began)[account.id]
    breaker.hear([Heard(account.id, True, probe=True)])
    fail(account)

    first, second = breaker.outages([account.id], since=began)[account.id]

    assert lasting.ended_at is None
    assert first.id == lasting.id
    assert first.began_at <= first.ended_at <= second.began_at
    assert second.ended_at is None
    assert breaker.outages([account.id], since=first.ended_at)[account.id]


def test_outages_of_long_ago_are_forgotten(account):
    fail(account)
    breaker.close(account.id)
    breaker.forget_old()
    kept = Outage.objects.count()
    Outage.objects.update(ended_at=Now() - timedelta(days=breaker.KEPT_DAYS + 1))

    breaker.forget_old()

    assert (kept, Outage.objects.count()) == (1, 0)


def test_a_provider_that_answers_some_calls_only_is_left_alone_too(account):
    mixed(account, OF_CALLS - 1)
    assert not Breaker.objects.exists()
    mixed(account, 1)

    assert offers.broken_seconds(seen(account)) > 4.0


def test_just_closed_it_is_on_trial(account):
    fail(account)
    breaker.close(account.id)
    mixed(account, TRIAL_CALLS - 1)
    assert row(account).open_until is None
    mixed(account, 1)

    assert (row(account).open_until is not None, row(account).trips) == (True, 1)


def test_what_other_workers_heard_before_it_was_closed_is_over(account):
    """They learn of it when they read the account again."""
    mixed(account, OF_CALLS - 1)
    breaker.open_for(account.id)
    wait_over(account)
    Breaker.objects.update(open_until=None, closed_at=Now() + timedelta(seconds=1))
    seen(account)
    fail(account, 1)

    assert row(account).open_until is None
