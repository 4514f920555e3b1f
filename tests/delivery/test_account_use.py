"""How accounts were used: their points over seven days, their breakers."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from delivery import account_use
from providers import breaker, weights
from tests.delivery.scene import account_of
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


@pytest.fixture
def tenant():
    return TenantFactory()


def of(tenant, account):
    [found] = [one for one in account_use.of(tenant) if one.account.id == account.id]
    return found


def test_points_that_were_moved_make_a_step(tenant):
    account = account_of(tenant, "email.smtp", weight=50)
    still = of(tenant, account)

    weights.change([weights.Change(account.id, 50, 10)], reason="errors")

    moved = of(tenant, account)
    assert not still.moved
    assert moved.moved
    # High all week, and low from now.
    assert moved.points.points.startswith("0,0 120,0 120,19")
    assert moved.account.weight == 10


def test_an_open_breaker_is_told_and_one_that_closed_too(tenant):
    account = account_of(tenant, "email.smtp")
    before = of(tenant, account)
    breaker.open_for(account.id)
    broken = of(tenant, account)
    breaker.close(account.id)
    mended = of(tenant, account)

    assert (before.open_since, before.broke_at) == (None, None)
    assert broken.open_since
    assert broken.broke_at is None
    assert mended.open_since is None
    assert mended.broke_at == broken.open_since
    assert (before.outages, len(broken.outages), len(mended.outages)) == ([], 1, 1)


def test_another_tenants_are_not_shown_and_rooms_are_no_accounts_that_share(tenant):
    mine = account_of(tenant, "email.smtp")
    account_of(tenant, "msgapp.webhook")
    account_of(tenant, "sms.sandbox", active=False)
    other = account_of(TenantFactory(), "email.smtp")

    own = {one.account.id for one in account_use.of(tenant)}
    everybodys = {one.account.id for one in account_use.of(None)}

    assert own == {mine.id}
    assert {mine.id, other.id} <= everybodys


@pytest.mark.usefixtures("steady_clock")
def test_many_accounts_cost_no_more_queries(tenant):
    costs = []
    for number in range(2):
        account_of(tenant, "email.smtp", name=f"server {number}")
        with CaptureQueriesContext(connection) as asked:
            account_use.of(tenant)
        costs.append(len(asked))

    assert costs[0] == costs[1]
