"""From answers to rows: attempts, states, the endpoint's health; one transaction."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db.models import F

from callbacks import schedule, switching
from callbacks.calling import Outcome
from callbacks.models import (
    DEAD,
    DELIVERED,
    FAILED,
    Callback,
    CallbackAttempt,
    Endpoint,
    RetrySchedule,
)
from callbacks.schedule import Health
from notify_project.db import clock
from notify_project.db.ids import uuid7
from notify_project.queue import custody
from notify_project.queue.beside import Insert
from notify_project.queue.custody import Change, Suspicion
from notify_project.queue.models import CLAIMED, QUEUED
from notify_project.queue.writing import writing

_LAPSED = 1000
_dice = random.Random()  # noqa: S311 - jitter, not a secret

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Landed:
    """A callback, the token under which it is ours, and what came of its call."""

    callback: Callback
    token: UUID
    outcome: Outcome


def finish(landed: Sequence[Landed]) -> None:
    """Write what came of calls, each with its attempt.

    A row that somebody else holds by now, or that was deleted meanwhile, is left alone:
    the others are written all the same.
    """
    now = clock.now()
    known = _known([one.callback for one in landed if not one.outcome.answer.is_well])
    groups: dict[str, list[tuple[Landed, Change]]] = defaultdict(list)
    for one in landed:
        to, values = _verdict(one, known, now)
        groups[to].append((one, Change(one.callback.id, one.token, values)))
    with writing():
        for to, group in groups.items():
            _move(to, group)
        _note_health(landed, now)
    for one in landed:
        _log(one)


def _move(to: str, group: Sequence[tuple[Landed, Change]]) -> None:
    attempts = [_attempt(one) for one, _change in group]
    custody.change(
        Callback,
        [change for _one, change in group],
        was=CLAIMED,
        to=to,
        suspicion=Suspicion.CLEAR,
        beside=[Insert(CallbackAttempt, "callback_id", attempts)],
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """What decides besides an answer that was not well: schedules that tenants have of
    their own, and which callbacks had arrived before somebody had them sent again."""

    schedules: Mapping[UUID, Sequence[float]] = field(default_factory=dict)
    told: Collection[UUID] = ()


def _known(broken: Sequence[Callback]) -> _Known:
    if not broken:
        return _Known()
    again = [one.id for one in broken if one.asked_by]
    return _Known(
        RetrySchedule.of({one.tenant_id for one in broken}),
        told_before(again) if again else (),
    )


def told_before(ids: Collection[UUID]) -> set[UUID]:
    """Those of them that arrived once, whatever came later; one query."""
    well = CallbackAttempt.across_tenants().filter(
        callback__in=ids, http_status__range=(200, 299)
    )
    return set(well.values_list("callback_id", flat=True))


def _verdict(one: Landed, known: _Known, now: datetime) -> tuple[str, dict[str, Any]]:
    """The state that follows, and the columns that change with it."""
    callback, answer = one.callback, one.outcome.answer
    tries = callback.tries + 1
    values: dict[str, Any] = {
        "tries": tries,
        "http_status": answer.status,
        "error": answer.error,
        "due_at": callback.due_at,
        "finished_at": now,
    }
    if answer.is_well:
        return DELIVERED, values
    wait = schedule.wait_seconds(
        answer,
        tries,
        chance=_dice.random(),
        insists=callback.endpoint.retries_refusals,
        schedule=known.schedules.get(callback.tenant_id, schedule.SCHEDULE),
    )
    if wait is None or callback.asked_by:
        return DELIVERED if callback.id in known.told else FAILED, values
    due_at = now + timedelta(seconds=wait)
    return QUEUED, {**values, "due_at": due_at, "finished_at": None}


def _attempt(one: Landed) -> dict[str, Any]:
    outcome = one.outcome
    return {
        "id": uuid7(),
        "tenant_id": one.callback.tenant_id,
        "callback_id": one.callback.id,
        "number": one.callback.tries + 1,
        "asked_by": one.callback.asked_by,
        "started_at": outcome.started_at,
        "duration_ms": outcome.duration_ms,
        "http_status": outcome.answer.status,
        "error": outcome.answer.error,
        "excerpt": outcome.excerpt,
    }


def _note_health(landed: Sequence[Landed], now: datetime) -> None:
    """How each endpoint does now; an answer that changes nothing writes nothing."""
    answers: Mapping[UUID, list[Landed]] = defaultdict(list)
    for one in landed:
        answers[one.callback.endpoint_id].append(one)
    rows = Endpoint.across_tenants().filter(id__in=answers)
    moved = [one.id for one in rows if _after(one, answers[one.id], now) != one.health]
    # In the order of ids, as whoever else finishes: nobody waits in a circle.
    for key in sorted(moved):
        endpoint = _held(key)
        if endpoint is None:
            continue
        theirs = answers[key]
        switching.note(endpoint, _after(endpoint, theirs, now), now)
        if any(one.outcome.answer.is_gone for one in theirs):
            switching.switch_off(endpoint, Endpoint.Off.GONE, now)


def _held(key: UUID) -> Endpoint | None:
    """As it is now that no other worker changes it: their answers count too."""
    row = Endpoint.across_tenants().filter(id=key)
    row.update(failures=F("failures"))
    return row.select_related("tenant").first()


def _after(endpoint: Endpoint, landed: Sequence[Landed], now: datetime) -> Health:
    health = endpoint.health
    for one in landed:
        # As it was when the call was begun.
        is_probe = one.callback.endpoint.health.is_open
        health = health.after(
            one.outcome.answer,
            now,
            is_probe=is_probe,
            is_first=one.callback.tries == 0,
        )
    return health


def give_up(callbacks: Sequence[Callback], token: UUID, error: str) -> None:
    """End what cannot be sent: its workers did not survive it, or it cannot be read.

    What had arrived before stays told.
    """
    now = clock.now()
    values = {"error": error, "finished_at": now}
    changes = [Change(one.id, token, values) for one in callbacks]
    told = told_before([one.id for one in changes])
    with writing():
        for to, some in (
            (DELIVERED, [one for one in changes if one.id in told]),
            (DEAD, [one for one in changes if one.id not in told]),
        ):
            custody.change(Callback, some, was=CLAIMED, to=to)
    log.error("callback_dead", count=len(changes), error=error)


def requeue_lapsed() -> None:
    """What a vanished worker held may have arrived: its id tells a repeat."""
    lost = custody.lapsed(Callback, CLAIMED, _LAPSED)
    changes = [Change(one.id, one.claim_token) for one in lost]
    with writing():
        custody.change(Callback, changes, was=CLAIMED, to=QUEUED)


def _log(one: Landed) -> None:
    answer = one.outcome.answer
    write = log.info if answer.is_well else log.warning
    write(
        "callback_attempted",
        callback_id=one.callback.id,
        tenant_id=one.callback.tenant_id,
        endpoint_id=one.callback.endpoint_id,
        attempt=one.callback.tries + 1,
        http_status=answer.status,
        error=answer.error or None,
        duration_ms=one.outcome.duration_ms,
    )
