"""Accounts as delivery uses them: offered to a tenant, ready to be called, or not now.

What is read may be CACHE_SECONDS old. Adapters are kept per account and configuration,
because they hold pooled connections; a changed account gets a new adapter.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

import structlog
from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from notify_project.db import clock
from notify_project.db.encryption import CannotOpen
from notify_project.queue.writing import writing
from notify_project.remembering import Memory
from providers import doors
from providers.base import EVERYWHERE, Capability, Provider, Reach
from providers.errors import Misconfigured
from providers.models import Account, Breaker, Service
from providers.registry import UnknownProvider, provider_class

_KEPT_ADAPTERS = 500
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Ready:
    """An account that can be called: its row, its adapter."""

    account: Account
    adapter: Provider[Any]


class Closable(Protocol):
    """What an adapter has to be, to be kept."""

    def close(self) -> None: ...


AdapterT = TypeVar("AdapterT", bound=Closable)


class Adapters(Generic[AdapterT]):
    """Adapters by account (or service) and configuration; the least used are closed.

    `make` takes the key of a provider and stored values.
    """

    def __init__(self, make: Callable[[str, Mapping[str, Any]], AdapterT]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._kept: OrderedDict[UUID, _Kept[AdapterT]] = OrderedDict()

    def of(self, account: Account | Service) -> AdapterT:
        """Raises Misconfigured if the account's values do not fit its provider."""
        with self._lock:
            kept = self._kept.get(account.id)
            if kept and kept.fits(account):
                self._kept.move_to_end(account.id)
                return kept.adapter
        try:
            made = self._make(account.provider, account.config)
        except UnknownProvider as error:
            raise Misconfigured(error.message, code="unknown_provider") from None
        adapter, dropped = self._keep(account, made)
        for one in dropped:
            one.close()
        return adapter

    def _keep(
        self, account: Account | Service, made: AdapterT
    ) -> tuple[AdapterT, list[AdapterT]]:
        """The adapter to use, and those to close: another may have been first."""
        with self._lock:
            there = self._kept.get(account.id)
            if there and there.fits(account):
                return there.adapter, [made]
            config = deepcopy(account.config)  # a form may change its row
            self._kept[account.id] = _Kept(account.provider, config, made)
            dropped = [there.adapter] if there else []
            while len(self._kept) > _KEPT_ADAPTERS:
                dropped.append(self._kept.popitem(last=False)[1].adapter)
        return made, dropped


@dataclass(frozen=True, slots=True)
class _Kept(Generic[AdapterT]):
    """An adapter, and the values that it was made of."""

    provider: str
    config: Mapping[str, Any] = field(repr=False)
    adapter: AdapterT

    def fits(self, account: Account | Service) -> bool:
        return self.provider == account.provider and self.config == account.config


