"""Which message a stored receipt speaks of; only one of the account that it came to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

from delivery.attempts import HELD
from delivery.models import Attempt, Incoming, Message

# References with the ids of the messages that have them.
_Pairs = Iterable[tuple[str, UUID]]
_Look = Callable[[UUID, set[str]], _Pairs]


def find(rows: Sequence[Incoming]) -> dict[UUID, UUID]:
    """Message ids by the ids of the rows; those that nobody knows yet are left out.

    By our own id where the provider repeats it: then the account has to have been
    called for that message, in whichever attempt. Else by the provider's reference for
    the message, or for an attempt after which it went elsewhere; unless several
    messages of the account have the same one. Three queries at most, two more for each
    further account.
    """
    found = _by_our_id(rows)
    for look in (_of_messages, _of_attempts):
        left = [one for one in rows if one.id not in found and one.provider_ref]
        found |= _by_their_reference(left, look)
    return found


def _by_our_id(rows: Iterable[Incoming]) -> dict[UUID, UUID]:
    echoed = {one.id: (one.echoed_id, one.account_id) for one in rows if one.echoed_id}
    if not echoed:
        return {}
    called = Attempt.across_tenants().filter(
        message_id__in={message for message, _account in echoed.values()},
        account_id__in={account for _message, account in echoed.values()},
        kind="send",
    )
    pairs = set(called.exclude(outcome=HELD).values_list("message_id", "account_id"))
    return {row: pair[0] for row, pair in echoed.items() if pair in pairs}


def _by_their_reference(rows: Iterable[Incoming], look: _Look) -> dict[UUID, UUID]:
    by_account: dict[UUID, list[Incoming]] = defaultdict(list)
    for one in rows:
        by_account[one.account_id].append(one)
    found: dict[UUID, UUID] = {}
    for account_id, told in by_account.items():
        ours: dict[str, set[UUID]] = defaultdict(set)
        for ref, message in look(account_id, {one.provider_ref for one in told}):
            ours[ref].add(message)
        for one in told:
            if len(ours[one.provider_ref]) == 1:
                [found[one.id]] = ours[one.provider_ref]
    return found


def _of_messages(account_id: UUID, refs: set[str]) -> _Pairs:
    rows = Message.across_tenants().filter(account=account_id, provider_ref__in=refs)
    return rows.values_list("provider_ref", "id")


def _of_attempts(account_id: UUID, refs: set[str]) -> _Pairs:
    rows = Attempt.across_tenants().filter(account=account_id, provider_ref__in=refs)
    return rows.values_list("provider_ref", "message_id")
