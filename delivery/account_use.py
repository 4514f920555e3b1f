"""How accounts have been used of late: their points over the days, their breakers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from delivery.charting import Band, Line, bands, line
from notify_project.db import clock
from providers import breaker
from providers.accounts import is_reserve
from providers.channels.base import channel
from providers.models import Account, Breaker, Outage, WeightChange
from tenants.models import Tenant

_DAYS = 7
_ACCOUNTS = 20


@dataclass(frozen=True, slots=True)
class Used:
    """One account; `open_since`: its calls failed, and nobody calls it just now.

    `broke_at` is when that was so last, if it is over; `outages` are all of the time.
    """

    account: Account
    channel: str
    points: Line
    moved: bool
    outages: Sequence[Band]
    open_since: datetime | None
    broke_at: datetime | None


def of(tenant: Tenant | None) -> Sequence[Used]:
    """The tenant's accounts and the system's; all without one. Three queries."""
    # Of all: for operators only.
    rows = Account.offered_to(tenant) if tenant else Account.across_tenants()
    active = rows.filter(active=True).select_related("breaker").defer("config")
    shared = [
        one
        for one in active.order_by("channel", "priority", "name")[: 5 * _ACCOUNTS]
        if not channel(one.channel).addresses_are_accounts and not is_reserve(one)
    ][:_ACCOUNTS]
    now = clock.now()
    since = now - timedelta(days=_DAYS)
    changes: dict[UUID, list[WeightChange]] = {one.id: [] for one in shared}
    found = WeightChange.objects.filter(account__in=shared, at__gte=since)
    for change in found.order_by("at"):
        changes[change.account_id].append(change)
    outages = breaker.outages(changes, since=since)
    return [
        _used(one, changes[one.id], outages.get(one.id, ()), since, now)
        for one in shared
    ]


def _used(
    account: Account,
    changes: Sequence[WeightChange],
    outages: Sequence[Outage],
    since: datetime,
    now: datetime,
) -> Used:
    before = changes[0].before if changes else account.weight
    steps = [(since, before), *((one.at, one.after) for one in changes)]
    opened, is_open = _breaker(account)
    return Used(
        account=account,
        channel=str(channel(account.channel).label),
        points=line(steps, since, now),
        moved=bool(changes),
        outages=bands([(one.began_at, one.ended_at) for one in outages], since, now),
        open_since=opened if is_open else None,
        broke_at=None if is_open else opened,
    )


def _breaker(account: Account) -> tuple[datetime | None, bool]:
    """When its calls began to fail last, and whether they still do."""
    row: Breaker | None = getattr(account, "breaker", None)
    return (row.opened_at, row.open_until is not None) if row else (None, False)
