"""Endpoints that fail for days: somebody is told, and at last it is switched off."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from callbacks import switching
from callbacks.models import Endpoint
from callbacks.schedule import Health
from notify_project.queue.writing import writing
from tenants.models import AuditEntry, Membership, Notice, Tenant
from tests.callbacks.scene import again, callbacks, endpoint
from tests.tenants.factories import MembershipFactory, TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory()
    MembershipFactory(
        tenant=made, role=Membership.Role.ADMIN, user__email="admin@example.org"
    )
    MembershipFactory(tenant=made, role=Membership.Role.SUPPORT)
    return made


def note(one: Endpoint, *, failing_for: timedelta, events: int = 9) -> datetime:
    now = timezone.now()
    with writing():
        health = Health(now, 9, now - failing_for, events, now)
        switching.note(again(one), health, now)
    return now


def notices(tenant: Tenant) -> list[tuple[str, str]]:
    rows = Notice.for_tenant(tenant).order_by("id")
    return [(one.data["address"], one.data["event"]) for one in rows]


def test_after_a_day_the_admins_are_told_once(tenant: Tenant):
    mine = endpoint(tenant)

    note(mine, failing_for=timedelta(hours=25))
    note(mine, failing_for=timedelta(hours=26))

    assert notices(tenant) == [("admin@example.org", "endpoint.failing")]
    assert again(mine).active


def test_after_five_days_it_is_switched_off_and_all_are_told(tenant: Tenant):
    mine, other = endpoint(tenant), endpoint(tenant, events=["endpoint.*"])

    note(mine, failing_for=timedelta(days=5))

    now = again(mine)
    assert (now.active, now.off_because) == (False, "failing")
    assert now.off_at is not None
    assert notices(tenant) == [("admin@example.org", "endpoint.disabled")]
    [told] = callbacks(other)
    body = json.loads(str(told.body))
    assert body["type"] == "endpoint.disabled"
    assert body["endpointId"] == str(mine.id)
    [entry] = AuditEntry.for_tenant(tenant).filter(action="switched off")
    assert entry.actor_kind == "system"
    assert entry.changes["active"] == {"before": True, "after": False}


def test_one_that_few_events_were_for_is_warned_of_and_stays_on(tenant: Tenant):
    mine = endpoint(tenant)

    note(mine, failing_for=timedelta(days=40), events=4)

    assert again(mine).active
    assert again(mine).failed_events == 4
    assert notices(tenant) == [("admin@example.org", "endpoint.failing")]


def test_one_that_fails_is_not_told_of_itself(tenant: Tenant):
    mine, other = endpoint(tenant), endpoint(tenant)

    note(mine, failing_for=timedelta(hours=25))

    assert callbacks(mine) == []
    assert [one.type for one in callbacks(other)] == ["endpoint.failing"]


def test_a_success_in_between_begins_anew(tenant: Tenant):
    mine = endpoint(tenant)
    note(mine, failing_for=timedelta(hours=25))
    now = timezone.now()

    with writing():
        switching.note(again(mine), Health(now), now)

    assert again(mine).warned_at is None
    assert again(mine).failures == 0


def test_one_that_is_off_is_not_switched_off_again(tenant: Tenant):
    mine = endpoint(tenant, active=False)

    with writing():
        assert not switching.switch_off(again(mine), "gone", timezone.now())

    assert notices(tenant) == []
