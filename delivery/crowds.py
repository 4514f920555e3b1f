"""What became of a large fan-out: counts of all, and the first of its messages.

A status answer that named 50,000 recipients would be no answer. Four queries, however
many there are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Sum

from delivery.models import Chunk, Message, Notification
from delivery.models.fan_out import DONE, OPEN_CHUNK
from delivery.states import MEANINGS, Overall, Status

FIRST = 50


@dataclass(frozen=True, slots=True)
class Crowd:
    """By channel: how many people by the API's status, and calls in all.

    `first` are the first messages that were composed, with their recipients.
    """

    counts: Mapping[str, Counter[str]]
    attempts: Mapping[str, int]
    first: Sequence[Message]


def of(notification: Notification) -> Crowd:
    """The fan-out's people, those whose messages are to be composed among them."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    attempts: Counter[str] = Counter()
    messages = Message.for_tenant(notification.tenant_id).filter(
        notification=notification
    )
    parted = messages.order_by().values_list("channel", "state")
    for code, state, number, calls in parted.annotate(Count("id"), Sum("attempts")):
        counts[code][_word(notification, state)] += number
        attempts[code] += calls
    chunks = Chunk.for_tenant(notification.tenant_id).filter(notification=notification)
    waiting = chunks.exclude(state=DONE).order_by()
    for code, state, people in waiting.values_list(
        "fan_out__channel", "state"
    ).annotate(Sum("size")):
        known = Status.QUEUED if state in OPEN_CHUNK else state
        counts[code][_word(notification, known)] += people
    first = messages.order_by("id").prefetch_related("recipients")[:FIRST]
    return Crowd(counts, attempts, list(first))


def _word(notification: Notification, state: str) -> str:
    if state == Status.QUEUED and notification.status == Overall.SCHEDULED:
        return "scheduled"
    return MEANINGS[state].api
