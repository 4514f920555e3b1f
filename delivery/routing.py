"""Which accounts may carry a message, and in which order. Pure.

Filter (active, able, not pausing), then tiers from low to high, then by weight within
a tier; the account that has just failed comes last. A pinned account is the only one;
a tenant's own accounts never fall over to the system's.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account as routing sees it."""

    id: UUID
    provider: str
    own: bool  # the tenant's, not the system's
    active: bool
    tier: int
    weight: int
    pausing_seconds: float = 0.0
    capabilities: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Route:
    """Accounts in the order to try; empty with a reason when there is none.

    `wait_seconds` says when it is worth looking again, None that it never will be
    without a change of configuration.
    """

    order: tuple[UUID, ...] = ()
    reason: str = ""
    wait_seconds: float | None = None


def choose(
    candidates: Sequence[Candidate],
    *,
    pinned: UUID | None,
    needs: Collection[str] = (),
    avoid: UUID | None = None,
    dice: random.Random,
) -> Route:
    """The order for one message; the dice weigh accounts of one tier."""
    if pinned is not None:
        offered = [one for one in candidates if one.id == pinned]
    else:
        own = [one for one in candidates if one.own]
        offered = own or list(candidates)
    able = [one for one in offered if one.active and one.capabilities.issuperset(needs)]
    if not able:
        return Route(reason="no_account")
    ready = [one for one in able if one.pausing_seconds <= 0]
    if not ready:
        soonest = min(one.pausing_seconds for one in able)
        return Route(reason="account_pausing", wait_seconds=soonest)
    order = [one.id for one in _ordered(ready, dice)]
    return Route(tuple(sorted(order, key=lambda one: one == avoid)))


def _ordered(ready: Sequence[Candidate], dice: random.Random) -> list[Candidate]:
    order: list[Candidate] = []
    by_tier = sorted(ready, key=lambda one: one.tier)
    for _tier, group in groupby(by_tier, key=lambda one: one.tier):
        left = list(group)
        while left:
            weights = [max(one.weight, 0) for one in left]
            if not any(weights):
                weights = [1] * len(left)
            chosen = dice.choices(left, weights)[0]
            order.append(chosen)
            left.remove(chosen)
    return order
