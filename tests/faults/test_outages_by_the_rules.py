"""Ten minutes of an outage (F12) and a slow provider (F11), in virtual time.

20,000 messages of one account, by the rules that the workers follow, with calls of
which nobody knows whether they arrived; and a quick provider in the lane of a slow one.
test_outages.py has it small and for real.
"""

from __future__ import annotations

import heapq
import random
from collections import deque
from uuid import UUID

import pytest

from delivery import outcomes, unknowns
from delivery.choosing import OTHERS_FIRST_SECONDS
from delivery.outcomes import Facts, Kind, Outcome
from delivery.pacing import BROKEN_PER_SECOND, Line
from delivery.seats import Seats
from providers.breaker import open_seconds
from providers.failures import TRIPS_AFTER
from providers.limiting import Places, Wanted, gcra
from providers.models import Account
from tests.delivery.scene import LANE

ACCOUNT, TENANT = UUID(int=1), UUID(int=2)
BROKEN = Outcome(Kind.UNKNOWN, http_status=503)
POLICY = "retry_once"


# --- F12 ---


class World:
    """One account with a rate, down for a while, and two workers.

    Of a message it knows when it is due, and how often nobody could say whether it
    arrived: twice is once too often.
    """

    MESSAGES = 20_000
    OUTAGE_SECONDS = 600.0
    RATE = 14.0
    TICK = 0.25
    PER_TICK = 16  # a window of calls, 50 ms each, of two workers

    def __init__(self) -> None:
        self.now = 0.0
        self.dice = random.Random(1)
        self.line = Line(lambda: self.now, random.Random(1))
        self.due = [(0.0, 0)] * self.MESSAGES
        self.calls_while_down = self.looks = self.sent = self.dead = 0
        self.trips = -1
        self.open_until: float | None = None
        self.in_a_row = 0
        self.arrival: float | None = None
        self.closed_at = 0.0

    @property
    def is_down(self) -> bool:
        return self.now < self.OUTAGE_SECONDS

    def run(self) -> None:
        while self.due:
            self._look_at([self._next() for _ in range(64) if self._has_due()])
            self.now += self.TICK

    def _has_due(self) -> bool:
        return bool(self.due) and self.due[0][0] <= self.now

    def _next(self) -> int:
        return heapq.heappop(self.due)[1]

    def _look_at(self, claimed: list[int]) -> None:
        self.looks += len(claimed)
        wanted = Wanted(len(claimed), 1 / self.RATE, 0.5)
        free, first = gcra(self.arrival, self.now, wanted)
        room = min(free, self.PER_TICK)
        called = 0
        for doubts in claimed:
            away = self._away_seconds(doubts)
            if away > 0:
                self._put_back(doubts, BROKEN_PER_SECOND, away)
            elif called == room:
                self._put_back(doubts, self.RATE, 1.0)
            else:
                called += 1
                self._call(doubts)
        self.arrival = first + called / self.RATE

    def _away_seconds(self, doubts: int) -> float:
        """Until this message may try the account, as choosing.py has it."""
        if self.open_until is None:
            return 0.0
        return self.open_until + bool(doubts) * OTHERS_FIRST_SECONDS - self.now

    def _put_back(self, doubts: int, per_second: float, after: float) -> None:
        wait = after
        if not (doubts and self.open_until):
            wait = self.line.wait_seconds(
                ACCOUNT, TENANT, per_second=per_second, lane=LANE, after_seconds=after
            )
        heapq.heappush(self.due, (self.now + wait, doubts))

    def _call(self, doubts: int) -> None:
        probes = self.open_until is not None
        if not self.is_down:
            self.sent += 1
            if probes:
                self.open_until, self.closed_at = None, self.now
                # The sweeper lets them go.
                self.due = sorted((self.now, doubts) for _at, doubts in self.due)
            return
        self.calls_while_down += 1
        self.in_a_row += 1
        self._judge(doubts)
        if probes or self.in_a_row == TRIPS_AFTER:
            self.trips += 1
            self.open_until = self.now + open_seconds(self.trips)

    def _judge(self, doubts: int) -> None:
        """What becomes of a message whose call brought nothing but 503."""
        facts = Facts(
            channel="email",
            priority=1,
            tries=doubts,
            unknowns=doubts,
            lookups=0,
            policy=POLICY,
            age_seconds=self.now,
            capabilities=(),
            chance=self.dice.random(),
        )
        wait = outcomes.judge(BROKEN, facts).wait_seconds or 0.0
        following = unknowns.then((), POLICY, unknowns=doubts + 1, lookups=0)
        if following.step == unknowns.Step.RETRY:
            heapq.heappush(self.due, (self.now + wait, doubts + 1))
        else:
            self.dead += 1


