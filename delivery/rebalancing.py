"""Beat's turn: how the accounts that share messages have done, and what follows.

balancing.py decides, providers/weights.py changes and records.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db.models import Count, F, Max, Q, QuerySet

from delivery import balancing
from delivery.balancing import Decision, Past, Standing, decide
from delivery.models import Attempt
from delivery.outcomes import Kind
from delivery.states import Status
from notify_project.db import clock
from notify_project.db.ids import first_of
from providers import weights
from providers.accounts import capabilities, is_reserve
from providers.channels.base import channel
from providers.models import Account, WeightChange
from providers.weights import Change

EVERY_SECONDS = 10.0
_ERRORS = (Kind.TEMPORARY, Kind.MISCONFIGURED, Kind.UNKNOWN)
# Ids are made by the workers' clocks, which may differ by this much.
_SKEW = timedelta(seconds=5)

log = structlog.get_logger(__name__)


def rebalance() -> None:
    """One decision for each group of accounts at most; a few queries for all."""
    groups = _groups()
    if not groups:
        return
    now = clock.now()
    errors = _errors([one.id for group in groups for one in group], now)
    for group in groups:
        _decide_for(group, errors, now)


def _groups() -> Sequence[Sequence[Account]]:
    """Active accounts of one owner, channel and tier, where there are several."""
    groups: dict[tuple[UUID | None, str, int], list[Account]] = defaultdict(list)
    found = Account.across_tenants().filter(active=True).defer("config")
    for one in found.order_by("id"):
        shared = not channel(one.channel).addresses_are_accounts
        if shared and not is_reserve(one):
            groups[one.tenant_id, one.channel, one.priority].append(one)
    return [group for group in groups.values() if len(group) > 1]


def _decide_for(
    group: Sequence[Account], errors: Mapping[UUID, int], now: datetime
) -> None:
    past = _past(group, now)
    standings = [
        Standing(one.id, one.weight, one.resting_point, errors.get(one.id, 0))
        for one in group
    ]
    if past.change_seconds >= balancing.SLOW_AGAIN_SECONDS:
        standings = _with_slowness(group, standings, now)
    decision = decide(standings, past)
    if decision:
        _carry_out(group, decision)


def _carry_out(group: Sequence[Account], decision: Decision) -> None:
    by_id = {one.id: one for one in group}
    changes = [
        Change(account_id, by_id[account_id].weight, points)
        for account_id, points in decision.points.items()
    ]
    detail = ", ".join(f"{name} {count}" for name, count in decision.figures.items())
    if decision.about:
        detail = f"{by_id[decision.about].name}: {detail}"
    if weights.change(changes, reason=decision.reason, detail=detail):
        log.warning(
            "points_moved",
            reason=decision.reason,
            account_ids=sorted(decision.points),
            code=decision.reason,
        )


def _past(group: Sequence[Account], now: datetime) -> Past:
    """When these accounts' points were changed last; one query."""
    changes = WeightChange.objects.filter(account__in=group)
    found = changes.aggregate(
        any=Max("at"), trouble=Max("at", filter=~Q(reason="rest"))
    )
    return Past(_since(found["any"], now), _since(found["trouble"], now))


def _since(moment: datetime | None, now: datetime) -> float:
    return balancing.NEVER if moment is None else (now - moment).total_seconds()


def _errors(accounts: Sequence[UUID], now: datetime) -> dict[UUID, int]:
    """Calls of the last minute that failed; a range of the attempts' primary key."""
    since = now - timedelta(seconds=balancing.ERRORS_WITHIN_SECONDS)
    failed = Attempt.across_tenants().filter(
        id__gte=first_of(since - _SKEW),
        started_at__gte=since,
        account__in=accounts,
        outcome__in=_ERRORS,
    )
    return _counted(failed)


def _with_slowness(
    group: Sequence[Account], standings: Sequence[Standing], now: datetime
) -> list[Standing]:
    """Of those whose providers tell what arrived; a range of the primary key."""
    telling = [one.id for one in group if "receipts" in capabilities(one.provider)]
    since = now - timedelta(seconds=balancing.SLOW_WITHIN_SECONDS)
    late = timedelta(seconds=balancing.SLOW_AFTER_SECONDS)
    taken = Attempt.across_tenants().filter(
        id__gte=first_of(since - _SKEW),
        started_at__gte=since,
        account__in=telling,
        outcome=Kind.ACCEPTED,
        message__state__in=(Status.SENT, Status.DELIVERED),
    )
    slow = Q(
        message__state=Status.DELIVERED,
        message__finished_at__gte=F("started_at") + late,
    ) | Q(message__state=Status.SENT, started_at__lte=now - late)
    sent, late_ones = _counted(taken), _counted(taken.filter(slow))
    return [
        replace(
            one,
            sent=sent.get(one.account_id, 0),
            slow=late_ones.get(one.account_id, 0),
        )
        for one in standings
    ]


def _counted(rows: QuerySet[Attempt]) -> dict[UUID, int]:
    by_account = rows.order_by().values("account").annotate(n=Count("id"))
    return dict(by_account.values_list("account", "n"))
