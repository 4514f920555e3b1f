"""Giving back what a pump holds and will not call: at its stop, and after an error."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import F

from delivery import states
from delivery.models import Attempt, Message
from delivery.outcomes import Kind
from delivery.states import Move, Status
from notify_project.queue import custody
from notify_project.queue.custody import Suspicion
from notify_project.queue.writing import writing


def give_back(tokens: Collection[UUID], *, called: Collection[UUID] = ()) -> None:
    """Queue again whatever is held under these tokens, except the messages `called`.

    Rows that were claimed are as if they had not been. Rows that are `sending` though
    nobody called (a commit whose answer was lost) say so, and their attempts too. None
    of it counts against the message. Two queries when there is nothing to give back.
    """
    held = [
        one
        for one in Message.across_tenants().filter(
            claim_token__in=tokens, state__in=custody.HELD
        )
        if one.id not in called
    ]
    if not held:
        return
    with writing():
        for token in tokens:
            claimed = [
                one.id
                for one in held
                if one.state == Status.CLAIMED and one.claim_token == token
            ]
            custody.release(Message, token, claimed)
        sending = [one for one in held if one.state == Status.SENDING]
        moved = states.move(
            [_not_called(one) for one in sending], suspicion=Suspicion.FORGIVE
        )
        Attempt.across_tenants().filter(
            message_id__in=moved, number=F("message__attempts"), outcome=""
        ).update(outcome=Kind.NOT_CALLED)


def _not_called(one: Message) -> Move:
    return Move(
        one,
        was=Status.SENDING,
        to=Status.QUEUED,
        cause="not_called",
        token=one.claim_token,
        wait_seconds=0.0,
    )
