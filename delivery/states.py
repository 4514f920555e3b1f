"""Statuses, what they mean to whom, which may follow which, and the one way to change.

Every change of a message's state, one or many, goes through `move`: it compares and
sets, and writes one ledger entry for each row that moved. Claiming is custody, not a
status: a claimed message still reads `queued`, and only a claim whose worker vanished
leaves an entry.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from delivery import announcing, measuring
from delivery.announcing import Told
from delivery.meanings import Meaning
from delivery.models import LedgerEntry, Message, Notification
from notify_project.db import clock
from notify_project.db.clock import later
from notify_project.db.values import insert_rows
from notify_project.queue import custody
from notify_project.queue.beside import Beside, Insert, Update
from notify_project.queue.custody import Change, Suspicion
from notify_project.queue.models import OPEN
from notify_project.queue.writing import stating, writing


class Status(StrEnum):
    """A message's state as it is stored."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    DELIVERED = "delivered"
    TEMP_FAILED = "temp_failed"
    PERM_FAILED = "perm_failed"
    FAILED = "failed"
    DEAD = "dead"
    EXPIRED = "expired"
    SUPPRESSED = "suppressed"
    CANCELLED = "cancelled"


# For the statistics: arrived, did not arrive.
_ARRIVED, _FAILURE = "delivered", "failure"
_TEMPORARY, _PERMANENT = "temporary-failure", "permanent-failure"
_TECHNICAL = "technical-failure"

MEANINGS: Mapping[str, Meaning] = {
    Status.QUEUED: Meaning("queued"),
    Status.CLAIMED: Meaning("queued"),
    Status.SENDING: Meaning("sending", "", "sending"),
    Status.UNKNOWN: Meaning("sending", "", "sending"),
    Status.SENT: Meaning("sent", "sent", "sending"),
    Status.DELIVERED: Meaning("delivered", "delivered", "delivered", None, _ARRIVED),
    Status.TEMP_FAILED: Meaning("failed", "failed", _TEMPORARY, True, _FAILURE),
    Status.PERM_FAILED: Meaning("failed", "failed", _PERMANENT, False, _FAILURE),
    Status.FAILED: Meaning("failed", "failed", _PERMANENT, False, _FAILURE),
    Status.DEAD: Meaning("failed", "failed", _TECHNICAL, True, _FAILURE),
    Status.EXPIRED: Meaning("failed", "expired", _TECHNICAL, True, _FAILURE),
    Status.SUPPRESSED: Meaning("suppressed", "suppressed", _PERMANENT, False, _FAILURE),
    Status.CANCELLED: Meaning("cancelled", "cancelled", "", None, "cancelled"),
}

_S = Status
_STOPPED = {_S.CANCELLED, _S.EXPIRED, _S.SUPPRESSED, _S.DEAD}
_ARRIVED_LATE = {_S.SENT, _S.DELIVERED, _S.PERM_FAILED}
_RECEIPTS = {_S.DELIVERED, _S.TEMP_FAILED, _S.PERM_FAILED}
# Who may follow whom. Receipts only go up: sent < temp_failed < delivered <
# perm_failed. A late word closes even a message that we had given up on, or that waits
# to be sent once more.
ALLOWED: Mapping[str, frozenset[str]] = {
    key: frozenset(followers)
    for key, followers in {
        _S.QUEUED: _STOPPED | _ARRIVED_LATE,
        _S.CLAIMED: {_S.QUEUED, _S.SENDING} | _STOPPED | _ARRIVED_LATE,
        _S.SENDING: {_S.QUEUED, _S.SENT, _S.FAILED, _S.UNKNOWN, _S.DEAD} | _RECEIPTS,
        _S.UNKNOWN: {_S.QUEUED, _S.SENT, _S.FAILED, _S.UNKNOWN, _S.DEAD} | _RECEIPTS,
        _S.SENT: _RECEIPTS,
        _S.TEMP_FAILED: {_S.DELIVERED, _S.PERM_FAILED},
        _S.DELIVERED: {_S.PERM_FAILED},
        _S.DEAD: {_S.QUEUED, _S.SENT} | _RECEIPTS,
        _S.FAILED: {_S.QUEUED} | _RECEIPTS,
        _S.PERM_FAILED: set(),
        _S.EXPIRED: set(),
        _S.SUPPRESSED: set(),
        _S.CANCELLED: set(),
    }.items()
}
GOOD = frozenset({_S.SENT, _S.DELIVERED})
ENDED = frozenset(one for one in Status if one not in OPEN)


class Overall(StrEnum):
    """A notification's status: the sum of its messages."""

    SCHEDULED = "scheduled"
    QUEUED = "queued"
    SENDING = "sending"
    COMPLETED = "completed"
    PARTIALLY_COMPLETED = "partially_completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SUPPRESSED = "suppressed"


OPEN_OVERALL = (Overall.SCHEDULED, Overall.QUEUED, Overall.SENDING)
_NOT_BEGUN = f"status IN ('{Overall.SCHEDULED}', '{Overall.QUEUED}')"
# How soon the sweeper looks at a notification that its worker should have summed up.
ROLLUP_SECONDS = 30.0


class ForbiddenMove(Exception):
    """The code asked for a change that the table does not have: a defect of ours."""


