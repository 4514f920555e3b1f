"""Which accounts may carry a message, and in which order. Pure.

1. Filter: the tenant's own or the one pinned; active, able (capabilities, abroad), and
   reaching the message's recipients.
2. Leave out who cannot be called now: pausing, or its breaker is open.
3. Tiers from low to high, by chance and weight within a tier; who has just failed comes
   last.

A pinned account is the only one. A tenant's own accounts fall over to the system's only
where the tenant allows it, and come first then.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
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
    pausing_seconds: float = 0.0  # its provider asked for it
    broken_seconds: float = 0.0  # its breaker is open
    capabilities: frozenset[str] = frozenset()
    reaches: bool = True  # all recipients of the message


# Why an account was passed over; besides these, the capability that it lacks.
OFF, OUT_OF_REACH, PAUSING, BROKEN = "off", "out_of_reach", "pausing", "broken"


@dataclass(frozen=True, slots=True)
class PassedOver:
    """An account by which the message might have gone, and why it does not."""

    account_id: UUID
    why: str


@dataclass(frozen=True, slots=True)
class Route:
    """Accounts in the order to try; empty with a reason when there is none.

    `wait_seconds` says when it is worth looking again, None that it never will be
    without a change of configuration. `account_id` is whom it waits for.
    """

    order: tuple[UUID, ...] = ()
    reason: str = ""
    wait_seconds: float | None = None
    account_id: UUID | None = None
    passed_over: tuple[PassedOver, ...] = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """What one message asks of its account.

    `avoid` has just failed; `needs` are capabilities. `step_in` allows the system's
    accounts to take over where the tenant's own cannot.
    """

    pinned: UUID | None = None
    needs: Collection[str] = ()
    avoid: UUID | None = None
    step_in: bool = False


def choose(
    candidates: Sequence[Candidate], wish: Wish, *, dice: random.Random
) -> Route:
    """The order for one message; the dice weigh accounts of one tier."""
    offered = _offered(candidates, wish)
    unfit = {one.id: why for one in offered if (why := _unfit(one, wish.needs))}
    able = [one for one in offered if one.id not in unfit]
    if not able:
        return Route(reason="no_account", passed_over=_passed_over(unfit))
    away = {one.id: why for one in able if (why := _away(one))}
    ready = [one for one in able if one.id not in away]
    if not ready:
        return _first_again(able)
    order = _ordered(ready, dice)
    if wish.avoid is not None:
        order.sort(key=lambda one: one.id == wish.avoid)
    return Route(tuple(one.id for one in order), passed_over=_passed_over(unfit | away))


def _unfit(one: Candidate, needs: Collection[str]) -> str:
    """Why it cannot carry the message, as it is configured; "" if it can."""
    if not one.active:
        return OFF
    lacking = sorted(set(needs) - one.capabilities)
    if lacking:
        return lacking[0]
    return "" if one.reaches else OUT_OF_REACH


def _away(one: Candidate) -> str:
    """Why it cannot be called just now; "" if it can."""
    if one.broken_seconds:
        return BROKEN
    return PAUSING if one.pausing_seconds else ""


def _passed_over(whys: Mapping[UUID, str]) -> tuple[PassedOver, ...]:
    return tuple(PassedOver(*each) for each in whys.items())


def _offered(candidates: Sequence[Candidate], wish: Wish) -> Sequence[Candidate]:
    if wish.pinned is not None:
        return [one for one in candidates if one.id == wish.pinned]
    own = [one for one in candidates if one.own]
    return candidates if wish.step_in or not own else own


def _first_again(able: Sequence[Candidate]) -> Route:
    """Whom to wait for: who can be called again first."""
    soonest = min(able, key=_away_seconds)
    reason = "account_broken" if soonest.broken_seconds else "account_pausing"
    return Route(
        reason=reason, wait_seconds=_away_seconds(soonest), account_id=soonest.id
    )


def _away_seconds(one: Candidate) -> float:
    return max(one.pausing_seconds, one.broken_seconds)


def _ordered(ready: Sequence[Candidate], dice: random.Random) -> list[Candidate]:
    """The tenant's own before the system's, then tiers, then by the dice."""
    order: list[Candidate] = []
    ranked = sorted(ready, key=_rank)
    for _rank_of_all, group in groupby(ranked, key=_rank):
        order += _drawn(list(group), dice)
    return order


def _rank(one: Candidate) -> tuple[bool, int]:
    return not one.own, one.tier


def _drawn(left: list[Candidate], dice: random.Random) -> list[Candidate]:
    """In an order by chance, weighed by their points."""
    order: list[Candidate] = []
    while len(left) > 1:
        weights = [one.weight for one in left]
        if not any(weights):
            weights = [1] * len(left)
        order.append(dice.choices(left, weights)[0])
        left.remove(order[-1])
    return order + left
