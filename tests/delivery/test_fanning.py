"""What accepting writes of a large fan-out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from delivery import fanning
from delivery.composed import Composed, ComposedChannel
from delivery.models import Content
from delivery.models.fan_out import packed, parts
from delivery.plan import Priority
from notify_project.db.ids import uuid7
from tests.delivery.crowd import numbered, plan_to
from tests.tenants.factories import TenantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant():
    return TenantFactory()


def test_people_are_parted_in_their_order_and_packed_closely(tenant, settings):
    settings.CHUNK_PEOPLE = 2
    due = datetime(2099, 1, 1, tzinfo=UTC)
    plan = plan_to(tenant, *numbered(5), due_at=due, priority=Priority.LOW)
    one = ComposedChannel(plan, (), {}, ())
    content = Content(tenant=tenant, notification_id=uuid7(), channel="email")

    fan_out, chunks = fanning.rows(content, one, plan.fan_outs[0], lane="email-bulk")

    assert (fan_out.due_at, fan_out.priority, fan_out.lane) == (due, 2, "email-bulk")
    assert [len(chunk.people) for chunk in chunks] == [32, 32, 16]
    assert [key for chunk in chunks for key in chunk.ids] == list(
        plan.fan_outs[0].people
    )


def test_parts_hold_everything_once():
    ids = [uuid7() for _ in range(7)]

    assert [one for part in parts(ids, 3) for one in part] == ids
    assert parts([], 3) == []
    assert len(packed(ids)) == 7 * 16


def test_a_usual_notification_fans_out_to_nobody(tenant):
    plan = plan_to(tenant, "a@example.org", fan_outs=())

    assert not fanning.fans_out(Composed(None, (ComposedChannel(plan, (), {}, ()),)))
