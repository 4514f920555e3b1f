"""What one pump has claimed and not begun: which of it may be begun now, in its turn.

A message waits here for a place with its account, for a moment of an account with a
rate, or for room for its files, while others pass. What its account cannot take within
about a second goes back to the queue (delivery/pacing.py), so that a slow account's
messages leave the hand free for others'.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from delivery import choosing
from delivery.freight import Load
from delivery.gates import Shut
from delivery.loading import Held, stop
from delivery.models import Message
from delivery.pacing import Line, line
from delivery.seats import Seats
from providers.accounts import offers


class Hand:
    """Held messages in the order in which they were claimed."""

    def __init__(self, lane: str, window: int, waits: Line = line) -> None:
        self.seats = Seats(window)
        self._lane = lane
        self._line = waits
        self._load = Load()
        self._waiting: deque[Held] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def tokens(self) -> set[UUID]:
        """Under which its messages are held."""
        return {token for _message, token in self._waiting}

    def take_up(self, held: Iterable[Held]) -> None:
        """Keep what can be called soon; the rest is put back, with the reason."""
        kept = Counter(message.accounts[0].id for message, _token in self._waiting)
        stopped: list[tuple[Held, Shut]] = []
        for each in held:
            message = each[0]
            why = choosing.assign(message) or self._out_of_hand(message, kept)
            if why:
                stopped.append((each, why))
            else:
                kept[message.accounts[0].id] += 1
                self._waiting.append(each)
        stop(stopped)

    def _out_of_hand(self, message: Message, kept: Counter[UUID]) -> Shut | None:
        account = message.accounts[0]
        capacity = self.seats.capacity(account)
        if message.probe or kept[account.id] < self._line.hand(capacity):
            return None
        wait = self._line.wait_seconds(
            account.id,
            message.tenant_id,
            per_second=self._line.per_second(capacity),
            lane=self._lane,
        )
        detail = "Others are before it: the account takes only so many at a time."
        return Shut("queued", "account_busy", detail, wait, in_turn=True)

    def look_again(self) -> None:
        """Whose account has gone away meanwhile is assigned another, or put back."""
        if not offers.any_away():
            return
        stale = [each for each in self._waiting if choosing.is_stale(each[0])]
        if stale:
            ids = {message.id for message, _token in stale}
            self._waiting = deque(
                each for each in self._waiting if each[0].id not in ids
            )
            self.take_up(stale)

    def pick(self, room: int) -> list[Held]:
        """Up to `room` messages that may be begun at once; they have their places."""
        picked: list[Held] = []
        left: deque[Held] = deque()
        full: set[UUID] = set()
        crowded = False
        for held in self._waiting:
            message = held[0]
            account = message.accounts[0]
            passed = account.id in full or (crowded and message.file_bytes)
            if len(picked) == room or passed:
                left.append(held)
            elif not self.seats.take(message.id, account):
                full.add(account.id)
                left.append(held)
            elif not self._load.take(message.id, message.file_bytes):
                self.seats.put_down([message.id])
                crowded = True
                left.append(held)
            else:
                picked.append(held)
        self._waiting = left
        return self._timed(picked)

    def _timed(self, picked: list[Held]) -> list[Held]:
        """Those for whom their account has no moment now are first again next time."""
        without = self.seats.untimed([message for message, _token in picked])
        if not without:
            return picked
        self.put_down(without)
        back = [each for each in picked if each[0].id in without]
        self._waiting.extendleft(reversed(back))
        return [each for each in picked if each[0].id not in without]

    def put_down(self, messages: Collection[UUID]) -> None:
        """These are not being called any more."""
        self._load.put_down(messages)
        self.seats.put_down(messages)

    def landed(self, account_id: UUID, seconds: float) -> None:
        """Learn from a call that was made."""
        self._line.landed(account_id, seconds)

    def opens_in(self) -> float | None:
        """Seconds until an account of messages in hand has moments again, if known."""
        at = self.seats.opens_at({each[0].accounts[0].id for each in self._waiting})
        return None if at is None else max(0.0, at - time.monotonic())

    def comes_at(self) -> float | None:
        """When the next message comes that was put back, if it is worth waiting for."""
        return self._line.comes_at(self._lane)

    def wait_for_files(self, seconds: float) -> bool:
        """While files wait for room: until some was given back; False if none wait."""
        return self._load.wait(seconds)

    def give_up(self) -> Sequence[Held]:
        """What is in hand, which is empty then."""
        left, self._waiting = list(self._waiting), deque()
        return left

    def put_down_all(self) -> None:
        """The pump ends."""
        self._waiting.clear()
        self._load.put_down_all()
        self.seats.put_down_all()
