"""When again: the schedule of one callback, and the breaker of one endpoint. Pure.

A callback that failed waits for its own next time. An endpoint that failed five times
in a row is left alone: whatever waits for it stays where it is, and one single probe
goes out at each of the breaker's times. A day down costs 46 requests, however many
events there are; the first answer that is well lets all of them go.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

# Standard Webhooks: ten attempts within 75 hours.
_M, _H = 60.0, 3600.0
SCHEDULE: Sequence[float] = (
    *(0.0, 5.0, 5 * _M, 30 * _M, 2 * _H),
    *(5 * _H, 10 * _H, 14 * _H, 20 * _H, 24 * _H),
)
JITTER = 0.2
RETRY_AFTER_LIMIT_SECONDS = 24 * _H
# Straight failures after which the breaker opens; then the times between probes.
STRAIGHT_FAILURES = 5
PROBES: Sequence[float] = (5.0, 15.0, 60.0, 300.0, 600.0, 1200.0, 2400.0)
# Failing this often, it is not trusted with several calls at once.
_DOUBTFUL_FAILURES = 2
WARN_AFTER = timedelta(days=1)
# Without a success for so long an endpoint is given up, if so many events have failed,
# and not all of them in one bad hour: one that is told little has to fail more often.
DISABLE_AFTER = timedelta(days=5)
DISABLE_EVENTS = 5
DISABLE_SPAN = timedelta(hours=12)

_OK = range(200, 300)
_REFUSALS = range(400, 500)
_GONE = 410
# Answers of that class that say "not now".
_PASSING = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one attempt; `status` None if no answer came, and why in `error`."""

    status: int | None = None
    error: str = ""
    retry_after_seconds: float | None = None

    @property
    def is_well(self) -> bool:
        return self.status in _OK

    @property
    def is_gone(self) -> bool:
        """410: the receiver wants nothing any more."""
        return self.status == _GONE

    @property
    def is_refused(self) -> bool:
        """The receiver has seen it, and will not have it."""
        return self.status in _REFUSALS and self.status not in _PASSING


def wait_seconds(
    answer: Answer,
    tries: int,
    *,
    chance: float,
    insists: bool = False,
    schedule: Sequence[float] = SCHEDULE,
) -> float | None:
    """After so many tries with this one: how long until the next; None: no more.

    `chance` is between 0 and 1. The receiver's Retry-After may make it longer, up to a
    day, and never shorter. Who `insists` tries again what was refused too.
    """
    refused = answer.is_refused and (answer.is_gone or not insists)
    if refused or tries >= len(schedule):
        return None
    own = schedule[tries] * (1 - JITTER + 2 * JITTER * chance)
    asked = min(answer.retry_after_seconds or 0.0, RETRY_AFTER_LIMIT_SECONDS)
    return max(own, asked)


def longest(schedule: Sequence[float] = SCHEDULE) -> timedelta:
    """From the first try to the last, if chance makes every wait as long as it can."""
    return timedelta(seconds=sum(schedule) * (1 + JITTER))


@dataclass(frozen=True, slots=True)
class Health:
    """How an endpoint does; nothing is sent to it before `held_until`.

    Since `failing_since` so many `failed_events` could not be told, each counted when
    it failed first; the youngest of them at `event_failed_at`.
    """

    held_until: datetime
    failures: int = 0
    failing_since: datetime | None = None
    failed_events: int = 0
    event_failed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether the breaker is: then one probe at a time."""
        return self.failures >= STRAIGHT_FAILURES

    def room(self, concurrency: int, flying: int) -> int:
        """How many more calls may be under way at once."""
        most = concurrency if self.failures < _DOUBTFUL_FAILURES else 1
        return max(0, most - flying)

    def probing(self, now: datetime) -> Health:
        """As it is while a probe is under way: nobody else sends one meanwhile."""
        return replace(self, held_until=now + timedelta(seconds=self._pause()))

    def after(
        self,
        answer: Answer,
        now: datetime,
        *,
        is_probe: bool = True,
        is_first: bool = True,
    ) -> Health:
        """As it is when this answer has come; `is_first` is an event's first try.

        Of many calls that were under way when the breaker opened, each fails: they tell
        nothing new, and only a probe's failure makes the pause longer.
        """
        if answer.is_well:
            if self.failures == 0 and self.failing_since is None:
                return self
            return Health(held_until=now)
        if self.is_open and not is_probe:
            return self
        worse = replace(
            self,
            failures=self.failures + 1,
            failing_since=self.failing_since or now,
        )
        if is_first or self.failing_since is None:
            events = self.failed_events + 1
            worse = replace(worse, failed_events=events, event_failed_at=now)
        asked = min(answer.retry_after_seconds or 0.0, RETRY_AFTER_LIMIT_SECONDS)
        until = now + timedelta(seconds=max(worse._pause(), asked))
        return replace(worse, held_until=max(until, self.held_until))

    def is_to_be_warned_of(self, now: datetime) -> bool:
        """Whether somebody should look at it."""
        return self._failing_for(now, WARN_AFTER)

    def is_hopeless(self, now: datetime) -> bool:
        """Whether it is switched off: five days without one good answer, to at least
        five events that failed first over at least twelve hours."""
        first, last = self.failing_since, self.event_failed_at
        if first is None or last is None or self.failed_events < DISABLE_EVENTS:
            return False
        return self._failing_for(now, DISABLE_AFTER) and last - first >= DISABLE_SPAN

    def _failing_for(self, now: datetime, time: timedelta) -> bool:
        since = self.failing_since
        return self.is_open and since is not None and now - since >= time

    def _pause(self) -> float:
        if not self.is_open:
            return 0.0
        return PROBES[min(self.failures - STRAIGHT_FAILURES, len(PROBES) - 1)]


def retry_after_seconds(text: str, now: datetime) -> float | None:
    """A Retry-After header in seconds: a number, or an HTTP date; None for neither."""
    try:
        found = float(text)
    except ValueError:
        return _until(text, now)
    # Neither nan nor infinity is a time.
    return max(0.0, found) if found < 10 * RETRY_AFTER_LIMIT_SECONDS else None


def _until(text: str, now: datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())
