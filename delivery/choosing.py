"""By which accounts a claimed message may go: its wishes, their state, and a route."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from uuid import UUID

from delivery import passed_over
from delivery.gates import Shut
from delivery.models import Message, Recipient
from delivery.pacing import BROKEN_PER_SECOND, line
from delivery.routing import OFF, Candidate, Route, Wish, choose
from delivery.unknowns import keeps_account
from providers import breaker
from providers.accounts import capabilities, is_reserve, offers
from providers.channels.base import channel
from providers.models import Account
from providers.sandbox import is_simulated

NO_ACCOUNT_WAIT_SECONDS = 60.0
# Another worker tries a broken account just now: its answer is known soon.
_PROBE_WAIT_SECONDS = 2.0
# A message that may have arrived is given up if nobody knows again what became of it:
# others try a broken account before it, and it does if there are none for so long.
OTHERS_FIRST_SECONDS = 60.0
_ABROAD = frozenset({"international"})
_FILES = frozenset({"attachments"})
# No secret hangs on how messages are spread over accounts.
_dice = random.Random()  # noqa: S311


def assign(message: Message) -> Shut | None:
    """Set `accounts`, in the order to try; or why the message has to wait or to end.

    An account whose breaker wants to be tried is given one message, of all workers:
    its `probe`. One query for each such try, else none beyond what `offers` reads.
    """
    message.accounts, message.probe, message.passed_over = (), False, ()
    accounts = {one.id: one for one in offers.of(message.tenant_id, message.channel)}
    people = list(message.recipients.all())
    if not people:
        cause = "outcome_unknown" if message.unknowns else "no_recipient"
        return Shut("dead", cause, "There is nobody left to send it to.")
    for _each in range(len(accounts) + 1):
        route = _route(message, people, list(accounts.values()))
        if not route.order:
            return _waits(message, route, accounts)
        why = [one for one in route.passed_over if one.why != OFF]
        message.passed_over = passed_over.lines(why, accounts)
        first = accounts[route.order[0]]
        if not offers.wants_probe(first):
            message.accounts = tuple(accounts[one] for one in route.order)
            return None
        if breaker.probe(first.id):
            message.accounts, message.probe = (first,), True
            return None
        offers.put_off(first.id, seconds=_PROBE_WAIT_SECONDS)
    return _waits(message, Route(reason="no_account"), accounts)


def is_stale(message: Message) -> bool:
    """Whether its first account has gone away since it was assigned."""
    first = message.accounts[0]
    if message.probe:
        return False
    return bool(
        offers.pausing_seconds(first)
        or offers.broken_seconds(first)
        or offers.wants_probe(first)
    )


def may_have_files(message: Message) -> bool:
    """Whether files may go along with it."""
    return message.has_files and channel(message.channel).attachments


def _route(
    message: Message, people: Sequence[Recipient], accounts: Sequence[Account]
) -> Route:
    """Simulated recipients and test keys go to the system's sandbox."""
    if _never_real(message, people):
        reserve = [_candidate(one) for one in accounts if is_reserve(one)]
        return choose(reserve, Wish(), dice=_dice)
    pinned, last = message.pinned_account_id, message.account_id
    if last and _keeps_account(message):
        pinned = last
    later = OTHERS_FIRST_SECONDS if _is_on_its_last_try(message) else 0.0
    usable = [
        one for one in accounts if (one.id == pinned if pinned else not is_reserve(one))
    ]
    failed = message.error_code and not message.unknowns
    wish = Wish(
        pinned=pinned,
        needs=_needs(message, people),
        avoid=last if failed else None,
        step_in=message.step_in,
    )
    made = [
        _candidate(one, later_seconds=later, reaches=_reaches(one, people))
        for one in usable
    ]
    return choose(made, wish, dice=_dice)


def _keeps_account(message: Message) -> bool:
    can = capabilities(message.provider)
    return keeps_account(can, asking=message.asking, unknowns=message.unknowns)


def _is_on_its_last_try(message: Message) -> bool:
    """It may have arrived, and nobody can be asked nor would tell a repeat."""
    return message.unknowns > 0 and not _keeps_account(message)


def _never_real(message: Message, people: Sequence[Recipient]) -> bool:
    """Of a test key, or to simulated recipients only; there is at least one."""
    if message.notification.key_type == "test":
        return True
    return all(is_simulated(message.channel, one.address) for one in people)


def _needs(message: Message, people: Sequence[Recipient]) -> frozenset[str]:
    """What an account has to be able to do, to take this message."""
    kind = channel(message.channel)
    needs = _FILES if may_have_files(message) else frozenset()
    for one in people:
        needs |= kind.needs(one.address, region=message.phone_region)
    return needs


def _candidate(
    account: Account, *, later_seconds: float = 0.0, reaches: bool = True
) -> Candidate:
    """`later_seconds` after it may be tried, if it is broken, this message would."""
    can = capabilities(account.provider)
    return Candidate(
        id=account.id,
        provider=account.provider,
        own=account.tenant_id is not None,
        active=account.active,
        tier=account.priority,
        weight=account.weight,
        pausing_seconds=offers.pausing_seconds(account),
        broken_seconds=offers.broken_seconds(account, and_seconds=later_seconds),
        capabilities=can if account.supports_international else can - _ABROAD,
        reaches=reaches,
    )


def _reaches(account: Account, people: Sequence[Recipient]) -> bool:
    covers = offers.reach(account).covers
    return all(covers(one.address) for one in people)


def _waits(message: Message, route: Route, accounts: Mapping[UUID, Account]) -> Shut:
    wait = route.wait_seconds or 0.0
    if route.reason == "account_pausing":
        # Not all at once at the end of the pause: those that find no room then would
        # be claimed only to be held again.
        detail = "The provider asked us to slow down."
        return Shut("queued", route.reason, detail, wait * (1.0 + _dice.random()))
    if route.reason == "account_broken" and route.account_id:
        detail = "The provider does not answer; it is tried again now and then."
        # Who leaves the first try to others does not stand before them.
        if not _is_on_its_last_try(message):
            wait = _turn(message, route.account_id, wait)
        return Shut("queued", route.reason, detail, wait)
    detail = passed_over.after(
        "No active account can carry this message. Add one, or switch one on.",
        passed_over.lines(route.passed_over, accounts),
    )
    return Shut("queued", route.reason, detail, NO_ACCOUNT_WAIT_SECONDS)


def _turn(message: Message, account_id: UUID, after_seconds: float) -> float:
    """One after the other: the first of them tries the account again."""
    return line.wait_seconds(
        account_id,
        message.tenant_id,
        per_second=BROKEN_PER_SECOND,
        lane=message.lane,
        after_seconds=after_seconds,
    )
