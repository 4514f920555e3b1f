"""Whose turn it is: endpoints in turn, and those that may not be called left alone."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from callbacks import turns
from callbacks.models import Callback, Endpoint
from tenants.models import Tenant
from tests.callbacks.scene import (
    again,
    callbacks,
    endpoint,
    happened,
    receiving,
    work,
)
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory()
    return made


def test_only_endpoints_with_something_due_have_a_turn(tenant: Tenant):
    endpoint(TenantFactory())
    mine = endpoint(tenant)
    happened(tenant)

    assert [one.endpoint.id for one in turns.turns()] == [mine.id]


@pytest.mark.parametrize(
    "changes",
    [
        {"active": False},
        {"held_until": timezone.now() + timedelta(days=1)},
        {"slot_at": timezone.now() + timedelta(days=1)},
    ],
)
def test_one_that_may_not_be_called_is_left_alone(tenant: Tenant, changes: object):
    mine = endpoint(tenant)
    happened(tenant)
    type(mine).for_tenant(tenant).filter(id=mine.id).update(**changes)  # type: ignore[arg-type]

    assert turns.turns() == []
    assert callbacks(mine)[0].claims == 0


def test_turns_go_round(tenant: Tenant):
    ids = sorted(endpoint(tenant).id for _ in range(3))
    happened(tenant)

    found = turns.turns(after=ids[0])

    assert [one.endpoint.id for one in found] == [ids[1], ids[2], ids[0]]


def test_what_is_under_way_anywhere_takes_room(tenant: Tenant):
    endpoint(tenant, concurrency=2)
    happened(tenant, 3)
    [turn] = turns.turns()
    assert turn.room == 2

    taken = turns.take(turn, 1, token=uuid4())

    assert taken is not None
    assert len(taken.ids) == 1
    assert [one.room for one in turns.turns()] == [1]


def test_each_call_takes_its_time_of_the_rate(tenant: Tenant):
    mine = endpoint(tenant, per_second=2, concurrency=8)
    happened(tenant, 8)
    [turn] = turns.turns()

    turns.take(turn, 8, token=uuid4())

    assert Callback.for_tenant(tenant).filter(state="claimed").count() == 1
    ahead = again(mine).slot_at - timezone.now()
    assert timedelta(seconds=0.3) < ahead <= timedelta(seconds=0.51)


def test_of_two_workers_one_sends_the_probe(tenant: Tenant):
    endpoint(tenant, failures=7)
    happened(tenant, 5)
    [mine], [theirs] = turns.turns(), turns.turns()

    first = turns.take(mine, 5, token=uuid4())
    second = turns.take(theirs, 5, token=uuid4())

    assert first is not None
    assert len(first.ids) == 1
    assert second is None


@pytest.mark.parametrize(
    "changes",
    [
        {"active": False},
        {"held_until": timezone.now() + timedelta(days=1)},
    ],
)
def test_one_that_workers_died_over_waits_for_its_endpoint_as_all_others(
    tenant: Tenant, changes: dict[str, object]
):
    with receiving() as receiver:
        mine = endpoint(tenant, receiver.url)
        happened(tenant)
        Callback.for_tenant(tenant).update(claims=2)
        Endpoint.for_tenant(tenant).update(**changes)
        work()
        while_held = len(receiver.posts)
        Endpoint.for_tenant(tenant).update(active=True, held_until=timezone.now())
        work()

    assert while_held == 0
    assert [one.state for one in callbacks(mine)] == ["delivered"]
    assert len(receiver.posts) == 1
