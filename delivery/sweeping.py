"""What crashes, lost bells and time leave behind, put right.

Run every few seconds by whoever comes first (beat, a worker's heartbeat). Each step
takes at most 1,000 rows and changes them by compare-and-set, so two sweeps at once do
no harm. It makes no call to the outside.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Now

from delivery import attempts, gates, outcomes, retries, states, summing, unknowns
from delivery.loading import age_seconds
from delivery.measuring import leases_expired
from delivery.models import Message, Notification
from delivery.states import Move, Status
from delivery.unknowns import Next, Step
from notify_project.db import clock
from notify_project.queue import custody
from notify_project.queue.bell import ring
from notify_project.queue.due import lanes_due
from notify_project.queue.models import QUEUED
from notify_project.queue.writing import writing
from providers import breaker
from providers.accounts import capabilities
from providers.channels.base import channel

LIMIT = 1000
log = structlog.get_logger(__name__)
# Others may take an account for broken a while longer, and hold messages for it.
_RELEASING_SECONDS = 60.0
_RELEASE_TURNS = 30
_ROLLUP_AGAIN = timedelta(seconds=states.ROLLUP_SECONDS)


def requeue_claimed() -> None:
    """A claimed message whose worker vanished was surely not sent."""
    lost = custody.lapsed(Message, Status.CLAIMED, LIMIT)
    moves = [_lost(one, Status.CLAIMED, Status.QUEUED) for one in _messages(lost)]
    if moved := states.move(moves):
        leases_expired.count(len(moved), state=Status.CLAIMED)


def doubt_sending() -> None:
    """A sending message whose worker vanished may have been sent.

    A look-up that was lost leaves no new doubt: it sends nothing, so it is asked again.
    """
    lost = _messages(custody.lapsed(Message, Status.SENDING, LIMIT))
    moves = []
    for one in lost:
        following = unknowns.first(capabilities(one.provider), one.channel)
        if one.asking:
            moves.append(_lost(one, Status.SENDING, Status.QUEUED, wait=0.0))
        elif following.step == Step.REPEAT:
            moves.append(_lost(one, Status.SENDING, Status.QUEUED, _spent(one), 0.0))
        else:
            wait = following.after_seconds
            moves.append(_lost(one, Status.SENDING, Status.UNKNOWN, _spent(one), wait))
    if moved := states.move(moves):
        leases_expired.count(len(moved), state=Status.SENDING)
        log.warning("worker_lost", count=len(moved), message_ids=sorted(moved))


def settle_unknown() -> None:
    """When no receipt has told us in time, the policy decides (unknowns.py)."""
    due = Message.across_tenants().filter(state=Status.UNKNOWN, due_at__lte=Now())
    found = list(due.order_by("due_at")[:LIMIT])
    if not found:
        return
    now, taken = clock.now(), attempts.accepted(one.id for one in found)
    moves = [_settled(one, now, taken.get(one.id)) for one in found]
    moved = states.move(moves)
    summing.sum_up(
        one.message.notification_id
        for one in moves
        if one.to in states.ENDED and one.message.id in moved
    )


def expire() -> None:
    """What was not sent before its time ends as expired.

    One whose earlier call may have arrived says so; one that is to be asked for, waits.
    """
    late = Message.across_tenants().filter(
        state=QUEUED, expires_at__lte=Now(), asking=False
    )
    moves = []
    for one in late.order_by("expires_at")[:LIMIT]:
        end = gates.expiry(doubtful=one.unknowns > 0)
        moves.append(
            Move(
                one,
                was=Status.QUEUED,
                to=end.to,
                cause=end.cause,
                detail=end.detail,
                values={"error_code": end.cause, "hold_reason": ""},
                expected={"attempts": one.attempts},
            )
        )
    states.move(moves)
    summing.sum_up(one.message.notification_id for one in moves)


def sum_up_again() -> None:
    """Notifications whose last message ended while its worker died."""
    due = Notification.across_tenants().filter(rollup_at__lte=Now())
    ids = list(due.order_by("rollup_at").values_list("id", flat=True)[:LIMIT])
    if not ids:
        return
    summing.sum_up(ids)
    still_open = Q(status__in=states.OPEN_OVERALL)
    with writing():
        Notification.across_tenants().filter(still_open, id__in=ids).update(
            rollup_at=Now() + _ROLLUP_AGAIN
        )


def release_held() -> None:
    """What waited for an account that answers again is due at once."""
    for one in breaker.closed_lately(seconds=_RELEASING_SECONDS):
        account = one.account
        lane = channel(account.channel).lane
        held = Message.across_tenants().filter(
            state=QUEUED,
            lane__in=[name for name in settings.SENDING_LANES if _is_of(name, lane)],
            hold_reason="account_broken",
            due_at__gt=Now(),
        )
        if account.tenant_id:
            held = held.filter(tenant=account.tenant_id)
        for _turn in range(_RELEASE_TURNS):
            ids = list(held.values_list("id", flat=True)[:LIMIT])
            if not ids:
                break
            with writing():
                Message.across_tenants().filter(id__in=ids, state=QUEUED).update(
                    due_at=Now()
                )


def _is_of(name: str, lane: str) -> bool:
    return name.partition("-")[0] == lane


def due_lanes() -> list[str]:
    """The lanes in which a message is due."""
    return lanes_due(Message, settings.MESSAGE_LANES)


def ring_due() -> None:
    """Ring the lanes in which something is due."""
    for lane in due_lanes():
        ring(lane)


# In the order in which one makes work for the next.
STEPS: Sequence[Callable[[], None]] = (
    requeue_claimed,
    doubt_sending,
    settle_unknown,
    expire,
    sum_up_again,
    release_held,
    ring_due,
)


def _messages(rows: Sequence[object]) -> list[Message]:
    return [one for one in rows if isinstance(one, Message)]


def _spent(one: Message) -> dict[str, object]:
    return {
        "error_code": "worker_lost",
        "unknowns": one.unknowns + 1,
        "tries": one.tries + 1,
    }


def _lost(
    one: Message,
    was: str,
    to: str,
    values: dict[str, object] | None = None,
    wait: float | None = None,
) -> Move:
    return Move(
        one,
        was=was,
        to=to,
        cause="lease_expired",
        detail="The worker that held the message is gone.",
        token=one.claim_token,
        wait_seconds=wait,
        values=values or {},
    )


def _settled(one: Message, now: datetime, taken: str | None) -> Move:
    """By the policy; `taken` is the reference of an earlier attempt that arrived."""
    if taken is not None:
        told = outcomes.accepted_before(taken)
        return _from_unknown(one, told.to, told.cause, dict(told.values))
    following = unknowns.then(
        capabilities(one.provider),
        one.on_unknown,
        unknowns=one.unknowns,
        lookups=one.lookups,
    )
    if retries.gives_up(one.priority, age_seconds(one, now)):
        following = Next(Step.GIVE_UP)
    return _from_unknown(one, *_SETTLED[following.step](following))


def _from_unknown(one: Message, to: str, cause: str, values: dict[str, object]) -> Move:
    return Move(
        one,
        was=Status.UNKNOWN,
        to=to,
        cause=cause,
        token=one.claim_token,
        wait_seconds=0.0 if to == Status.QUEUED else None,
        values=values,
    )


_Settled = tuple[Status, str, dict[str, object]]


def _ask(following: Next) -> _Settled:
    return Status.QUEUED, "look_up", {"asking": True}


def _again(following: Next) -> _Settled:
    return Status.QUEUED, "repeat_same_key", {"asking": False}


def _retry(following: Next) -> _Settled:
    return Status.QUEUED, "retry_once", {"maybe_duplicate": True}


def _give_up(following: Next) -> _Settled:
    return Status.DEAD, "outcome_unknown", {"error_code": "outcome_unknown"}


_SETTLED: dict[Step, Callable[[Next], _Settled]] = {
    Step.LOOK_UP: _ask,
    Step.REPEAT: _again,
    Step.RETRY: _retry,
    Step.GIVE_UP: _give_up,
    Step.WAIT: _give_up,
}
