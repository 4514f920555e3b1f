"""How providers and accounts do, in figures: for StatsD, and for /metrics.

The names of document 000 are StatsD's: clients.mmg.success, .error, .request-time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from django.db.models.functions import Now

from notify_project.observability import metrics, statsd
from notify_project.observability.metrics import Counter, Histogram, Samples
from providers.models import Account, Breaker

_requests = Counter(
    "notify_provider_requests_total", "Calls to providers, by how they ended."
)
_seconds = Histogram(
    "notify_provider_request_seconds",
    "How long calls to providers took.",
    (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0),
)


@dataclass(frozen=True, slots=True)
class Called:
    """One call that has ended; `provider` is its key, such as sms.mmg."""

    provider: str
    well: bool
    seconds: float


def measure(calls: Iterable[Called]) -> None:
    """Count them; no query, nobody waits."""
    told = list(calls)
    for one in told:
        outcome = "success" if one.well else "error"
        _requests.count(provider=one.provider, outcome=outcome)
        _seconds.observe(one.seconds, provider=one.provider)
    statsd.sender.send(list(chain.from_iterable(map(_lines, told))))


def _lines(one: Called) -> tuple[str, str]:
    name = f"clients.{one.provider.rpartition('.')[2]}"
    return (
        statsd.counted(f"{name}.{'success' if one.well else 'error'}"),
        statsd.timed(f"{name}.request-time", one.seconds),
    )


def _points() -> Samples:
    for one in Account.across_tenants().filter(active=True).defer("config"):
        yield _labels(one), one.weight


def _breakers() -> Samples:
    """1: nobody calls it; 0.5: it is being tried again."""
    rows = Breaker.objects.filter(open_until__isnull=False)
    rows = rows.select_related("account").defer("account__config")
    waiting = set(rows.filter(open_until__gt=Now()).values_list("account", flat=True))
    for one in rows:
        yield _labels(one.account), 1.0 if one.account_id in waiting else 0.5


def _labels(account: Account) -> dict[str, object]:
    """An id and codes: an account's name is the tenant's own word."""
    return {
        "account": account.id,
        "channel": account.channel,
        "provider": account.provider,
    }


metrics.gauge(
    "notify_account_points",
    "An account's share of its tier, which balancing moves.",
    _points,
)
metrics.gauge(
    "notify_breaker_state",
    "Accounts that are not called: 1 open, 0.5 being tried again.",
    _breakers,
)
