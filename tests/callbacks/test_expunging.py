"""Content deleted before its time: the facts stay, and nothing is told without it."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.utils import timezone

from callbacks import expunging, repeating
from callbacks.errors import CallbackBusy, CallbackContentDeleted, InvalidEndpoint
from callbacks.models import Callback, Endpoint, Expunging
from notify_project.queue import claiming
from tenants.models import Tenant
from tests.callbacks.scene import (
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


def begin(mine: Endpoint, *, ago: timedelta = timedelta(hours=1)) -> Expunging:
    since = timezone.now() - ago
    return expunging.begin(mine, since=since, until=None, asked_by="ann")


def again(one: Expunging) -> Expunging:
    return Expunging.for_tenant(one.tenant_id).get(id=one.id)


def test_what_was_told_and_answered_goes_and_the_facts_stay(tenant: Tenant):
    with receiving(text=b"Thanks, Jane") as receiver:
        mine = endpoint(tenant, receiver.url)
        happened(tenant)
        Callback.for_tenant(tenant).update(headers={"X-Case": "7"})
        work()
    [before] = callbacks(mine)

    expunging.expunge(before)
    expunging.expunge(before)

    [now] = callbacks(mine)
    assert (now.body, now.headers) == ("", None)
    assert now.content_deleted_at is not None
    assert (now.state, now.event_id) == ("delivered", before.event_id)
    assert now.finished_at == before.finished_at
    [tried] = attempts(now)
    assert (tried.excerpt, tried.http_status) == ("", 200)


def test_one_that_waits_is_not_told_any_more(tenant: Tenant):
    with receiving() as receiver:
        mine = endpoint(tenant, receiver.url)
        happened(tenant)
        expunging.expunge(callbacks(mine)[0])
        work()

    [now] = callbacks(mine)
    assert receiver.posts == []
    assert (now.state, now.error, now.body) == ("failed", "expunged", "")


def test_one_that_had_arrived_stays_told_though_it_waits_again(tenant: Tenant):
    with receiving() as receiver:
        mine = endpoint(tenant, receiver.url)
        happened(tenant)
        work()
        told = Callback.for_tenant(tenant).select_related("endpoint").get()
        repeating.resend(told, asked_by="ann")
        expunging.expunge(told)

    assert callbacks(mine)[0].state == "delivered"


def test_one_that_is_being_sent_is_refused_for_the_moment(tenant: Tenant):
    mine = endpoint(tenant)
    happened(tenant)
    claiming.claim(Callback, settings.CALLBACKS_LANE, 1, token=uuid4())

    with pytest.raises(CallbackBusy):
        expunging.expunge(callbacks(mine)[0])

    assert callbacks(mine)[0].content_deleted_at is None


def test_nothing_is_sent_again_that_has_no_content(tenant: Tenant):
    mine = endpoint(tenant)
    happened(tenant)
    expunging.expunge(callbacks(mine)[0])
    since = timezone.now() - timedelta(hours=1)

    with pytest.raises(CallbackContentDeleted):
        repeating.resend(
            Callback.for_tenant(tenant).select_related("endpoint").get(), asked_by="ann"
        )
    repeating.recover(mine, since=since, until=None, asked_by="ann")
    repeating.go_on()

    assert callbacks(mine)[0].state == "failed"


def test_one_that_was_asked_for_again_at_the_same_moment_is_not_sent_empty(
    tenant: Tenant,
):
    with receiving() as receiver:
        mine = endpoint(tenant, receiver.url)
        happened(tenant)
        expunging.expunge(callbacks(mine)[0])
        # What a resend that had looked before would have made of it.
        Callback.for_tenant(tenant).update(state="queued", finished_at=None)
        work()

    assert receiver.posts == []
    assert callbacks(mine)[0].error == "expunged"


def test_a_range_is_done_step_by_step(tenant: Tenant, monkeypatch: pytest.MonkeyPatch):
    mine = endpoint(tenant)
    happened(tenant, 5)
    other = endpoint(tenant)
    happened(tenant)
    old, *_others = callbacks(mine)
    then = timezone.now() - timedelta(hours=2)
    Callback.for_tenant(tenant).filter(id=old.id).update(created_at=then)
    monkeypatch.setattr(expunging, "_STEP", 2)
    made = begin(mine)

    counts = []
    for _ in range(4):
        expunging.go_on()
        counts.append(again(made).count)

    assert counts == [2, 4, 5, 5]
    assert again(made).finished_at is not None
    left = [one.id for one in callbacks(mine) if one.body]
    assert left == [old.id]
    assert all(one.body for one in callbacks(other))


def test_a_range_waits_for_what_is_being_sent(tenant: Tenant):
    mine = endpoint(tenant)
    happened(tenant, 2)
    held = claiming.claim(Callback, settings.CALLBACKS_LANE, 1, token=uuid4())
    assert held is not None
    made = begin(mine)

    expunging.go_on()
    expunging.go_on()
    then = again(made)
    Callback.for_tenant(tenant).filter(id__in=held.ids).update(
        state="delivered", claim_token=None, lease_until=None
    )
    for _ in range(2):
        expunging.go_on()

    assert (then.count, then.finished_at) == (1, None)
    assert (again(made).count, again(made).finished_at is not None) == (2, True)


def test_a_time_that_ends_before_it_begins_is_refused(tenant: Tenant):
    with pytest.raises(InvalidEndpoint):
        begin(endpoint(tenant), ago=timedelta(hours=-1))
