"""Sent again: one, a range that survives whoever began it, an example."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from callbacks import kinds, repeating
from callbacks.errors import CallbackNotFound, EndpointOff, InvalidEndpoint
from callbacks.models import Callback, Endpoint, Recovery
from tenants.models import Tenant
from tests.callbacks.scene import (
    again,
    attempts,
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


def failed(tenant: Tenant, count: int) -> Endpoint:
    mine = endpoint(tenant)
    happened(tenant, count)
    Callback.for_tenant(tenant).update(state="failed", finished_at=timezone.now())
    return mine


def recover(mine: Endpoint, **times: timedelta) -> Recovery:
    since = timezone.now() - times.get("ago", timedelta(hours=1))
    return repeating.recover(mine, since=since, until=None, asked_by="ann")


def test_one_that_failed_is_sent_again_once_under_its_id(tenant: Tenant):
    with receiving(answer=lambda _post: (500, {})) as receiver:
        mine = failed(tenant, 1)
        Endpoint.for_tenant(tenant).update(url=receiver.url)
        [one] = callbacks(mine)
        repeating.resend(one, asked_by="ann")
        work()

    [post] = receiver.posts
    assert post.id == str(one.event_id)
    [now] = callbacks(mine)
    assert now.state == "failed"
    assert [each.asked_by for each in attempts(now)] == ["ann"]


def test_one_that_waits_is_brought_forward_and_keeps_its_schedule(tenant: Tenant):
    mine = endpoint(tenant)
    happened(tenant)
    later = timezone.now() + timedelta(hours=5)
    Callback.for_tenant(tenant).update(due_at=later)
    [one] = callbacks(mine)

    repeating.resend(one, asked_by="ann")

    [now] = callbacks(mine)
    assert now.due_at <= timezone.now()
    assert now.asked_by == ""


def test_asked_for_twice_it_is_still_tried_once(tenant: Tenant):
    with receiving(answer=lambda _post: (500, {})) as receiver:
        mine = failed(tenant, 1)
        Endpoint.for_tenant(tenant).update(url=receiver.url)
        for who in ("ann", "bob"):
            one = Callback.for_tenant(tenant).select_related("endpoint").get()
            repeating.resend(one, asked_by=who)
        work()

    [now] = callbacks(mine)
    assert (now.state, now.tries) == ("failed", 1)
    assert [each.asked_by for each in attempts(now)] == ["ann"]


def test_nothing_is_sent_again_to_an_endpoint_that_is_off(tenant: Tenant):
    mine = failed(tenant, 1)
    Endpoint.for_tenant(tenant).update(active=False)
    [one] = Callback.for_tenant(tenant).select_related("endpoint")

    for step in (
        lambda: repeating.resend(one, asked_by="ann"),
        lambda: recover(again(mine)),
        lambda: repeating.example(again(mine)),
    ):
        with pytest.raises(EndpointOff):
            step()


def test_what_failed_since_then_is_sent_again_step_by_step(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
):
    mine = failed(tenant, 5)
    [*_others, last] = callbacks(mine)
    Callback.for_tenant(tenant).filter(id=last.id).update(state="delivered")
    monkeypatch.setattr(repeating, "_STEP", 2)
    made = recover(mine)

    counts = []
    for _ in range(3):
        repeating.go_on()
        counts.append(Recovery.for_tenant(tenant).get(id=made.id).count)

    assert counts == [2, 4, 4]
    assert Recovery.for_tenant(tenant).get(id=made.id).finished_at is not None
    states = sorted(one.state for one in callbacks(mine))
    assert states == ["delivered", "queued", "queued", "queued", "queued"]


def test_what_failed_before_is_left(tenant: Tenant):
    mine = failed(tenant, 2)
    Callback.for_tenant(tenant).update(created_at=timezone.now() - timedelta(days=2))

    recover(mine)
    repeating.go_on()

    assert {one.state for one in callbacks(mine)} == {"failed"}


def test_more_than_fourteen_days_are_too_many(tenant: Tenant):
    with pytest.raises(InvalidEndpoint):
        recover(endpoint(tenant), ago=timedelta(days=15))


@pytest.mark.parametrize("kind", [kinds.EVENTS, *kinds.SERVICE_KINDS])
def test_an_example_is_sent_whatever_the_endpoint_hears(tenant: Tenant, kind: str):
    mine = endpoint(tenant, kind=kind, events=["sms.*"])

    made = repeating.example(mine)

    [one] = callbacks(mine)
    assert one.id == made
    body = json.loads(str(one.body))
    assert body
    assert ("eventId" in body) is (kind == kinds.EVENTS)


def test_another_tenant_s_is_not_found(tenant: Tenant):
    theirs = endpoint(TenantFactory())
    made = repeating.example(theirs)

    with pytest.raises(CallbackNotFound):
        repeating.find(tenant, made)
