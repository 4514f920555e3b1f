"""A notification's status: the sum of its messages, made when the last one ends."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef

from delivery.models import Chunk, Message, Notification
from delivery.models.fan_out import DONE, OPEN_CHUNK
from delivery.states import GOOD, Overall, Status
from notify_project.queue.beside import Update
from notify_project.queue.models import OPEN
from notify_project.queue.writing import writing


def sum_up(notifications: Iterable[UUID]) -> None:
    """Give notifications whose messages have all ended their final status.

    Call it after the commit of the moves: of two workers that end the last two
    messages, the later then sees both. A crash in between is made good by the sweeper
    (`rollup_at`). Costs one probe of an index for each that has an open message.
    """
    asked = set(notifications)
    if not asked:
        return
    # One probe each, however many messages are open.
    still_open = Message.across_tenants().filter(
        notification=OuterRef("id"), state__in=OPEN
    )
    to_compose = Chunk.across_tenants().filter(
        notification=OuterRef("id"), state__in=OPEN_CHUNK
    )
    ended = Notification.across_tenants().filter(
        ~Exists(still_open), ~Exists(to_compose), id__in=asked
    )
    fan_outs = dict(ended.order_by("id").values_list("id", "fan_out"))
    if fan_outs:
        with writing():
            _write(fan_outs)


class Sums:
    """Notifications that are to be summed up together, every now and then.

    One sum costs six round trips, whether it is of one notification or of a hundred. A
    crash meanwhile is made good by the sweeper, as one before the sum is.
    """

    def __init__(self, every_seconds: float) -> None:
        self._every_seconds = every_seconds
        self._asked: set[UUID] = set()
        self._settled = time.monotonic()

    def add(self, notifications: Iterable[UUID]) -> None:
        """As `sum_up`, but later: when `settle` is called."""
        self._asked.update(notifications)

    def settle(self, *, at_once: bool = False) -> None:
        """Sum up what was added, if the last time is long enough ago."""
        now = time.monotonic()
        if not self._asked or not (
            at_once or now - self._settled >= self._every_seconds
        ):
            return
        asked, self._asked = self._asked, set()
        self._settled = now
        sum_up(asked)


def alone(ends: Iterable[tuple[Message, str]]) -> Update:
    """Final statuses of notifications whose one and only message ends so.

    Part of the statement that moves the message: nobody else has a word to add.
    """
    rows = [
        {
            "id": message.notification_id,
            "message": message.id,
            "status": overall({state: 1}),
        }
        for message, state in ends
    ]
    ordered = sorted(rows, key=lambda row: str(row["id"]))
    return Update(Notification, "message", ordered, sets="rollup_at = NULL")


def _write(fan_outs: Mapping[UUID, bool]) -> None:
    """Count under the notifications' locks: whoever comes last has seen all words.

    Without them, a slow sum could overwrite a younger one with what was true before.
    """
    ids = list(fan_outs)
    rows = Notification.across_tenants().filter(id__in=ids)
    rows.update(rollup_at=F("rollup_at"))
    counts = _never_composed([one for one in ids if fan_outs[one]])
    messages = Message.across_tenants().filter(notification_id__in=ids).order_by()
    for notification, state, count in messages.values_list(
        "notification_id", "state"
    ).annotate(Count("id")):
        counts[notification][state] += count
    by_status: dict[str, list[UUID]] = defaultdict(list)
    for notification, states in counts.items():
        # Of a fan-out, more may have been composed since.
        if not any(states[one] for one in OPEN):
            by_status[overall(states)].append(notification)
    _store(by_status)


def _never_composed(ids: Collection[UUID]) -> dict[UUID, Counter[str]]:
    """People of fan-outs who have no message, by how their chunk ended."""
    counts: dict[UUID, Counter[str]] = defaultdict(Counter)
    if not ids:
        return counts
    for one in ids:
        counts[one] = Counter()  # also one whose people have all left
    chunks = Chunk.across_tenants().filter(notification_id__in=ids).exclude(state=DONE)
    for notification, state, size in chunks.values_list(
        "notification_id", "state", "size"
    ):
        counts[notification][state] += size
    return counts


def _store(by_status: Mapping[str, Collection[UUID]]) -> None:
    for status, chosen in by_status.items():
        rows = Notification.across_tenants().filter(id__in=sorted(chosen))
        rows.update(status=status, rollup_at=None)


def overall(states: Mapping[str, int]) -> Overall:
    """The status of a notification whose messages have all ended."""
    kinds = {one for one, count in states.items() if count}
    good = kinds & GOOD
    if good:
        return Overall.COMPLETED if good == kinds else Overall.PARTIALLY_COMPLETED
    if kinds == {Status.SUPPRESSED}:
        return Overall.SUPPRESSED
    if kinds and kinds <= {Status.CANCELLED, Status.SUPPRESSED}:
        # Nothing failed: somebody stopped it, and some would not have got it anyway.
        return Overall.CANCELLED
    return Overall.FAILED
