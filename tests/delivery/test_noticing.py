"""What the end of calls tells of the account that was called."""

from __future__ import annotations

import pytest

from delivery.noticing import notice
from delivery.outcomes import Kind, Outcome
from providers.failures import OF_CALLS, TRIPS_AFTER
from providers.models import Account, Breaker
from tests.delivery.scene import account_of, begun, many
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


@pytest.fixture
def call():
    tenant = TenantFactory()
    account_of(tenant, "email.smtp", config={"host": "127.0.0.1", "port": 9})
    many(tenant, channel="email")
    [made] = begun("email-bulk")
    return made


def is_open(call) -> bool:
    return Breaker.objects.filter(account=call.account).exists()


@pytest.mark.parametrize(
    ("kind", "opens"),
    [
        (Kind.TEMPORARY, True),
        (Kind.UNKNOWN, True),
        (Kind.MISCONFIGURED, True),
        (Kind.PERMANENT, False),
        (Kind.ACCEPTED, False),
        (Kind.NOT_CALLED, False),
    ],
)
def test_what_a_provider_did_not_answer_opens_the_breaker(call, kind, opens):
    notice([(call, Outcome(kind))] * TRIPS_AFTER)

    assert is_open(call) == opens


@pytest.mark.parametrize(
    ("failed", "opens"),
    [
        (Outcome(Kind.UNKNOWN), True),
        (Outcome(Kind.TEMPORARY, code="timeout"), True),
        # What one tenant's messages bring about is not to stop another's.
        (Outcome(Kind.TEMPORARY, code="450 4.2.0", personal=True), False),
        (Outcome(Kind.MISCONFIGURED, code="sender"), False),
    ],
)
def test_where_most_calls_fail_the_breaker_opens_though_some_are_answered(
    call, failed, opens
):
    notice([(call, failed), (call, failed), (call, Outcome(Kind.ACCEPTED))] * OF_CALLS)

    assert is_open(call) == opens


def test_who_asks_to_slow_down_answers_and_is_left_alone_for_a_while(call):
    slower = Outcome(Kind.TEMPORARY, throttled=True, retry_after_seconds=90.0)
    notice([(call, slower)] * TRIPS_AFTER)

    assert not is_open(call)
    account = Account.across_tenants().get(id=call.account.id)
    assert account.paused_until is not None


def test_what_says_nothing_new_takes_no_query(call, django_assert_num_queries):
    with django_assert_num_queries(0):
        notice([(call, Outcome(Kind.ACCEPTED)), (call, Outcome(Kind.UNKNOWN))])
