"""Each person of a fan-out gets one message, whatever is killed on the way."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from delivery import expanding, recording, retention, summing
from delivery.composing import compose as composed_of
from delivery.models import Chunk, Content, Message, Notification, Recipient
from delivery.models.fan_out import DEAD, DONE
from delivery.plan import NotificationPlan
from delivery.states import Overall, Status
from notify_project.queue import claiming
from notify_project.queue.models import POISON_CLAIMS
from notify_project.queue.pumps import Wake
from recipients import suppression
from recipients.models import Member
from tests.delivery.accepted import accepted, end
from tests.delivery.crowd import numbered, plan_to, to_each
from tests.delivery.scene import account_of, assert_books_balance, work
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]
JOBS = settings.JOBS_LANE


@pytest.fixture
def tenant():
    return TenantFactory()


@pytest.fixture(autouse=True)
def small_chunks(settings):
    settings.CHUNK_PEOPLE = 3


def compose() -> None:
    """What a worker does with the lane of jobs until nothing is due."""
    expanding.pump(JOBS, Wake(), threading.Event())


def claimed() -> tuple[Chunk, object]:
    token = uuid4()
    found = claiming.claim(Chunk, JOBS, 1, token=token)
    found = found or claiming.claim_suspect(Chunk, JOBS, token=token)
    assert found is not None
    return Chunk.across_tenants().get(id=found.ids[0]), token


def vanish() -> None:
    """As if the worker that holds chunks had died a while ago."""
    held = Chunk.across_tenants().filter(lease_until__isnull=False)
    held.update(lease_until="2020-01-01T00:00:00Z")
    expanding.take_up_lapsed()


def addresses(tenant) -> list[str]:
    return sorted(one.address for one in Recipient.for_tenant(tenant))


def test_accepting_writes_chunks_and_no_messages(tenant):
    notification = to_each(tenant, *numbered(8))

    sizes = Chunk.for_tenant(tenant).order_by("number").values_list("size", flat=True)
    assert list(sizes) == [3, 3, 2]
    assert not Message.for_tenant(tenant).exists()
    assert notification.status == Overall.QUEUED
    assert expanding.due_lanes() == [JOBS]


def test_everybody_gets_one_message_with_the_same_words(tenant):
    to_each(tenant, *numbered(8))

    compose()

    assert addresses(tenant) == numbered(8)
    assert Message.for_tenant(tenant).count() == 8
    assert Content.for_tenant(tenant).count() == 1
    assert set(Chunk.for_tenant(tenant).values_list("state", flat=True)) == {DONE}
    assert expanding.due_lanes() == []
    assert_books_balance()


def test_they_are_sent_like_any_other_and_summed_up_at_the_end(tenant):
    account_of(tenant, "email.sandbox")
    notification = to_each(tenant, *numbered(4))
    compose()

    work("email-bulk")

    notification.refresh_from_db()
    assert notification.status == Overall.COMPLETED
    assert_books_balance()


def test_it_is_not_over_before_everybody_has_a_message(tenant):
    notification = to_each(tenant, *numbered(6))
    chunk, token = claimed()
    expanding.expand(chunk.id, token)
    Message.for_tenant(tenant).update(state="sent")

    summing.sum_up([notification.id])

    notification.refresh_from_db()
    assert notification.status == Overall.QUEUED


def test_a_worker_that_dies_before_its_commit_has_done_nothing(tenant, monkeypatch):
    to_each(tenant, *numbered(3))
    chunk, token = claimed()

    def killed(*groups):
        raise DatabaseError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(expanding, "insert_rows", killed)
        with pytest.raises(DatabaseError):
            expanding.expand(chunk.id, token)
    assert not Message.for_tenant(tenant).exists()
    vanish()
    compose()

    assert addresses(tenant) == numbered(3)


def test_a_worker_that_comes_back_late_adds_nothing(tenant):
    to_each(tenant, *numbered(3))
    chunk, token = claimed()
    vanish()
    compose()

    expanding.expand(chunk.id, token)

    assert addresses(tenant) == numbered(3)


def test_one_that_is_overtaken_in_the_middle_adds_nothing(tenant, monkeypatch):
    to_each(tenant, *numbered(3))
    chunk, token = claimed()
    load = expanding.people.load

    def overtaken(*args):
        monkeypatch.setattr(expanding.people, "load", load)
        vanish()
        compose()
        return load(*args)

    monkeypatch.setattr(expanding.people, "load", overtaken)

    expanding.expand(chunk.id, token)

    assert addresses(tenant) == numbered(3)


def test_an_address_that_cannot_be_used_fails_alone(tenant):
    account_of(tenant, "email.sandbox")
    notification = to_each(tenant, "person0@example.org", "no address", "")
    compose()
    work("email-bulk")

    failed = Message.for_tenant(tenant).filter(state=Status.FAILED)
    assert failed.count() == 2
    assert {one.error_detail for one in failed} == {expanding.UNUSABLE}
    notification.refresh_from_db()
    assert notification.status == Overall.PARTIALLY_COMPLETED
    assert_books_balance()


def test_whoever_is_on_the_suppression_list_gets_nothing(tenant):
    suppression.suppress(
        tenant, channel_code="email", address="person1@example.org", reason="bounced"
    )
    to_each(tenant, *numbered(3))

    compose()

    [kept_back] = Message.for_tenant(tenant).filter(state=Status.SUPPRESSED)
    assert kept_back.recipients.get().address == "person1@example.org"
    assert_books_balance()


def test_whoever_has_left_meanwhile_gets_nothing(tenant):
    notification = to_each(tenant, *numbered(3))
    Member.for_tenant(tenant).delete()

    compose()

    assert not Message.for_tenant(tenant).exists()
    notification.refresh_from_db()
    assert notification.status == Overall.FAILED


def test_whoever_is_named_besides_gets_one_message(tenant):
    plan = plan_to(tenant, *numbered(2), to=("PERSON1@example.org",))
    accepted(tenant, plan)

    compose()

    assert addresses(tenant) == ["PERSON1@example.org", "person0@example.org"]


def test_a_delayed_one_is_composed_now_and_sent_then(tenant):
    due = "2099-01-01T00:00:00+00:00"
    plan = plan_to(tenant, *numbered(2))
    accepted(tenant, replace(plan, due_at=datetime.fromisoformat(due)))

    compose()

    for one in Message.for_tenant(tenant):
        assert one.due_at.isoformat() == due


def test_a_chunk_that_kills_its_workers_is_given_up_and_told(tenant):
    notification = to_each(tenant, *numbered(3))
    for _ in range(POISON_CLAIMS):
        claimed()
        vanish()

    compose()

    assert Chunk.for_tenant(tenant).get().state == DEAD
    notification.refresh_from_db()
    assert notification.status == Overall.FAILED


def test_a_large_one_delays_no_other_tenant(tenant, monkeypatch):
    other = TenantFactory()
    to_each(tenant, *numbered(30))
    to_each(other, *numbered(3))
    order = []
    expand = expanding.expand

    def noted(chunk_id, token):
        order.append(Chunk.across_tenants().get(id=chunk_id).tenant_id)
        expand(chunk_id, token)

    monkeypatch.setattr(expanding, "expand", noted)

    compose()

    assert other.id in order[:2]


def test_a_lane_of_jobs_is_rung_when_it_is_accepted(tenant):
    composed = composed_of(
        NotificationPlan(
            tenant_id=tenant.id,
            phone_region="CA",
            missing_params="error",
            key_type="live",
            key_name="k",
            channels=(plan_to(tenant, *numbered(2)),),
        )
    )

    assert JOBS in recording.lanes(composed, now=timezone.now())


def test_people_and_their_chunks_go_with_the_history(tenant):
    tenant.metadata_retention_days = 1
    tenant.save()
    old = to_each(tenant, *numbered(4), at=timezone.now() - timedelta(days=9))
    compose()
    end(old)
    Notification.for_tenant(tenant).update(rollup_at=None)

    retention.forget_old()

    assert not Notification.for_tenant(tenant).exists()
    assert not Chunk.for_tenant(tenant).exists()
