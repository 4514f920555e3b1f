"""From claimed to ready: load the rows, open what is sealed, ask the gates.

What cannot go out is moved here, each message by itself: one that cannot be read ends
as dead with the reason, one that has to wait waits, and the others go on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

import structlog
from django.db.models import (
    Exists,
    F,
    OuterRef,
    Prefetch,
    QuerySet,
    Subquery,
    Sum,
    prefetch_related_objects,
)

from delivery import attempts, gates, retries, states, summing, withholding
from delivery.gates import Shut
from delivery.models import Attachment, Message
from delivery.states import Move, Status
from notify_project.db import clock
from notify_project.db.encryption import CannotOpen
from notify_project.queue.custody import Suspicion
from notify_project.queue.models import POISON_CLAIMS
from notify_project.queue.writing import writing

# Of the notification: what the way out does not look at.
_UNREAD = ("params", "decided_by", "channels", "warnings", "key_name", "event_type")

Held = tuple[Message, UUID]  # a message, and the token under which we hold it

log = structlog.get_logger(__name__)


def load(token: UUID, ids: Sequence[UUID]) -> list[Message]:
    """Load claimed messages with recipients and words; those whose gates are open.

    Four queries for the lot, and one change for those whose gate is shut.
    """
    found = list(
        Message.across_tenants()
        .filter(id__in=ids, claim_token=token)
        .annotate(
            weight=_file_bytes(),
            shared=Exists(_others()),
            tenant_active=F("tenant__active"),
            region=F("tenant__phone_region"),
            system_steps_in=F("tenant__system_accounts_step_in"),
        )
        .select_related("notification")
        .defer(*(f"notification__{name}" for name in _UNREAD))
        .order_by("priority", "due_at", "id")
    )
    for one in found:
        one.has_files = one.weight is not None
        one.file_bytes = one.weight or 0
        one.alone = not (one.shared or one.notification.fan_out)
        one.phone_region, one.step_in = one.region, one.system_steps_in
    inactive = {one.id for one in found if not one.tenant_active}
    messages = readable([(one, token) for one in found], "recipients", "content")
    messages = _with_own_words(messages)
    now = clock.now()
    withheld = withholding.heed([one for one, _ in messages])
    shut = [
        (one, _shut(one, now, active=one.id not in inactive) or withheld.get(one.id))
        for one, _ in messages
    ]
    stop([((one, token), why) for one, why in shut if why], now=now)
    return [one for one, why in shut if why is None]


def _with_own_words(held: Sequence[Held]) -> list[Held]:
    """One query more for those of a fan-out, whose words may be their own."""
    may = [each for each in held if each[0].subscription_id and _fans_out(each[0])]
    cannot = [each for each in held if each not in may]
    return [*cannot, *readable(may, "own_words")] if may else list(held)


def _fans_out(message: Message) -> bool:
    return message.notification.fan_out


def _others() -> QuerySet[Message]:
    """The other messages of each one's notification; only a fan-out's come later."""
    same = Message.across_tenants().filter(notification=OuterRef("notification"))
    return same.exclude(id=OuterRef("id"))


def _file_bytes() -> Subquery:
    """Of each message's content, None without files; one probe of an index for each."""
    files = Attachment.across_tenants().filter(content=OuterRef("content"))
    sizes = files.order_by().values("content").annotate(n=Sum("size"))
    return Subquery(sizes.values("n"))


def readable(held: Sequence[Held], *sealed: str | Prefetch[str]) -> list[Held]:
    """Prefetch relations with sealed columns; what does not open ends as dead.

    One query for each relation; one for each message only if something is wrong.
    """
    if not held:
        return []
    try:
        prefetch_related_objects([one for one, _ in held], *sealed)
        return list(held)
    except (CannotOpen, ValueError):
        pass  # one of them; which one shows when each is asked by itself
    well: list[Held] = []
    broken: list[tuple[Held, Shut]] = []
    for each in held:
        why = reason_of(partial(prefetch_related_objects, [each[0]], *sealed))
        if why:
            broken.append((each, why))
        else:
            well.append(each)
    stop(broken)
    return well


def reason_of(step: Callable[[], object]) -> Shut | None:
    """Why a message's stored content cannot be read; None when it can be."""
    try:
        step()
    except (CannotOpen, ValueError, KeyError, TypeError, AttributeError) as error:
        log.exception("unreadable_message", error=type(error).__name__)
        detail = f"The stored content cannot be read ({type(error).__name__})."
        return Shut("dead", "unreadable", detail)
    return None


def stop(stopped: Sequence[tuple[Held, Shut]], *, now: datetime | None = None) -> None:
    """Move messages that may not go out now; what waits is not suspected for it.

    A wait that goes on is written once, to the ledger and as an attempt that called
    nobody; it ends with the message's window for retries.
    """
    if not stopped:
        return
    now = now or clock.now()
    moves = [_stopped(held, _or_the_end(held[0], why, now)) for held, why in stopped]
    with writing():
        moved = states.move(moves, suspicion=Suspicion.FORGIVE, now=now)
        attempts.insert([_held(one) for one in moves if _is_new_wait(one, moved)])
    summing.sum_up(
        one.message.notification_id for one in moves if one.to in states.ENDED
    )


def age_seconds(message: Message, now: datetime) -> float:
    """How long ago the message first was due."""
    return max(0.0, (now - message.first_due_at).total_seconds())


def _or_the_end(message: Message, why: Shut, now: datetime) -> Shut:
    age = age_seconds(message, now)
    ends = why.to == Status.QUEUED and not why.in_turn
    if not ends or not retries.gives_up(message.priority, age):
        return why
    cause = "outcome_unknown" if message.unknowns else why.cause
    return Shut("dead", cause, why.detail)


def _shut(message: Message, now: datetime, *, active: bool) -> Shut | None:
    standing = gates.Standing(
        tenant_active=active,
        expires_at=message.expires_at,
        claims=message.claims,
        poison_claims=POISON_CLAIMS,
        doubtful=message.unknowns > 0,
        asking=message.asking,
    )
    return gates.shut(standing, now)


def _stopped(held: Held, why: Shut) -> Move:
    message, token = held
    waits = why.to == Status.QUEUED
    goes_on = waits and (message.hold_reason == why.cause or why.in_turn)
    begins = waits and not goes_on
    told = {} if why.in_turn else {"error_code": why.cause, "error_detail": why.detail}
    return Move(
        message,
        was=Status.CLAIMED,
        to=why.to,
        cause=why.cause,
        detail=why.detail,
        token=token,
        wait_seconds=why.wait_seconds,
        values={
            "attempts": attempts.number(message) if begins else message.attempts,
            "hold_reason": why.cause if waits else "",
            **told,
        },
        silent=goes_on,
    )


def _is_new_wait(one: Move, moved: Collection[UUID]) -> bool:
    return one.message.id in moved and one.to == Status.QUEUED and not one.silent


def _held(one: Move) -> attempts.Row:
    return attempts.held(one.message, cause=one.cause, detail=one.detail)
