"""A chunk changes by compare-and-set: two who want it do not both have it."""

from __future__ import annotations

from uuid import uuid4

import pytest

from delivery import chunks
from delivery.models import Chunk
from delivery.models.fan_out import CANCELLED, DONE
from tests.delivery.crowd import numbered, to_each
from tests.delivery.test_expanding import claimed
from tests.tenants.factories import TenantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.each_database]


@pytest.fixture
def notification(settings):
    settings.CHUNK_PEOPLE = 3
    return to_each(TenantFactory(), *numbered(5))


def states() -> list[str]:
    rows = Chunk.across_tenants().order_by("number")
    return [one.state for one in rows]


def test_only_the_holder_ends_it_and_only_once(notification):
    chunk, token = claimed()

    assert not chunks.end(chunk, uuid4(), DONE, size=3)
    assert chunks.end(chunk, token, DONE, size=3)
    assert not chunks.end(chunk, token, DONE, size=3)
    assert states() == [DONE, "queued"]


def test_what_is_done_is_not_cancelled(notification):
    chunk, token = claimed()
    chunks.end(chunk, token, DONE, size=3)

    assert chunks.wait(notification)
    assert chunks.cancel(notification) == 2
    assert states() == [DONE, CANCELLED]
    assert not chunks.wait(notification)
    assert chunks.cancel(notification) == 0


def test_a_claim_that_has_run_out_is_given_up(notification):
    chunk, token = claimed()
    held = Chunk.across_tenants().filter(id=chunk.id)
    chunks.requeue_lapsed()
    assert held.get().state == "claimed"

    held.update(lease_until="2020-01-01T00:00:00Z")
    chunks.requeue_lapsed()

    assert held.get().state == "queued"
    assert not chunks.end(chunk, token, DONE, size=3)
