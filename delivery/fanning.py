"""What is recorded of a large fan-out when it is accepted: who, in chunks of work.

Reading and writing 50,000 people takes a second, since nobody's address is opened:
delivery/expanding.py makes their messages afterwards.
"""

from __future__ import annotations

from django.conf import settings

from delivery.composed import Composed, ComposedChannel
from delivery.models import Chunk, Content, FanOut
from delivery.models.fan_out import packed, parts
from delivery.plan import FanOutPlan


def fans_out(composed: Composed) -> bool:
    """Whether workers are to compose messages, after the answer."""
    return any(one.plan.fan_outs for one in composed.channels)


def _size(one: ComposedChannel) -> int:
    """Of a chunk: words that are made for each take longer."""
    return max(1, settings.CHUNK_PEOPLE // (10 if one.plan.own else 1))


def rows(
    content: Content, one: ComposedChannel, plan: FanOutPlan, *, lane: str
) -> tuple[FanOut, list[Chunk]]:
    """Not stored yet; `lane` is where its messages will wait."""
    fan_out = FanOut(
        tenant_id=content.tenant_id,
        notification_id=content.notification_id,
        content_id=content.id,
        channel=one.plan.channel,
        source=plan.source,
        source_id=plan.id,
        beside=bool(one.addresses or one.left_out),
        lane=lane,
        priority=int(one.plan.priority),
        due_at=one.plan.due_at,
        expires_at=one.plan.expires_at,
        pinned_account_id=one.plan.account_id,
        on_unknown=one.plan.on_unknown,
    )
    chunks = [
        Chunk(
            tenant_id=content.tenant_id,
            lane=settings.JOBS_LANE,
            priority=int(one.plan.priority),
            fan_out_id=fan_out.id,
            notification_id=content.notification_id,
            number=number,
            size=len(some),
            people=packed(some),
        )
        for number, some in enumerate(parts(plan.people, _size(one)))
    ]
    return fan_out, chunks