@dataclass(frozen=True, slots=True)
class Move:
    """One message's change of state.

    `token` fences: the row must still be under it; `expected` are columns that must
    still hold what they are said to. `wait_seconds` sets when it is due again. `values`
    are further columns; `cause` and `detail` go to the ledger and hold no personal
    data. `silent` leaves the ledger alone: the message goes on waiting for what its
    last entry says already.
    """

    message: Message
    was: str
    to: str
    cause: str
    detail: str = ""
    token: UUID | None = None
    wait_seconds: float | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    expected: Mapping[str, Any] = field(default_factory=dict)
    silent: bool = False


def move(
    moves: Sequence[Move],
    *,
    suspicion: Suspicion = Suspicion.KEEP,
    now: datetime | None = None,
    beside: Sequence[Beside] = (),
    heard: list[Told] | None = None,
) -> set[UUID]:
    """Carry out what can be carried out; the ids of the messages that moved.

    Rows that somebody else changed meanwhile are left alone. One statement per pair of
    states, which writes the ledger too, and what else is to be written `beside` the
    messages that move. `now` is the database's time, asked for where it is needed and
    not given. What the tenants' programs hear of is published in the same transaction;
    given a list of what is `heard`, it is added to that, for the caller to announce.
    Call summing.sum_up after the commit.
    """
    if not moves:
        return set()
    for one in moves:
        if one.to not in ALLOWED[one.was]:
            raise ForbiddenMove(f"{one.was} -> {one.to}")
    moved: set[UUID] = set()
    told: list[Told] = []
    if now is None and any(_needs_clock(one) for one in moves):
        now = clock.now()
    groups = _grouped(moves, now)
    with stating() if _is_one_statement(groups) else writing(savepoint=False):
        for (was, to, _shape), group in groups.items():
            moved |= _change(group, was, to, suspicion, beside, told)
        if heard is None:
            announcing.announce(told, MEANINGS)
        else:
            heard += told
    measuring.count(moves, moved)
    return moved


_Shape = tuple[tuple[str, ...], tuple[str, ...]]
_Group = list[tuple[Move, Change]]
_Groups = Mapping[tuple[str, str, _Shape], _Group]


def _is_one_statement(groups: _Groups) -> bool:
    """Of one group, of whose new state no program hears."""
    return len(groups) == 1 and not any(MEANINGS[to].event for _, to, _ in groups)


def _change(
    group: _Group,
    was: str,
    to: str,
    suspicion: Suspicion,
    beside: Sequence[Beside],
    heard: list[Told],
) -> set[UUID]:
    """One statement, which also says whose endpoints hear of it: those are `heard`."""
    told = [_entry(one) for one, _change in group if not one.silent]
    messages = [one.message for one, _change in group]
    ids = {one.id for one in messages}
    look = announcing.look(messages) if MEANINGS[to].event else None
    moved = set(
        custody.change(
            Message,
            [change for _one, change in group],
            was=was,
            to=to,
            suspicion=suspicion,
            beside=[
                Insert(LedgerEntry, "message_id", told),
                *_telling_notifications(messages, was, to),
                *(one.of(ids) for one in beside),
            ],
            look=look,
        )
    )
    if look:
        now = [one for one in messages if one.id in moved]
        heard += announcing.heard(now, MEANINGS[to], look.found)
    return moved


def _grouped(moves: Sequence[Move], now: datetime | None) -> _Groups:
    """Changes that one statement can carry out: same states, same columns."""
    groups: dict[tuple[str, str, _Shape], _Group] = defaultdict(list)
    for one in moves:
        values = _values(one, now)
        shape = (tuple(sorted(values)), tuple(sorted(one.expected)))
        change = Change(one.message.id, one.token, values, one.expected)
        groups[one.was, one.to, shape].append((one, change))
    return groups


def _needs_clock(one: Move) -> bool:
    return one.wait_seconds is not None or one.to in ENDED


def _values(one: Move, now: datetime | None) -> dict[str, Any]:
    """All columns that change; times are by the database's clock."""
    values = dict(one.values)
    if one.wait_seconds is not None:
        values["due_at"] = now and now + timedelta(seconds=one.wait_seconds)
    if one.to in ENDED:
        values["finished_at"] = now
    elif one.was in ENDED:
        values["finished_at"] = None
    return values


def _entry(one: Move) -> Mapping[str, Any]:
    """A move's row in the ledger."""
    return {
        "tenant_id": one.message.tenant_id,
        "message_id": one.message.id,
        "was": one.was,
        "became": one.to,
        "cause": one.cause[:60],
        "detail": one.detail[:300],
    }


def note(messages: Iterable[Message], *, cause: str, detail: str = "") -> None:
    """Write to the ledger what happened to messages without changing their state."""
    told = [Move(one, one.state, one.state, cause, detail=detail) for one in messages]
    insert_rows(LedgerEntry, [_entry(one) for one in told])


def _telling_notifications(
    messages: Sequence[Message], was: str, to: str
) -> Iterator[Update]:
    """The first message that is sent says so, once; an end asks for a summing up.

    `rollup_at` makes the sweeper look, should the worker die before it sums up; as it
    is set once, the notification of 50,000 messages is no hot row. Whoever was being
    sent has asked already, when it was begun.
    """
    begins = to == Status.SENDING
    if not begins and (to not in ENDED or was == Status.SENDING):
        return
    ordered = sorted(messages, key=lambda one: one.notification_id)
    yield Update(
        Notification,
        "message",
        [{"id": one.notification_id, "message": one.id} for one in ordered],
        sets=(f"status = '{Overall.SENDING}', " if begins else "")
        + f"rollup_at = {later()}",
        only=_NOT_BEGUN if begins else "rollup_at IS NULL",
        parameters=[ROLLUP_SECONDS],
    )
