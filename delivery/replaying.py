"""Replay dead letters: messages that were given up go out once more, as they are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet
from django.utils.translation import gettext as _

from delivery import states
from delivery.errors import NothingToReplay
from delivery.models import Message, Notification
from delivery.states import Move, Overall, Status
from notify_project.db import clock
from notify_project.queue.bell import ring
from notify_project.queue.custody import Suspicion
from notify_project.queue.writing import writing
from tenants.models import Tenant

# More than one look through the list can mean; whoever has more presses again.
MOST = 10_000
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Kind:
    """Dead letters that were given up alike."""

    code: str
    channel: str
    provider: str
    count: int
    oldest: datetime

    @property
    def name(self) -> str:
        """The same for as long as there are any, however many there are."""
        return f"{self.channel}|{self.provider}|{self.code}"


def kinds(tenant: Tenant) -> Sequence[Kind]:
    """What was given up, by why, channel and provider; one query."""
    rows = dead(tenant).order_by().values_list("error_code", "channel", "provider")
    told = rows.annotate(Count("id"), Min("created_at"))
    return sorted((Kind(*row) for row in told), key=lambda one: -one.count)


def dead(tenant: Tenant, *, of: Collection[Kind] | None = None) -> QuerySet[Message]:
    """The tenant's messages that were given up and whose words are still there, of
    these kinds or all."""
    rows = Message.for_tenant(tenant).filter(
        state=Status.DEAD, notification__content_deleted_at__isnull=True
    )
    if of is None:
        return rows
    chosen = Q()
    for one in of:
        chosen |= Q(error_code=one.code, channel=one.channel, provider=one.provider)
    return rows.filter(chosen) if of else rows.none()


def replay(messages: QuerySet[Message]) -> int:
    """Queue them again; how many. Raises NothingToReplay if it is none.

    They begin afresh, with all their tries. What may have arrived is marked so. A time
    at which one would have expired is taken off: whoever replays it wants it sent.
    """
    done, lanes = 0, set[str]()
    rows = messages.filter(state=Status.DEAD).order_by("id")
    while done < MOST:
        batch = list(rows[:_AT_ONCE])
        moved = _replay(batch) if batch else set()
        if not moved:
            break
        done += len(moved)
        lanes |= {one.lane for one in batch}
    if not done:
        raise NothingToReplay(
            _(
                "Nothing can be replayed: nothing of it was given up, or its content "
                "is not kept any more."
            )
        )
    for lane in lanes:
        ring(lane)
    return done


def _replay(batch: Collection[Message]) -> set[UUID]:
    now = clock.now()
    with writing():
        moved = states.move(
            [_move(one, now) for one in batch], suspicion=Suspicion.CLEAR, now=now
        )
        open_again = {one.notification_id for one in batch if one.id in moved}
        Notification.across_tenants().filter(id__in=sorted(open_again)).update(
            status=Overall.QUEUED
        )
    return moved


def _move(one: Message, now: datetime) -> Move:
    fresh: dict[str, Any] = {
        **dict.fromkeys(("tries", "unknowns", "lookups"), 0),
        **dict.fromkeys(("error_code", "error_detail", "hold_reason"), ""),
        "asking": False,
        "account_id": None,
        "first_due_at": now,
        "expires_at": None,
    }
    if one.unknowns or one.error_code == "outcome_unknown":
        fresh["maybe_duplicate"] = True
    return Move(
        one,
        was=Status.DEAD,
        to=Status.QUEUED,
        cause="replayed",
        wait_seconds=0.0,
        values=fresh,
    )
