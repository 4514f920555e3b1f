"""What the rows say of accounts, and the points that follow."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db.models.functions import Now

from delivery import rebalancing
from delivery.models import Attempt, Message
from delivery.rebalancing import rebalance
from notify_project.db import clock
from notify_project.db.ids import first_of, uuid7
from providers import weights
from providers.models import Account, WeightChange
from tests.delivery.scene import TWILIO, account_of, many
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


@pytest.fixture
def tenant():
    return TenantFactory()


@pytest.fixture
def pair(tenant) -> list[Account]:
    """Sandboxes of a tenant's own: they tell what arrived."""
    return [
        account_of(tenant, "sms.sandbox", name=name, weight=at, resting_point=at)
        for name, at in (("One", 51), ("Other", 49))
    ]


def tried(
    account: Account,
    count: int,
    outcome: str,
    *,
    ago: float = 10.0,
    state: str = "queued",
    arrived_after: float | None = None,
) -> None:
    """So many attempts at this account, each of a message of its own."""
    assert account.tenant
    began = clock.now() - timedelta(seconds=ago)
    messages = many(account.tenant, count, channel="sms")
    ids = [one.id for one in messages]
    done = began + timedelta(seconds=arrived_after or 0.0)
    Message.across_tenants().filter(id__in=ids).update(state=state, finished_at=done)
    Attempt.across_tenants().bulk_create(
        Attempt(
            id=_id_of(began),
            tenant=account.tenant,
            message=one,
            number=1,
            account=account,
            provider=account.provider,
            worker="w",
            outcome=outcome,
            started_at=began,
        )
        for one in messages
    )


def _id_of(moment: datetime) -> UUID:
    """As a worker would have made it then."""
    return UUID(int=first_of(moment).int | uuid7().int & ((1 << 62) - 1))


def points(*accounts: Account) -> list[int]:
    by_id = dict(Account.across_tenants().values_list("id", "weight"))
    return [by_id[one.id] for one in accounts]


def test_errors_of_the_last_minute_move_points(pair):
    tried(pair[0], 51, "temporary")
    rebalance()

    assert points(*pair) == [41, 59]
    told = WeightChange.objects.get(account=pair[0])
    assert (told.reason, told.detail) == ("errors", "One: errors 51")


def test_of_all_kinds_of_errors(pair):
    for outcome in ("temporary", "unknown", "misconfigured"):
        tried(pair[0], 20, outcome)
    rebalance()

    assert points(*pair) == [41, 59]


def test_refused_messages_say_nothing_of_the_provider(pair):
    tried(pair[0], 60, "permanent")
    rebalance()

    assert points(*pair) == [51, 49]


def test_what_is_longer_ago_is_forgotten(pair):
    tried(pair[0], 60, "temporary", ago=70.0)
    rebalance()

    assert points(*pair) == [51, 49]


def test_once_a_minute_however_often_it_is_looked_at(pair):
    tried(pair[0], 60, "temporary")
    for _ in range(5):
        rebalance()
    assert points(*pair) == [41, 59]

    WeightChange.objects.update(at=Now() - timedelta(seconds=61))
    rebalance()
    assert points(*pair) == [31, 69]


def test_slow_delivery_moves_points(pair):
    tried(pair[0], 17, "accepted", ago=400, state="delivered", arrived_after=2.0)
    tried(pair[0], 3, "accepted", ago=400, state="delivered", arrived_after=310.0)
    tried(pair[1], 20, "accepted", ago=400, state="delivered", arrived_after=2.0)
    rebalance()

    assert points(*pair) == [41, 59]
    assert WeightChange.objects.filter(reason="slow").count() == 2


def test_what_has_not_arrived_in_five_minutes_is_slow(pair):
    tried(pair[0], 20, "accepted", ago=310, state="sent")
    tried(pair[1], 20, "accepted", ago=200, state="sent")
    rebalance()

    assert points(*pair) == [41, 59]


def test_a_provider_that_tells_nothing_is_not_slow(tenant, monkeypatch):
    silent = [
        account_of(tenant, "sms.twilio", name=name, config=TWILIO)
        for name in ("One", "Other")
    ]
    tried(silent[0], 20, "accepted", ago=310, state="sent")
    monkeypatch.setattr(rebalancing, "capabilities", lambda _key: frozenset())
    rebalance()

    assert points(*silent) == [50, 50]


def test_after_a_quiet_time_points_go_back(pair):
    weights.change(
        [weights.Change(pair[0].id, 51, 41), weights.Change(pair[1].id, 49, 59)],
        reason="errors",
    )
    rebalance()
    assert points(*pair) == [41, 59]

    WeightChange.objects.update(at=Now() - timedelta(seconds=901))
    rebalance()
    assert points(*pair) == [51, 49]
    assert WeightChange.objects.filter(reason="rest").count() == 2


@pytest.mark.parametrize(
    "change", [{"active": False}, {"priority": 20}, {"channel": "email"}]
)
def test_only_accounts_that_share_messages_share_points(pair, change):
    Account.across_tenants().filter(id=pair[1].id).update(**change)
    tried(pair[0], 60, "temporary")
    rebalance()

    assert points(*pair) == [51, 49]


def test_another_tenants_accounts_are_left_alone(pair):
    stranger = account_of(TenantFactory(), "sms.sandbox", weight=49)
    tried(pair[0], 60, "temporary")
    rebalance()

    assert points(stranger) == [49]


def test_destinations_of_chat_have_no_points_to_move(tenant):
    rooms = [
        account_of(tenant, "msgapp.sandbox", name=name) for name in ("one", "other")
    ]
    Attempt.across_tenants().all().delete()
    rebalance()

    assert points(*rooms) == [50, 50]
