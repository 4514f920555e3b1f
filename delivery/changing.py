"""Cancel and reschedule: compare-and-set on every message that has not left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from delivery import chunks, states, summing
from delivery.errors import NothingToCancel, NothingToReschedule, StillComposing
from delivery.models import Message, Notification
from delivery.states import Move, Overall, Status
from notify_project.errors import Invalid
from notify_project.queue.bell import ring
from notify_project.queue.writing import writing

# A message may change hands between our look and our change; so often is plenty.
_LOOKS = 10
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Counts:
    """How many messages were changed, and how many had left or ended."""

    changed: int
    left: int

    def shown(self, word: str) -> Mapping[str, int]:
        """{"cancelled": 3, "notCancelled": 1} for word "cancelled"."""
        return {word: self.changed, f"not{word.capitalize()}": self.left}


def cancel(notification: Notification) -> Counts:
    """Cancel what no provider was given; raises NothingToCancel if that is nothing.

    A message is never both cancelled and sent: a worker that has claimed it finds it
    gone when it wants to begin, and one whose earlier call may have arrived is left.
    """
    never_composed = chunks.cancel(notification) if notification.fan_out else 0
    moved, refused = 0, 0
    while refused < _LOOKS:
        unsent = _messages(notification).filter(
            state__in=(Status.QUEUED, Status.CLAIMED), unknowns=0
        )
        moves = [_cancelled(one) for one in unsent[:_AT_ONCE]]
        if not moves:
            break
        done = len(states.move(moves))
        moved += done
        refused += not done
    summing.sum_up([notification.id])
    left = _messages(notification).count() - moved
    if not moved + never_composed:
        raise NothingToCancel(
            _("Nothing can be cancelled: every message has left or has ended.")
        )
    return Counts(moved + never_composed, left)


def _cancelled(one: Message) -> Move:
    return Move(
        one,
        was=one.state,
        to=Status.CANCELLED,
        cause="cancelled",
        values={"hold_reason": ""},
        # Whoever has claimed it meanwhile; but nobody may have called anyone.
        expected={"attempts": one.attempts},
    )


def reschedule(
    notification: Notification, due_at: datetime, *, now: datetime
) -> Counts:
    """Give every message that still waits a new time; raises NothingToReschedule.

    Raises Invalid for a time at which a message would have expired, and StillComposing
    while a fan-out's messages are being made.
    """
    if notification.fan_out and chunks.wait(notification):
        raise StillComposing(
            _("Its messages are still being composed. Try again in a moment."),
            retry_after_seconds=5,
        )
    with writing():
        waiting = _uncalled(notification)
        _ensure_unexpired(waiting, due_at)
        lanes = set(waiting.values_list("lane", flat=True))
        changed = waiting.update(due_at=due_at, first_due_at=due_at, hold_reason="")
        if not changed:
            raise NothingToReschedule(
                _("Nothing can be rescheduled: every message has left or has ended.")
            )
        later = due_at > now
        Notification.for_tenant(notification.tenant_id).filter(
            id=notification.id, status__in=(Overall.SCHEDULED, Overall.QUEUED)
        ).update(
            scheduled_for=due_at if later else None,
            status=Overall.SCHEDULED if later else Overall.QUEUED,
        )
        states.note(
            _uncalled(notification),
            cause="rescheduled",
            detail=due_at.isoformat(),
        )
    if not later:
        for lane in lanes:
            ring(lane)
    return Counts(changed, _messages(notification).count() - changed)


def _ensure_unexpired(waiting: QuerySet[Message], due_at: datetime) -> None:
    expired = waiting.filter(expires_at__lte=due_at).order_by("expires_at").first()
    if expired and expired.expires_at:
        raise Invalid(
            _(
                "delayedSend is not before expiresAt (%(expires)s). Give an earlier "
                "time."
            )
            % {"expires": expired.expires_at.isoformat()},
            field="delayedSend",
            code="invalid_time",
        )


def _messages(notification: Notification) -> QuerySet[Message]:
    return Message.for_tenant(notification.tenant_id).filter(notification=notification)


def _uncalled(notification: Notification) -> QuerySet[Message]:
    """Those that wait and were given to no account yet, however often held."""
    return _messages(notification).filter(state=Status.QUEUED, account=None)
