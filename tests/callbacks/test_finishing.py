"""What an answer makes of rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.utils import timezone

from callbacks.calling import Outcome
from callbacks.finishing import Landed, finish, give_up, requeue_lapsed
from callbacks.models import Callback, Endpoint, RetrySchedule
from callbacks.schedule import SCHEDULE, STRAIGHT_FAILURES, Answer
from notify_project.db import clock
from notify_project.queue import claiming
from tenants.models import Tenant
from tests.callbacks.scene import again, attempts, callbacks, endpoint, happened
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]
HOUR = timedelta(hours=1)


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory()
    return made


def landed(answer: Answer, **changes: Any) -> Callback:
    """A callback whose call brought this answer, as it is stored then."""
    Callback.across_tenants().update(**changes) if changes else None
    token = uuid4()
    claimed = claiming.claim(Callback, settings.CALLBACKS_LANE, 1, token=token)
    assert claimed is not None
    one = Callback.across_tenants().get(id=claimed.ids[0])
    finish([Landed(one, token, Outcome(answer, timezone.now(), 12, "words"))])
    return Callback.across_tenants().get(id=one.id)


def claim(count: int) -> list[Landed]:
    """So many calls that were answered well, not yet stored."""
    token = uuid4()
    claiming.claim(Callback, settings.CALLBACKS_LANE, count, token=token)
    rows = Callback.across_tenants().filter(claim_token=token).order_by("id")
    rows = rows.select_related("endpoint")
    outcome = Outcome(Answer(200), timezone.now(), 1)
    return [Landed(one, token, outcome) for one in rows]


def test_a_success_ends_it(tenant: Tenant):
    endpoint(tenant)
    happened(tenant)

    one = landed(Answer(204))

    assert (one.state, one.tries, one.claims) == ("delivered", 1, 0)
    [tried] = attempts(one)
    assert (tried.http_status, tried.duration_ms, tried.excerpt) == (204, 12, "words")


def test_a_failure_waits_for_its_next_time(tenant: Tenant):
    mine = endpoint(tenant)
    happened(tenant)

    one = landed(Answer(500, "status"))

    assert (one.state, one.tries, one.http_status) == ("queued", 1, 500)
    assert 3.5 < (one.due_at - timezone.now()).total_seconds() < 6.1
    assert again(mine).failures == 1
    assert again(mine).failing_since is not None


def test_a_refusal_fails_at_once_unless_the_endpoint_insists(tenant: Tenant):
    mine = endpoint(tenant)
    happened(tenant)
    refused = landed(Answer(400, "status"))
    Endpoint.for_tenant(tenant).filter(id=mine.id).update(retries_refusals=True)
    happened(tenant)

    tried_again = landed(Answer(400, "status"))

    assert (refused.state, tried_again.state) == ("failed", "queued")


def test_after_the_last_time_it_has_failed(tenant: Tenant):
    endpoint(tenant)
    happened(tenant)

    one = landed(Answer(500, "status"), tries=len(SCHEDULE) - 1)

    assert one.state == "failed"
    assert one.finished_at is not None


def test_a_tenant_s_own_schedule_holds_for_its_callbacks_alone(tenant: Tenant):
    RetrySchedule(tenant=TenantFactory(), waits=[0]).save()
    RetrySchedule(tenant=tenant, waits=[0, 3600]).save()
    endpoint(tenant)
    happened(tenant)

    waits = landed(Answer(500, "status"))
    seconds = (waits.due_at - timezone.now()).total_seconds()
    Callback.for_tenant(tenant).update(due_at=clock.now())
    failed = landed(Answer(500, "status"))

    assert waits.state == "queued"
    assert 0.8 * 3590 < seconds < 1.2 * 3600
    assert (failed.state, failed.tries) == ("failed", 2)


def test_one_that_a_person_asked_for_is_tried_once(tenant: Tenant):
    endpoint(tenant)
    happened(tenant)

    one = landed(Answer(500, "status"), asked_by="ann@example.org")

    assert one.state == "failed"
    assert attempts(one)[0].asked_by == "ann@example.org"


def test_one_that_had_arrived_stays_told_whatever_comes_of_it_again(tenant: Tenant):
    endpoint(tenant)
    happened(tenant)
    landed(Answer(200))
    again_asked = {"state": "queued", "finished_at": None, "asked_by": "ann"}

    one = landed(Answer(500, "status"), **again_asked)

    assert (one.state, one.http_status, one.tries) == ("delivered", 500, 2)
    assert [each.http_status for each in attempts(one)] == [200, 500]


def test_one_that_had_arrived_stays_told_if_workers_die_over_it_again(tenant: Tenant):
    mine = endpoint(tenant)
    happened(tenant, 2)
    landed(Answer(200))
    Callback.for_tenant(tenant).update(state="queued", finished_at=None)
    claimed = claim(2)
    token = claimed[0].token

    give_up([one.callback for one in claimed], token, "workers_lost")

    assert sorted(one.state for one in callbacks(mine)) == ["dead", "delivered"]


def test_a_success_makes_an_endpoint_well_again(tenant: Tenant):
    then = timezone.now()
    mine = endpoint(
        tenant, failures=3, failing_since=then, failed_events=2, event_failed_at=then
    )
    happened(tenant)

    landed(Answer(200))

    now = again(mine)
    assert (now.failures, now.failing_since) == (0, None)
    assert (now.failed_events, now.event_failed_at) == (0, None)


def test_each_event_that_fails_is_counted_once(tenant: Tenant):
    mine = endpoint(tenant)
    happened(tenant)

    for _try in range(3):
        landed(Answer(500, "status"), due_at=clock.now())
    happened(tenant)
    Callback.across_tenants().filter(tries=3).update(due_at=timezone.now() + HOUR)
    landed(Answer(500, "status"))

    assert again(mine).failures == 4
    assert again(mine).failed_events == 2


def test_one_that_is_down_for_five_days_is_switched_off_by_its_fifth_event(
    tenant: Tenant,
):
    """R45: not by four, however often they were tried; not within half a day."""
    since = timezone.now() - timedelta(days=6)
    mine = endpoint(
        tenant, failures=30, failing_since=since, failed_events=3, event_failed_at=since
    )
    happened(tenant, 2)

    landed(Answer(500, "status"))
    after_four = again(mine)
    landed(Answer(500, "status"))

    assert after_four.active
    assert (again(mine).active, again(mine).off_because) == (False, "failing")


def test_calls_that_were_under_way_together_open_the_breaker_once(tenant: Tenant):
    mine = endpoint(tenant)
    for _each in range(12):
        happened(tenant)
    broken = Outcome(Answer(503, "status"), timezone.now(), 1)
    together = [replace(one, outcome=broken) for one in claim(12)]
    probes = [one.callback.endpoint for one in together]  # as they were then

    finish(together[:6])
    finish(together[6:])

    assert not any(one.health.is_open for one in probes)
    assert again(mine).failures == STRAIGHT_FAILURES
    assert (again(mine).held_until - timezone.now()).total_seconds() < 6


def test_who_holds_it_by_now_is_left_alone(tenant: Tenant):
    mine = endpoint(tenant)
    happened(tenant)
    [one] = callbacks(mine)

    finish([Landed(one, uuid4(), Outcome(Answer(200), timezone.now(), 1))])

    assert callbacks(mine)[0].state == "queued"


def test_one_that_was_deleted_meanwhile_takes_nothing_of_the_others_along(
    tenant: Tenant,
):
    mine = endpoint(tenant)
    happened(tenant, 2)
    first, second = claimed = claim(2)
    Callback.for_tenant(tenant).filter(id=first.callback.id).delete()

    finish(claimed)

    [left] = callbacks(mine)
    assert (left.id, left.state) == (second.callback.id, "delivered")
    assert [one.http_status for one in attempts(left)] == [200]


def test_a_claim_that_lapsed_is_anybody_s_again(tenant: Tenant):
    mine = endpoint(tenant)
    happened(tenant)
    claiming.claim(Callback, settings.CALLBACKS_LANE, 1, token=uuid4())
    Callback.across_tenants().update(lease_until="2020-01-01T00:00:00Z")

    requeue_lapsed()

    [one] = callbacks(mine)
    assert (one.state, one.claims) == ("queued", 1)