class Offers:
    """The accounts of a channel that a tenant may use: its own and the system's."""

    def __init__(self) -> None:
        self._kept: Memory[tuple[UUID, str], Sequence[Account]] = Memory(
            size=10_000, seconds=lambda: settings.CACHE_SECONDS
        )
        # Account -> time.monotonic(): its pause ends, its breaker is tried, was shut.
        self._pauses: dict[UUID, float] = {}
        self._broken: dict[UUID, float] = {}
        self._closed: dict[UUID, float] = {}
        self._reaches: dict[UUID, Reach] = {}

    def of(self, tenant_id: UUID, channel: str) -> Sequence[Account]:
        """Two queries at most every CACHE_SECONDS.

        An account whose configuration does not open is left out: it is logged, and the
        others go on.
        """
        key = (tenant_id, channel)
        kept = self._kept.get(key)
        if kept is None:
            rows = Account.offered_to(tenant_id).select_related("breaker")
            kept = _readable(rows.filter(channel=channel))
            self._note(kept)
            self._kept.put(key, kept)
        return kept

    def _note(self, accounts: Sequence[Account]) -> None:
        """What was known of them is over; times by the database's clock."""
        read_at, now = time.monotonic(), clock.now()
        for one in accounts:
            self._pauses.pop(one.id, None)
            self._broken.pop(one.id, None)
            self._closed.pop(one.id, None)
            self._reaches.pop(one.id, None)
            if one.paused_until and one.paused_until > now:
                left = (one.paused_until - now).total_seconds()
                self._pauses[one.id] = read_at + left
            breaker: Breaker | None = getattr(one, "breaker", None)
            if breaker and breaker.open_until:
                until = breaker.open_until
                if breaker.probe_until:
                    until = max(until, breaker.probe_until)
                self._broken[one.id] = read_at + (until - now).total_seconds()
            elif breaker and breaker.closed_at:
                ago = (now - breaker.closed_at).total_seconds()
                self._closed[one.id] = read_at - ago

    def reach(self, account: Account) -> Reach:
        """Where it can send to; asked of its provider once for each reading."""
        found = self._reaches.get(account.id)
        if found is None:
            found = self._reaches[account.id] = reach(account)
        return found

    def pausing_seconds(self, account: Account) -> float:
        """How much longer it pauses; 0 when it does not."""
        return self._left(self._pauses, account.id)

    def broken_seconds(self, account: Account, *, and_seconds: float = 0.0) -> float:
        """How much longer nobody calls it; 0 when its breaker is closed, or may be.

        `and_seconds` more for a caller who leaves the first try to others.
        """
        return self._left(self._broken, account.id, and_seconds)

    def closed_seconds(self, account_id: UUID) -> float:
        """How long ago its breaker was closed; for ever, if it never was open."""
        return time.monotonic() - self._closed.get(account_id, -math.inf)

    def wants_probe(self, account: Account) -> bool:
        """Its breaker has been open for long enough: one call may try it."""
        return account.id in self._broken and not self.broken_seconds(account)

    def note_pause(self, account_id: UUID, *, seconds: float) -> None:
        """It pauses as from now, before anybody reads so."""
        self._pauses[account_id] = time.monotonic() + seconds

    def put_off(self, account_id: UUID, *, seconds: float) -> None:
        """Its breaker is open, or somebody probes it: nobody here calls it so long."""
        self._broken[account_id] = time.monotonic() + seconds

    def note_closed(self, account_id: UUID) -> None:
        """Its breaker was closed just now, before anybody reads so."""
        self._closed[account_id] = time.monotonic()

    def any_away(self) -> bool:
        """Whether any account pauses or is broken, as far as this process knows."""
        return bool(self._pauses or self._broken)

    def _left(
        self, ends: dict[UUID, float], account_id: UUID, and_seconds: float = 0.0
    ) -> float:
        end = ends.get(account_id)
        return 0.0 if end is None else max(0.0, end + and_seconds - time.monotonic())

    def forget(self) -> None:
        """Read anew at the next question."""
        self._kept.clear()


def _readable(rows: QuerySet[Account]) -> Sequence[Account]:
    try:
        return list(rows)
    except (CannotOpen, ValueError):
        pass  # one of them; which one shows when each is asked by itself
    found: list[Account] = []
    for account_id in rows.values_list("id", flat=True):
        try:
            found += rows.filter(id=account_id)
        except (CannotOpen, ValueError) as error:
            log.exception(
                "unreadable_account",
                account_id=str(account_id),
                error=type(error).__name__,
            )
    return found


def _provider(key: str, values: Mapping[str, Any]) -> Provider[Any]:
    return provider_class(key).configured(values)


adapters = Adapters(_provider)
offers = Offers()


def ready(account: Account) -> Ready:
    """The account with its adapter; raises Misconfigured."""
    adapter = adapters.of(account)
    if Capability.RECEIPTS in adapter.capabilities:
        adapter.hook_url = doors.address(account)
    return Ready(account, adapter)


def is_reserve(account: Account) -> bool:
    """The system's sandboxes serve test keys and simulated recipients only."""
    return account.tenant_id is None and account.provider.endswith(".sandbox")


@cache
def capabilities(provider: str) -> frozenset[str]:
    """What the provider behind a key can do; nothing if there is none any more."""
    try:
        return frozenset(str(one) for one in provider_class(provider).capabilities)
    except UnknownProvider:
        return frozenset()


def reach(account: Account) -> Reach:
    """By its provider's rule; one that cannot be made ready is not judged here."""
    try:
        kind = provider_class(account.provider)
        return kind.reach(kind.config_class.from_values(account.config))
    except (UnknownProvider, Misconfigured):
        return EVERYWHERE


def pause(account_id: UUID, *, seconds: float) -> None:
    """Nobody uses the account until then: its provider asked for it."""
    until = Now() + timedelta(seconds=seconds)
    longer = Q(paused_until__isnull=True) | Q(paused_until__lt=until)
    with writing():
        Account.across_tenants().filter(longer, id=account_id).update(
            paused_until=until
        )
    offers.forget()
    offers.note_pause(account_id, seconds=seconds)


def check(account: Account) -> tuple[bool, str]:
    """Try the account without sending; what was found is stored, and returned."""
    return checked(account, adapters)


def checked(row: Account | Service, adapters: Adapters[Any]) -> tuple[bool, str]:
    """Ask a row's adapter to check itself, and store what it found."""
    try:
        found = adapters.of(row).check()
        well = True
    except Exception as error:  # a form's button: whatever goes wrong is the answer
        found = getattr(error, "detail", "") or type(error).__name__
        well = False
    type(row).across_tenants().filter(id=row.id).update(
        checked_at=Now(), check_ok=well, check_detail=found[:300]
    )
    return well, found