@pytest.fixture(scope="module")
def world() -> World:
    made = World()
    made.run()
    return made


def test_in_ten_minutes_of_an_outage_a_provider_is_called_some_dozens_of_times(world):
    assert world.calls_while_down <= 200
    assert world.calls_while_down < 40, "and much less in truth"


def test_it_is_found_again_within_a_minute(world):
    assert world.OUTAGE_SECONDS <= world.closed_at <= world.OUTAGE_SECONDS + 65


def test_then_all_that_waited_goes_out_at_the_rate_and_nothing_is_given_up(world):
    seconds = world.now - world.closed_at

    assert (world.sent, world.dead) == (world.MESSAGES, 0)
    assert seconds >= 0.99 * world.MESSAGES / world.RATE
    assert seconds <= 1.1 * world.MESSAGES / world.RATE


def test_what_waits_is_looked_at_too_seldom_to_stand_in_anybodys_way(world):
    assert world.looks / world.now < 100, "a second, of thousands that a worker can"


# --- F11 ---

WINDOW = 16
QUICK, SLOW = Account(id=UUID(int=3)), Account(id=UUID(int=4))
QUICK_SECONDS, SLOW_SECONDS = 0.05, 5.0
A_SECOND, MESSAGES = 10.0, 5000


class Lane:
    """The places of one worker, and who is called; a slow provider never has enough."""

    def __init__(self, *, slow_beside: bool) -> None:
        self.seats = Seats(WINDOW, Places())
        self.slow_beside = slow_beside
        self.now = 0.0
        self.ends: list[tuple[float, UUID]] = []
        self.waiting: deque[float] = deque()
        self.took: list[float] = []
        self.calls = 0

    def run(self) -> list[float]:
        """How long each message of the quick one took, from due to answered."""
        dice = random.Random(1)
        comes = 0.0
        while len(self.took) < MESSAGES:
            if not self.ends or comes <= self.ends[0][0]:
                self.now = comes
                self.waiting.append(comes)
                comes += dice.expovariate(A_SECOND)
            else:
                self.now, ended = heapq.heappop(self.ends)
                self.seats.put_down([ended])
            self._start()
        return sorted(self.took)

    def _start(self) -> None:
        while self.slow_beside and self._begin(SLOW, SLOW_SECONDS):
            pass
        while self.waiting and self._begin(QUICK, QUICK_SECONDS):
            self.took.append(self.now + QUICK_SECONDS - self.waiting.popleft())

    def _begin(self, account: Account, seconds: float) -> bool:
        self.calls += 1
        message = UUID(int=self.calls)
        if not self.seats.take(message, account):
            return False
        heapq.heappush(self.ends, (self.now + seconds, message))
        return True


def p99(found: list[float]) -> float:
    return found[int(len(found) * 0.99)]


def test_beside_a_provider_a_hundred_times_slower_p99_stays_within_a_fifth():
    alone = Lane(slow_beside=False).run()
    beside = Lane(slow_beside=True)

    assert p99(beside.run()) <= 1.2 * p99(alone)
    slow = sum(end > beside.now + QUICK_SECONDS for end, _message in beside.ends)
    assert slow >= WINDOW - 1, "which has all the places but a few all the time"
