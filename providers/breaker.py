"""Whether an account is worth calling: open after many failures, tried by one call.

Each worker process counts for itself, in memory (failures.py); what it finds is a row
that all of them see with the account (CACHE_SECONDS). While it is open nobody calls;
then one call of all workers probes, and either closes it or opens it for longer.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db.models import F, Q
from django.db.models.functions import Least, Now

from notify_project.queue.writing import writing
from providers.accounts import offers
from providers.failures import Failures
from providers.models import Breaker, Outage

_FIRST_SECONDS = 5.0
_LONGEST_SECONDS = 60.0
# A worker that probes and dies leaves the next probe to others after this.
_PROBE_SECONDS = 30.0
# Tripping again so soon after it was closed, it stays open for longer at once.
_REMEMBERED = timedelta(minutes=5)
_MOST_TRIPS = 10
# How long outages are told of.
KEPT_DAYS = 90
_dice = random.Random()  # noqa: S311 - jitter, not a secret

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Heard:
    """How one call ended: `well` says that the provider works, None says nothing.

    A failure that may be due to the message alone is not `rated`.
    """

    account_id: UUID
    well: bool | None
    probe: bool = False
    rated: bool = True


_failures = Failures()


def open_seconds(trips: int) -> float:
    """How long it stays open after it has tripped so often; jitter comes on top."""
    return float(min(_LONGEST_SECONDS, _FIRST_SECONDS * 2 ** min(trips, _MOST_TRIPS)))


def hear(calls: Iterable[Heard]) -> None:
    """Learn from calls that ended; no query unless a breaker opens or closes."""
    for one in calls:
        if one.probe:
            _judge_probe(one)
        elif one.well is not None and _failures.heard(
            one.account_id,
            well=one.well,
            rated=one.rated,
            closed_for=offers.closed_seconds(one.account_id),
        ):
            open_for(one.account_id)


def _judge_probe(one: Heard) -> None:
    if one.well:
        close(one.account_id)
    else:
        _open_again(one.account_id)


def open_for(account_id: UUID) -> None:
    """Nobody calls the account for some seconds; nothing if it is open already."""
    with writing():
        row, is_new = Breaker.objects.get_or_create(
            account_id=account_id, defaults={"open_until": Now() + _span(0)}
        )
        opened = is_new or _reopen_closed(row)
        if opened:
            Outage.objects.get_or_create(account_id=account_id, ended_at=None)
    if opened:
        log.warning("breaker_opened", account_id=account_id)
    offers.forget()
    offers.put_off(account_id, seconds=_FIRST_SECONDS)


def _reopen_closed(row: Breaker) -> bool:
    closed = Breaker.objects.filter(account_id=row.account_id, open_until__isnull=True)
    lately = closed.filter(closed_at__gt=Now() - _REMEMBERED)
    trips = row.trips + 1
    opened = {"opened_at": Now(), "probe_until": None, "closed_at": None}
    return bool(
        lately.update(open_until=Now() + _span(trips), trips=trips, **opened)
        or closed.update(open_until=Now() + _span(0), trips=0, **opened)
    )


def _open_again(account_id: UUID) -> None:
    """The probe brought no answer."""
    with writing():
        row = Breaker.objects.filter(account_id=account_id, open_until__isnull=False)
        trips = row.values_list("trips", flat=True).first() or 0
        row.update(
            open_until=Now() + _span(trips + 1),
            trips=Least(F("trips") + 1, _MOST_TRIPS),
            probe_until=None,
        )
    offers.forget()
    offers.put_off(account_id, seconds=_FIRST_SECONDS)


def probe(account_id: UUID) -> bool:
    """Whether this caller may make the one call that tries an account again."""
    free = Q(probe_until__isnull=True) | Q(probe_until__lt=Now())
    due = Breaker.objects.filter(free, account_id=account_id, open_until__lte=Now())
    with writing():
        return bool(due.update(probe_until=Now() + timedelta(seconds=_PROBE_SECONDS)))


def close(account_id: UUID) -> None:
    """It answers again; what was held for it is let go by the sweeper."""
    with writing():
        row = Breaker.objects.filter(account_id=account_id, open_until__isnull=False)
        closed = row.update(open_until=None, probe_until=None, closed_at=Now())
        if closed:
            lasting = Outage.objects.filter(account_id=account_id, ended_at=None)
            lasting.update(ended_at=Now())
    if closed:
        log.info("breaker_closed", account_id=account_id)
    offers.forget()
    offers.note_closed(account_id)


def closed_lately(*, seconds: float) -> list[Breaker]:
    """With their accounts; one query on a table that is as good as empty."""
    since = Now() - timedelta(seconds=seconds)
    rows = Breaker.objects.filter(open_until__isnull=True, closed_at__gt=since)
    return list(rows.select_related("account"))


def outages(
    account_ids: Iterable[UUID], *, since: datetime
) -> Mapping[UUID, Sequence[Outage]]:
    """By account, those that had not ended then, oldest first; one query."""
    lately = Q(ended_at__isnull=True) | Q(ended_at__gte=since)
    rows = Outage.objects.filter(lately, account__in=list(account_ids))
    found: dict[UUID, list[Outage]] = defaultdict(list)
    for one in rows.order_by("began_at"):
        found[one.account_id].append(one)
    return found


def forget_old() -> None:
    """Delete outages that ended long ago."""
    old = Outage.objects.filter(ended_at__lt=Now() - timedelta(days=KEPT_DAYS))
    with writing():
        old.delete()


def _span(trips: int) -> timedelta:
    return timedelta(seconds=open_seconds(trips) * _dice.uniform(1.0, 1.2))
