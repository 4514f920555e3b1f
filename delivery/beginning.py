"""From ready to begun: route, adapter, payload, the commit before the first byte."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import structlog
from django.db.models import Prefetch

from delivery import attempts, files, states
from delivery.calling import Call
from delivery.gates import Shut
from delivery.handover import payload_of
from delivery.loading import Held, readable, reason_of, stop
from delivery.models import Attachment, Message
from delivery.routing import Candidate, Route, choose
from delivery.states import Move, Status
from delivery.unknowns import keeps_account
from notify_project.db.ids import uuid7
from providers.accounts import Ready, capabilities, is_reserve, offers, ready
from providers.channels.base import channel
from providers.errors import Misconfigured
from providers.models import Account
from providers.sandbox import is_simulated

_NO_ACCOUNT_WAIT_SECONDS = 60.0
# No secret hangs on how messages are spread over accounts.
_dice = random.Random()  # noqa: S311

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
    may = [held for held in batch if _may_have_files(held[0])]
    cannot = [held for held in batch if not _may_have_files(held[0])]
    unread = Attachment.across_tenants().defer("data")
    well = readable(may, Prefetch("content__attachments", unread))
    contents = {held[0].content_id: held[0].content for held in well}
    files.fill(each for one in contents.values() for each in one.attachments.all())
    return [*well, *cannot]


def _may_have_files(message: Message) -> bool:
    return message.has_files and channel(message.channel).attachments


def _drop_files(batch: Sequence[Held]) -> None:
    """The payloads have them; messages of the same content that wait keep none."""
    for message, _token in batch:
        loaded = getattr(message.content, "_prefetched_objects_cache", {})
        loaded.pop("attachments", None)


def _plan(message: Message, token: UUID) -> _Planned | Shut:
    """Choose the account and build the payload; or why it has to wait or to end."""
    if not message.recipients.all():
        cause = "outcome_unknown" if message.unknowns else "no_recipient"
        return Shut("dead", cause, "There is nobody left to send it to.")
    accounts = {one.id: one for one in offers.of(message.tenant_id, message.channel)}
    route = _route(message, list(accounts.values()))
    if not route.order:
        return _waits(route)
    chosen = _first_ready(accounts[one] for one in route.order)
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
    return Shut("queued", "misconfigured", detail, _NO_ACCOUNT_WAIT_SECONDS)


def _route(message: Message, accounts: Sequence[Account]) -> Route:
    """Simulated recipients and test keys go to the system's sandbox."""
    pinned = message.pinned_account_id
    if _never_real(message):
        reserve = [_candidate(one) for one in accounts if is_reserve(one)]
        return choose(reserve, pinned=None, dice=_dice)
    last = message.account_id
    can = capabilities(message.provider)
    if last and keeps_account(can, asking=message.asking, unknowns=message.unknowns):
        pinned = last
    usable = [one for one in accounts if one.id == pinned or not is_reserve(one)]
    return choose(
        [_candidate(one) for one in usable],
        pinned=pinned,
        avoid=last if message.error_code and not message.unknowns else None,
        dice=_dice,
    )


def _never_real(message: Message) -> bool:
    """Of a test key, or to simulated recipients only; there is at least one."""
    if message.notification.key_type == "test":
        return True
    return all(
        is_simulated(message.channel, one.address) for one in message.recipients.all()
    )


def _candidate(account: Account) -> Candidate:
    return Candidate(
        id=account.id,
        provider=account.provider,
        own=account.tenant_id is not None,
        active=account.active,
        tier=account.priority,
        weight=account.weight,
        pausing_seconds=offers.pausing_seconds(account),
        capabilities=capabilities(account.provider),
    )


def _waits(route: Route) -> Shut:
    if route.reason == "account_pausing":
        # Not all at once at the end of the pause: those that find no room then would
        # be claimed only to be held again.
        wait = (route.wait_seconds or 0.0) * (1.0 + _dice.random())
        detail = "The provider asked us to slow down."
        return Shut("queued", "account_pausing", detail, wait)
    detail = "No active account can carry this message. Add one, or switch one on."
    return Shut("queued", route.reason, detail, _NO_ACCOUNT_WAIT_SECONDS)


def _to_sending(one: _Planned) -> Move:
    account = one.ready.account
    return Move(
        one.message,
        was=Status.CLAIMED,
        to=Status.SENDING,
        cause="look_up" if one.message.asking else "begin",
        detail=f"{account.provider} ({account.name})",
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
    )
    return Begun(one.message, one.token, one.ready.account, order)
