"""The pump, against receivers on loopback: signed, repeated, lost answers, the dead."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection

from callbacks import endpoints, sending
from callbacks.models import Callback
from notify_project.queue import claiming
from tenants.models import Tenant
from tests.callbacks.scene import (
    OK,
    SILENCE,
    Answer,
    Post,
    again,
    attempts,
    callbacks,
    endpoint,
    happened,
    later,
    receiving,
    work,
)
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]


@pytest.fixture
def tenant() -> Tenant:
    made: Tenant = TenantFactory()
    return made


def test_what_arrives_is_signed_as_the_official_library_verifies(tenant: Tenant):
    with receiving() as receiver:
        mine = endpoint(tenant, receiver.url, bearer_token="0123456789")
        happened(tenant)
        work()

    [post] = receiver.posts
    told = post.verified(str(mine.secret))
    assert told["eventId"] == post.id == post.headers["idempotency-key"]
    assert post.headers["authorization"] == "Bearer 0123456789"
    assert post.headers["content-type"] == "application/json"
    [one] = callbacks(mine)
    assert (one.state, one.tries, one.http_status) == ("delivered", 1, 200)
    assert one.finished_at is not None


def test_an_answer_that_is_no_success_is_repeated_under_the_same_id(tenant: Tenant):
    answers = iter([(500, {}), (302, {"location": "http://127.0.0.1:9/"}), OK])
    with receiving(answer=lambda _post: next(answers), text=b"Sorry") as receiver:
        mine = endpoint(tenant, receiver.url)
        happened(tenant)
        for _ in range(3):
            work()
            later(timedelta(hours=1))

    assert len(receiver.posts) == 3
    assert len({one.id for one in receiver.posts}) == 1
    assert len({one.body for one in receiver.posts}) == 1
    [one] = callbacks(mine)
    assert one.state == "delivered"
    tried = attempts(one)
    assert [each.http_status for each in tried] == [500, 302, 200]
    assert [each.number for each in tried] == [1, 2, 3]
    assert tried[0].excerpt == "Sorry"
    assert again(mine).failures == 0


def test_timestamp_and_signature_are_made_anew_for_each_attempt(tenant: Tenant):
    answers = iter([(500, {}), OK])
    with receiving(answer=lambda _post: next(answers)) as receiver:
        endpoint(tenant, receiver.url)
        happened(tenant)
        work()
        time.sleep(1.1)
        later(timedelta(minutes=1))
        work()

    first, second = receiver.posts
    for name in ("webhook-timestamp", "webhook-signature"):
        assert first.headers[name] != second.headers[name]


def test_while_a_secret_is_rotated_both_sign(tenant: Tenant):
    with receiving() as receiver:
        mine = endpoint(tenant, receiver.url)
        old = str(mine.secret)
        endpoints.rotate(mine)
        happened(tenant)
        work()

    [post] = receiver.posts
    assert post.verified(old) == post.verified(str(mine.secret))
    assert str(mine.secret) != old


def test_document_002_s_header_is_sent_where_it_is_wanted(tenant: Tenant):
    with receiving() as receiver:
        endpoint(tenant, receiver.url, hex_signature=True)
        happened(tenant)
        work()

    [post] = receiver.posts
    assert len(post.headers["x-webhook-signature"]) == 64
    assert post.headers["x-webhook-timestamp"] == post.headers["webhook-timestamp"]


def test_a_lost_answer_is_the_one_reason_for_a_double(tenant: Tenant):
    seen: set[str] = set()

    def answer(post: Post) -> tuple[int, dict[str, str]]:
        first = post.id not in seen
        seen.add(post.id)
        return SILENCE if first else OK  # type: ignore[return-value]

    with receiving(answer=answer) as receiver:
        mine = endpoint(tenant, receiver.url)
        happened(tenant)
        work()
        later(timedelta(minutes=1))
        work()

    assert list(receiver.counts.values()) == [2]
    [one] = callbacks(mine)
    assert [each.error for each in attempts(one)] == ["broken", ""]


def test_410_switches_the_endpoint_off(tenant: Tenant):
    with receiving(answer=lambda _post: (410, {})) as receiver:
        mine = endpoint(tenant, receiver.url, concurrency=1)
        happened(tenant, 3)
        work()

    assert len(receiver.posts) == 1
    now = again(mine)
    assert (now.active, now.off_because) == (False, "gone")
    assert sorted(one.state for one in callbacks(mine)) == [
        "failed",
        "queued",
        "queued",
    ]


def test_retry_after_holds_the_whole_endpoint(tenant: Tenant):
    with receiving(answer=lambda _post: (429, {"Retry-After": "100"})) as receiver:
        mine = endpoint(tenant, receiver.url, concurrency=1)
        happened(tenant, 5)
        work()
        later(timedelta(seconds=90))
        work()
        assert len(receiver.posts) == 1
        receiver.answer = lambda _post: OK
        later(timedelta(seconds=30))
        work()

    assert len(receiver.posts) == 6
    assert {one.state for one in callbacks(mine)} == {"delivered"}


def test_a_dead_endpoint_is_probed_and_all_arrives_when_it_is_back(tenant: Tenant):
    """F19, small and for real."""
    with receiving(answer=lambda _post: (503, {})) as receiver:
        mine = endpoint(tenant, receiver.url, per_second=1000, concurrency=8)
        happened(tenant, 100)
        work()
        for _ in range(20):
            later(timedelta(hours=1))
            work()
        asked = len(receiver.posts)
        assert asked <= 8 + 4 + 20
        receiver.answer = lambda _post: OK
        later(timedelta(hours=1))
        work()

    assert {one.state for one in callbacks(mine)} == {"delivered"}
    assert len(receiver.posts) == asked + 100
    assert again(mine).failures == 0


def test_a_hanging_endpoint_delays_no_other(tenant: Tenant):
    arrived: list[float] = []

    def answer(_post: Post) -> Answer:
        arrived.append(time.monotonic())
        return OK

    with (
        receiving(delay_seconds=1.0) as slow,
        receiving(answer=answer) as quick,
    ):
        endpoint(tenant, slow.url, concurrency=2)
        other = TenantFactory()
        endpoint(other, quick.url, per_second=1000)
        happened(tenant, 4)
        happened(other, 20)
        started = time.monotonic()
        work()

    assert len(arrived) == 20
    assert max(arrived) - started < 1.0
    assert len(slow.posts) == 4


def test_no_more_requests_at_once_than_the_endpoint_takes(tenant: Tenant):
    under_way, most = [0], [0]

    def answer(_post: Post) -> tuple[int, dict[str, str]]:
        under_way[0] -= 1
        return 200, {}

    with receiving(answer=answer, delay_seconds=0.05) as receiver:
        take = receiver.take

        def counted(post: Post) -> object:
            under_way[0] += 1
            most[0] = max(most[0], under_way[0])
            return take(post)

        receiver.take = counted  # type: ignore[method-assign, assignment]
        endpoint(tenant, receiver.url, concurrency=3, per_second=1000)
        happened(tenant, 12)
        work()

    assert len(receiver.posts) == 12
    assert most[0] <= 3


def test_the_rate_of_an_endpoint_is_kept(tenant: Tenant):
    with receiving() as receiver:
        endpoint(tenant, receiver.url, per_second=10, concurrency=10)
        happened(tenant, 11)
        started = time.monotonic()
        work()
        took = time.monotonic() - started

    assert len(receiver.posts) == 11
    assert took >= 0.75


def test_a_worker_that_vanished_leaves_what_it_held_to_the_next(tenant: Tenant):
    with receiving() as receiver:
        mine = endpoint(tenant, receiver.url)
        happened(tenant)
        lane = settings.CALLBACKS_LANE
        assert claiming.claim(Callback, lane, 1, token=uuid4())
        work()
        assert receiver.posts == []
        Callback.across_tenants().update(lease_until="2020-01-01T00:00:00Z")
        sending.take_up_lapsed()
        work()

    assert len(receiver.posts) == 1
    assert callbacks(mine)[0].state == "delivered"


def test_one_that_kills_its_workers_is_given_up(tenant: Tenant):
    with receiving() as receiver:
        mine = endpoint(tenant, receiver.url)
        happened(tenant)
        Callback.across_tenants().update(claims=9)
        work()

    assert receiver.posts == []
    [one] = callbacks(mine)
    assert (one.state, one.error) == ("dead", "workers_lost")


def test_one_that_cannot_be_read_is_given_up_and_the_others_go(tenant: Tenant):
    with receiving() as receiver:
        mine = endpoint(tenant, receiver.url)
        happened(tenant, 3)
        broken = callbacks(mine)[1]
        with connection.cursor() as cursor:
            plain = broken.id if connection.vendor == "postgresql" else broken.id.hex
            cursor.execute(
                "UPDATE callbacks_callback SET body = %s WHERE id = %s", [b"?", plain]
            )
        work()

    assert len(receiver.posts) == 2
    states = Callback.for_tenant(tenant).order_by("created_at", "id")
    found = list(states.values_list("state", "error"))
    assert found == [("delivered", ""), ("dead", "unreadable"), ("delivered", "")]


def test_nothing_is_sent_for_a_tenant_that_is_switched_off(tenant: Tenant):
    with receiving() as receiver:
        endpoint(tenant, receiver.url)
        happened(tenant)
        Tenant.objects.filter(id=tenant.id).update(active=False)
        work()

    assert receiver.posts == []


def test_a_private_address_is_refused_each_time(tenant: Tenant, settings: object):
    with receiving() as receiver:
        mine = endpoint(tenant, receiver.url)
        happened(tenant)
        settings.EGRESS_ALLOW = []  # type: ignore[attr-defined]
        work()

    assert receiver.posts == []
    [one] = callbacks(mine)
    assert (one.state, one.error) == ("queued", "address")


def test_the_lane_is_due_as_long_as_something_is(tenant: Tenant):
    assert sending.due_lanes() == []
    endpoint(tenant)
    happened(tenant)

    assert sending.due_lanes() == [settings.CALLBACKS_LANE]


def test_the_body_is_the_event_as_it_was_published(tenant: Tenant):
    with receiving() as receiver:
        mine = endpoint(tenant, receiver.url)
        happened(tenant)
        [one] = callbacks(mine)
        work()

    assert receiver.posts[0].body == str(one.body).encode()
    assert json.loads(str(one.body))["number"] == 0
