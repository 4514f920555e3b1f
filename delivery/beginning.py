"""From ready to begun: adapter, payload, the commit before the first byte."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import structlog
from django.db.models import Prefetch

from delivery import attempts, files, passed_over, states
from delivery.calling import Call
from delivery.choosing import NO_ACCOUNT_WAIT_SECONDS, assign, may_have_files
from delivery.gates import Shut
from delivery.handover import payload_of
from delivery.loading import Held, readable, reason_of, stop
from delivery.models import Attachment, Message
from delivery.states import Move, Status
from notify_project.db.ids import uuid7
from providers.accounts import Ready, ready
from providers.errors import Misconfigured
from providers.models import Account

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Begun:
    """A message that is `sending`, and the call that is to be made for it."""

    message: Message
    token: UUID
    account: Account
    order: Call

    @property
    def number(self) -> int:
        """Which of the message's attempts this is, from 1."""
        return attempts.number(self.message)

    def landed(self) -> Begun:
        """The same without the payload, which may be large and is not needed now."""
        return replace(self, order=replace(self.order, payload=None))


@dataclass(frozen=True, slots=True)
class _Planned:
    message: Message
    token: UUID
    ready: Ready
    attempt_id: UUID
    payload: object


def begin(batch: Sequence[Held]) -> list[Begun]:
    """Commit `sending` and an attempt row for each; only what is returned is called.

    Should this raise, the commit may have happened all the same: give the batch back
    (delivery/returning.py), since nothing was called.
    """
    planned: list[_Planned] = []
    stopped: list[tuple[Held, Shut]] = []
    for held in _with_files(batch):
        found = _plan(*held)
        if isinstance(found, _Planned):
            planned.append(found)
        else:
            stopped.append((held, found))
    _drop_files(batch)
    stop(stopped)
    if not planned:
        return []
    begun_at = time.monotonic()
    moved = states.move(
        [_to_sending(one) for one in planned],
        beside=[attempts.beside([_attempt(one) for one in planned])],
    )
    return [_begun(one, begun_at) for one in planned if one.message.id in moved]


def _with_files(batch: Sequence[Held]) -> list[Held]:
    """With their files, which are large, at the last moment."""
    may = [held for held in batch if may_have_files(held[0])]
    cannot = [held for held in batch if not may_have_files(held[0])]
    unread = Attachment.across_tenants().defer("data")
    well = readable(may, Prefetch("content__attachments", unread))
    contents = {held[0].content_id: held[0].content for held in well}
    files.fill(each for one in contents.values() for each in one.attachments.all())
    return [*well, *cannot]


def _drop_files(batch: Sequence[Held]) -> None:
    """The payloads have them; messages of the same content that wait keep none."""
    for message, _token in batch:
        loaded = getattr(message.content, "_prefetched_objects_cache", {})
        loaded.pop("attachments", None)


def _plan(message: Message, token: UUID) -> _Planned | Shut:
    """The account and the payload; or why it has to wait or to end.

    Whoever has no account yet is assigned one.
    """
    why = None if message.accounts else assign(message)
    if why:
        return why
    chosen = _first_ready(message.accounts)
    if isinstance(chosen, Shut):
        return chosen
    payload: list[object] = []
    unreadable = reason_of(lambda: payload.append(payload_of(message)))
    return unreadable or _Planned(message, token, chosen, uuid7(), payload[0])


def _first_ready(accounts: Iterable[Account]) -> Ready | Shut:
    """The first account that can be made ready to be called."""
    detail = ""
    for account in accounts:
        try:
            return ready(account)
        except Misconfigured as error:
            detail = error.detail
        except Exception as error:  # whatever a provider's code does when it is made
            log.exception("account_not_ready", account_id=str(account.id))
            detail = f"The account cannot be used ({type(error).__name__})."
    return Shut("queued", "misconfigured", detail, NO_ACCOUNT_WAIT_SECONDS)


def _to_sending(one: _Planned) -> Move:
    account = one.ready.account
    return Move(
        one.message,
        was=Status.CLAIMED,
        to=Status.SENDING,
        cause="look_up" if one.message.asking else "begin",
        detail=passed_over.after(
            f"{account.provider} ({account.name})", one.message.passed_over
        ),
        token=one.token,
        values={
            "attempts": attempts.number(one.message),
            "account": account.id,
            "provider": account.provider,
            "hold_reason": "",
        },
    )


def _attempt(one: _Planned) -> attempts.Row:
    return attempts.begun(one.message, one.ready.account, attempt_id=one.attempt_id)


def _begun(one: _Planned, begun_at: float) -> Begun:
    order = Call(
        message_id=one.message.id,
        attempt_id=one.attempt_id,
        adapter=one.ready.adapter,
        payload=one.payload,
        begun=begun_at,
        asking=one.message.asking,
        starts_at=one.message.starts_at,
    )
    return Begun(one.message, one.token, one.ready.account, order)
