"""Which of a lane's messages may be called now: places for calls, moments for them.

One account may hold as many as four times the places that are still free, of a quarter
more places than the lane's window: alone it has the whole window, and however slow it
is, another one finds room. Its own limits (calls at once, calls a second) come on top.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Sequence
from uuid import UUID

from delivery.models import Message
from delivery.pacing import Capacity
from notify_project.queue.fleet import fleet
from providers import limiting
from providers.channels.base import channel
from providers.limiting import Places
from providers.models import Account

# See above: alone, n of 5n/4 places.
SHARE = 4
# How far ahead moments are taken. High priority looks further, and so is first where
# an account is always busy.
_HORIZON_SECONDS = {0: 1.0}
_USUAL_HORIZON_SECONDS = 0.5


def total_of(window: int) -> int:
    """Places of a lane in which one account alone may have `window`."""
    return window + window // SHARE


class Seats:
    """The places of one pump. Only its own thread calls this."""

    def __init__(self, window: int, places: Places = limiting.places) -> None:
        self.window = window
        self._places = places
        self._by_message: dict[UUID, UUID] = {}
        self._held: Counter[UUID] = Counter()
        self._again_at: dict[UUID, float] = {}

    @property
    def free(self) -> int:
        """How many more calls there is room for."""
        return total_of(self.window) - len(self._by_message)

    def capacity(self, account: Account) -> Capacity:
        """What the account may do in this lane."""
        places = min(self.window, _at_once(account) or self.window)
        return Capacity(account.id, places, account.rate_per_second)

    def take(self, message: UUID, account: Account) -> bool:
        """Whether the account may have one more place; the message has it then."""
        if self._held[account.id] >= SHARE * self.free:
            return False
        if self._again_at.get(account.id, 0.0) > time.monotonic():
            return False
        if not self._places.take(account.id, _at_once(account)):
            return False
        self._by_message[message] = account.id
        self._held[account.id] += 1
        return True

    def has_few(self, account_id: UUID) -> bool:
        """Whether an account has no more calls than the reserve has places."""
        return self._held[account_id] <= max(1, self.window // SHARE)

    def put_down(self, messages: Collection[UUID]) -> None:
        """These are not being called any more."""
        for one in messages:
            account_id = self._by_message.pop(one, None)
            if account_id is not None:
                self._held[account_id] -= 1
                self._places.give_back(account_id)

    def put_down_all(self) -> None:
        """The pump ends."""
        self.put_down(list(self._by_message))

    def untimed(self, picked: Sequence[Message]) -> set[UUID]:
        """Give each a moment, where its account has a rate; who has found none.

        One statement for each account that has a rate.
        """
        without: set[UUID] = set()
        limited: dict[UUID, list[Message]] = {}
        for one in picked:
            one.starts_at = None
            if one.accounts[0].rate_per_second:
                limited.setdefault(one.accounts[0].id, []).append(one)
        for account_id, messages in limited.items():
            slots = limiting.take(
                account_id,
                rate_per_second=messages[0].accounts[0].rate_per_second or 1.0,
                count=len(messages),
                horizon_seconds=_horizon(messages[0]),
            )
            for one, start in zip(messages, slots.starts, strict=False):
                one.starts_at = start
            left = messages[len(slots.starts) :]
            if left:
                self._again_at[account_id] = slots.again_at
                without |= {one.id for one in left}
        return without

    def opens_at(self, accounts: Collection[UUID]) -> float | None:
        """When the first of these accounts has moments again; None: not known."""
        known = [self._again_at[one] for one in accounts if one in self._again_at]
        return min(known, default=None)


def _at_once(account: Account) -> int | None:
    """This worker's part of the calls that all may make at once; None: as many."""
    if account.concurrency is None:
        return None
    return fleet.share(account.concurrency, channel(account.channel).lane)


def _horizon(message: Message) -> float:
    return _HORIZON_SECONDS.get(message.priority, _USUAL_HORIZON_SECONDS)
