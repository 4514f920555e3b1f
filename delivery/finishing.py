"""From calls' outcomes to rows: a batch's verdicts, saved in one transaction."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db.models import Q

from delivery import (
    announcing,
    attempts,
    incoming,
    learning,
    noticing,
    outcomes,
    receipts,
    states,
    summing,
)
from delivery.announcing import Told
from delivery.beginning import Begun
from delivery.budget import budget
from delivery.loading import age_seconds
from delivery.models import Attempt, Message
from delivery.outcomes import (
    MAY_HAVE_ARRIVED,
    Facts,
    Kind,
    Outcome,
    Verdict,
    judge,
)
from delivery.states import Move, Status
from notify_project.db import clock
from notify_project.queue.beside import Beside
from notify_project.queue.custody import Suspicion
from notify_project.queue.fleet import fleet
from notify_project.queue.writing import writing
from providers.accounts import capabilities
from providers.base import Receipt
from providers.channels.base import channel

_dice = random.Random()  # noqa: S311 - jitter, not a secret

log = structlog.get_logger(__name__)

Landed = Sequence[tuple[Begun, Outcome]]
Summing = Callable[[Iterable[UUID]], None]
_Judged = tuple[Begun, Outcome, Verdict]


def finish(landed: Landed, sum_up: Summing = summing.sum_up) -> None:
    """Write attempts, states and ledger; idempotent, so that it may be tried again.

    `sum_up` is given the notifications of messages that ended, after the commit.

    A row that the sweeper took meanwhile is `unknown` under the same token: a late
    outcome still counts, and an acceptance even closes what was given up as unknown.
    Whoever else holds it now is left alone: then only the attempt is written.
    """
    now = clock.now()
    verdicts = _verdicts(landed, now)
    alone = [each for each in verdicts if _ends_alone(*each)]
    beside: list[Beside] = [
        attempts.ended((one.order, outcome) for one, outcome in landed),
        summing.alone((one.message, verdict.to) for one, _, verdict in alone),
    ]
    with writing():
        heard: list[Told] = []
        done = _moved(verdicts, Status.SENDING, now, heard, beside)
        left = [each for each in verdicts if each[0].message.id not in done]
        moved = done | _moved(left, Status.UNKNOWN, now, heard)
        moved |= _revive([each for each in verdicts if each[0].message.id not in moved])
        receipts.apply_answers(_answers(verdicts, moved), heard)
        # Now that each recipient of an envelope has its own word.
        announcing.announce(heard, states.MEANINGS)
        ended = [each for each in verdicts if each[2].to in states.ENDED]
        incoming.hurry(_newly_known(landed))
        learning.learn(_told_for_good(ended, moved))
    for judged in verdicts:
        _log(*judged, moved=judged[0].message.id in moved)
    noticing.notice(landed)
    summed = {one.message.id for one, _, _ in alone}.intersection(done)
    sum_up(
        one.message.notification_id
        for one, _, _ in ended
        if one.message.id not in summed
    )


def _moved(
    judged: Sequence[_Judged],
    was: Status,
    now: datetime,
    heard: list[Told],
    beside: Sequence[Beside] = (),
) -> set[UUID]:
    moves = [_move(*each, was=was) for each in judged]
    return states.move(
        moves, suspicion=Suspicion.CLEAR, now=now, beside=beside, heard=heard
    )


def _answers(
    verdicts: Sequence[_Judged], moved: Collection[UUID]
) -> list[tuple[Message, Sequence[Receipt]]]:
    """What providers said of single recipients, with the answer itself."""
    return [
        (one.message, outcome.receipts)
        for one, outcome, _ in verdicts
        if outcome.receipts and one.message.id in moved
    ]


def _newly_known(landed: Landed) -> set[tuple[UUID, str]]:
    """Accounts and references under which a receipt may have come before this commit.

    Whoever repeats our own id needs none: its receipts have found their message.
    """
    return {
        (one.account.id, outcome.provider_ref)
        for one, outcome in landed
        if outcome.kind == Kind.ACCEPTED
        and outcome.provider_ref
        and _waits_by_reference(one.account.provider)
    }


def _waits_by_reference(provider: str) -> bool:
    can = capabilities(provider)
    return "receipts" in can and "echo" not in can


def _told_for_good(
    ended: Sequence[_Judged], moved: Collection[UUID]
) -> list[tuple[Message, Outcome]]:
    return [
        (one.message, outcome) for one, outcome, _ in ended if one.message.id in moved
    ]


def _verdicts(landed: Landed, now: datetime) -> list[_Judged]:
    """What each outcome means, and when it is due again by the account's budget; what
    was taken in an earlier attempt is sent."""
    judged = [(one, outcome, _verdict(one, outcome, now)) for one, outcome in landed]
    doubted = [
        one.message.id
        for one, _, verdict in judged
        if one.message.unknowns and verdict.to != Status.SENT
    ]
    taken = attempts.accepted(doubted) if doubted else {}
    return [
        (one, outcome, outcomes.accepted_before(taken[one.message.id]))
        if one.message.id in taken
        else (one, outcome, _booked(one, verdict))
        for one, outcome, verdict in judged
    ]


def _booked(one: Begun, verdict: Verdict) -> Verdict:
    if verdict.cause not in outcomes.REPEATS or verdict.wait_seconds is None:
        return verdict
    place = fleet.of(channel(one.account.channel).lane)
    wait = budget.book(one.account.id, verdict.wait_seconds, place)
    return replace(verdict, wait_seconds=wait)


def _ends_alone(one: Begun, outcome: Outcome, verdict: Verdict) -> bool:
    """Whether what becomes of this message is all that becomes of its notification."""
    ends = verdict.to in states.ENDED
    return ends and one.message.alone and not outcome.receipts


def _revive(late: Sequence[_Judged]) -> set[UUID]:
    """A late acceptance closes what is in doubt, or was given up as unknown.

    Whichever attempt it is of: the provider has the message. If it was called again
    since, it may have it twice.
    """
    accepted = {
        one.message.id: (one, outcome, verdict)
        for one, outcome, verdict in late
        if verdict.to == Status.SENT
    }
    if not accepted:
        return set()
    given_up = Q(state=Status.DEAD, error_code="outcome_unknown")
    doubted = Message.across_tenants().filter(
        given_up | Q(state=Status.UNKNOWN), id__in=accepted
    )
    return states.move(
        [_revived(now, *accepted[now.id]) for now in doubted],
        suspicion=Suspicion.CLEAR,
    )


def _revived(now: Message, one: Begun, outcome: Outcome, verdict: Verdict) -> Move:
    twice = _called_since(one) and "key" not in capabilities(now.provider)
    return Move(
        now,
        was=now.state,
        to=verdict.to,
        cause=verdict.cause,
        detail=outcome.detail,
        token=now.claim_token,
        values={
            **verdict.values,
            "maybe_duplicate": now.maybe_duplicate or twice,
        },
        expected={"attempts": now.attempts},
    )


def _called_since(one: Begun) -> bool:
    later = Attempt.across_tenants().filter(
        message=one.message.id, number__gt=one.number, kind="send"
    )
    return later.filter(outcome__in=MAY_HAVE_ARRIVED).exists()


def _verdict(one: Begun, outcome: Outcome, now: datetime) -> Verdict:
    message = one.message
    return judge(
        outcome,
        Facts(
            channel=message.channel,
            priority=message.priority,
            tries=message.tries,
            unknowns=message.unknowns,
            lookups=message.lookups,
            policy=message.on_unknown,
            age_seconds=age_seconds(message, now),
            capabilities=capabilities(one.account.provider),
            chance=_dice.random(),
            asking=one.order.asking,
        ),
    )


def _move(one: Begun, outcome: Outcome, verdict: Verdict, *, was: Status) -> Move:
    return Move(
        one.message,
        was=was,
        to=verdict.to,
        cause=verdict.cause,
        detail=outcome.detail,
        token=one.token,
        wait_seconds=verdict.wait_seconds,
        values=_values(one, verdict, was=was),
    )


def _values(one: Begun, verdict: Verdict, *, was: str) -> Mapping[str, Any]:
    """Also what the sweeper took for lost meanwhile, as it was before the call."""
    if was != Status.UNKNOWN:
        return verdict.values
    message = one.message
    before = {
        name: getattr(message, name)
        for name in ("tries", "unknowns", "error_code", "error_detail")
    }
    return {**before, **verdict.values}


def _log(one: Begun, outcome: Outcome, verdict: Verdict, *, moved: bool) -> None:
    """A line for each attempt: what an operator searches for, and nobody's data."""
    write = log.info if outcome.kind == Kind.ACCEPTED else log.warning
    write(
        "attempt_ended",
        message_id=one.message.id,
        notification_id=one.message.notification_id,
        correlation_id=one.message.notification.correlation_id or None,
        tenant_id=one.message.tenant_id,
        account_id=one.account.id,
        provider=one.account.provider,
        attempt=one.number,
        outcome=outcome.kind,
        code=outcome.code or None,
        duration_ms=outcome.duration_ms,
        # None: somebody else holds the message, and says what becomes of it.
        state=verdict.to if moved else None,
    )
