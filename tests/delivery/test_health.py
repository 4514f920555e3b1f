"""The queue is well while a worker lives and nothing due waits for long."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from delivery.health import check_queue
from delivery.models import Chunk, Message
from notify_project.errors import Unavailable
from notify_project.queue import leases
from notify_project.queue.heartbeat import WORKER_PREFIX
from tests.delivery.accepted import accepted
from tests.delivery.crowd import to_each
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


def _a_worker():
    leases.acquire(f"{WORKER_PREFIX}one", "one", seconds=15)


def _due_since(minutes):
    accepted(TenantFactory())
    due = timezone.now() - timedelta(minutes=minutes)
    Message.across_tenants().update(due_at=due)


def test_without_a_worker_the_queue_is_not_well():
    with pytest.raises(Unavailable, match="No worker"):
        check_queue()


def test_a_worker_and_nothing_late_is_well():
    _a_worker()
    _due_since(minutes=5)

    check_queue()


def test_messages_that_wait_too_long_are_told():
    _a_worker()
    _due_since(minutes=11)

    with pytest.raises(Unavailable, match="10 minutes"):
        check_queue()


def test_messages_that_are_held_for_a_reason_are_no_illness():
    _a_worker()
    _due_since(minutes=11)
    Message.across_tenants().update(hold_reason="no_account")

    check_queue()


def test_chunks_that_wait_too_long_are_told_too():
    _a_worker()
    to_each(TenantFactory(), "a@example.org")
    check_queue()
    Chunk.across_tenants().update(due_at=timezone.now() - timedelta(minutes=11))

    with pytest.raises(Unavailable, match="10 minutes"):
        check_queue()
