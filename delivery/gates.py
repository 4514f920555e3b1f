"""May this claimed message still go out? Asked once more just before it does. Pure.

What was right when the request was accepted may have changed: the tenant was switched
off, the message expired. Gates render nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from notify_project.errors import gettext_noop


@dataclass(frozen=True, slots=True)
class Standing:
    """What the gates look at."""

    tenant_active: bool
    expires_at: datetime | None
    claims: int
    poison_claims: int
    doubtful: bool = False  # an earlier call may have arrived
    asking: bool = False  # what is to be done sends nothing


@dataclass(frozen=True, slots=True)
class Shut:
    """The message's end, or its wait, with the reason.

    `in_turn`: nothing is wrong, others come first. That is no event of its history, and
    does not end with its window for retries.
    """

    to: str
    cause: str
    detail: str
    wait_seconds: float | None = None
    in_turn: bool = False


_TENANT_WAIT_SECONDS = 300.0
# By the reason of the suppression list, what a message says that was kept back.
SUPPRESSED: Mapping[str, str] = {
    "bounced": gettext_noop("The address is on the suppression list: it bounced."),
    "complained": gettext_noop(
        "The address is on the suppression list: its owner complained."
    ),
    "stopped": gettext_noop(
        "The address is on the suppression list: its owner answered STOP."
    ),
    "by_hand": gettext_noop(
        "The address is on the suppression list: the tenant blocked it."
    ),
    "opted_out": gettext_noop(
        "The address is on the suppression list: its owner opted out."
    ),
    "copy": gettext_noop("A copy only: nobody is left whom the mail is to."),
    "unsubscribed": gettext_noop("The subscriber has left the list."),
}


def _poison(standing: Standing, now: datetime) -> Shut | None:
    if standing.claims <= standing.poison_claims:
        return None
    detail = "Workers died over this message again and again; it was taken aside."
    return Shut("dead", "poison", detail)


def _expired(standing: Standing, now: datetime) -> Shut | None:
    if standing.asking or standing.expires_at is None or standing.expires_at > now:
        return None
    return expiry(doubtful=standing.doubtful)


def expiry(*, doubtful: bool) -> Shut:
    """The end of what is too late; nobody may say "not sent" of what may have been."""
    if doubtful:
        return Shut("dead", "outcome_unknown", "It expired, and it may have been sent.")
    return Shut("expired", "expired", "It was not sent before it expired.")


def suppressed(reason: str, *, doubtful: bool) -> Shut:
    """The end of what nobody may get any more; withholding.py asks the list."""
    if doubtful:
        return Shut("dead", "outcome_unknown", SUPPRESSED[reason])
    return Shut("suppressed", "suppressed", SUPPRESSED[reason])


def _tenant(standing: Standing, now: datetime) -> Shut | None:
    if standing.tenant_active:
        return None
    detail = "The tenant is switched off; the message waits."
    return Shut("queued", "tenant_inactive", detail, _TENANT_WAIT_SECONDS)


GATES: Sequence[Callable[[Standing, datetime], Shut | None]] = (
    _poison,
    _expired,
    _tenant,
)


def shut(standing: Standing, now: datetime) -> Shut | None:
    """The first gate that is shut, if one is."""
    for gate in GATES:
        found = gate(standing, now)
        if found:
            return found
    return None
