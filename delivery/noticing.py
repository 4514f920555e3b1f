"""What calls tell of their accounts: pauses, breakers, budgets, figures; once they are
saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from delivery.beginning import Begun
from delivery.budget import budget
from delivery.outcomes import Kind, Outcome
from delivery.retries import RETRY_AFTER_LIMIT_SECONDS
from providers import breaker
from providers.accounts import pause
from providers.measuring import Called, measure

_THROTTLE_SECONDS = 5.0  # where the provider names no time
# What an outcome says of the provider itself; asked to slow down, it answers.
_WELL: Mapping[Kind, bool | None] = {
    Kind.ACCEPTED: True,
    Kind.PERMANENT: True,
    Kind.ABSENT: True,
    Kind.TEMPORARY: False,
    Kind.MISCONFIGURED: False,
    Kind.UNKNOWN: False,
    Kind.NOT_CALLED: None,
}

Landed = Sequence[tuple[Begun, Outcome]]


def is_urgent(outcome: Outcome) -> bool:
    """Whether it may end calls to its account: to be known before another is begun."""
    return outcome.throttled or _WELL[outcome.kind] is False


def notice(landed: Landed) -> None:
    """No query, unless an account has to pause or its breaker opens or closes."""
    _pause_throttled(landed)
    breaker.hear(_heard(one, outcome) for one, outcome in landed)
    called = [each for each in landed if each[1].kind != Kind.NOT_CALLED]
    measure(_called(*each) for each in called)
    for one, _outcome in called:
        if not one.message.tries:
            budget.tried(one.account.id)


def _called(one: Begun, outcome: Outcome) -> Called:
    well = outcome.kind in (Kind.ACCEPTED, Kind.ABSENT)
    return Called(one.account.provider, well, outcome.duration_ms / 1000)


def _heard(one: Begun, outcome: Outcome) -> breaker.Heard:
    well = True if outcome.throttled else _WELL[outcome.kind]
    # A sender or a number that the account may not use is wrong settings too.
    rated = not (outcome.personal or outcome.kind == Kind.MISCONFIGURED)
    return breaker.Heard(one.account.id, well, one.message.probe, rated)


def _pause_throttled(landed: Landed) -> None:
    waits: dict[UUID, float] = {}
    for one, outcome in landed:
        if outcome.kind == Kind.TEMPORARY and outcome.throttled:
            wait = outcome.retry_after_seconds or _THROTTLE_SECONDS
            wait = min(max(wait, 1.0), RETRY_AFTER_LIMIT_SECONDS)
            waits[one.account.id] = max(wait, waits.get(one.account.id, 0.0))
    for account_id, seconds in waits.items():
        pause(account_id, seconds=seconds)
