"""What to do when an attempt's outcome is unknown: it may have been sent. Pure.

By what the provider can (section "Unknown outcomes" of docs/guide/delivery.md) and by
the message's policy. A second unknown outcome is never repeated blindly.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class Policy(StrEnum):
    """What the sender prefers if nobody can say whether a message went out."""

    RETRY_ONCE = "retry_once"  # rather twice than never; flagged maybe_duplicate
    HOLD = "hold"  # ends as dead; a person decides
    AT_MOST_ONCE = "at_most_once"  # rather never than twice


# SMS cost money each; a mail or a chat line twice is a nuisance at most.
DEFAULT_POLICY = {"email": Policy.RETRY_ONCE, "sms": Policy.HOLD}


class Step(StrEnum):
    """What happens next."""

    REPEAT = "repeat"  # the provider recognises our key: the same call again
    LOOK_UP = "look_up"  # ask the provider whether it has our message
    WAIT = "wait"  # a receipt may still tell
    RETRY = "retry"  # send once more, flagged
    GIVE_UP = "give_up"


@dataclass(frozen=True, slots=True)
class Next:
    """A step, and in how many seconds it is due."""

    step: Step
    after_seconds: float = 0.0


_LOOKUPS_AT = (60.0, 300.0)  # after the loss, and again: an index may lag
_RECEIPT_WAITS = {"email": 900.0, "sms": 600.0}
_SETTLE_SECONDS = 60.0


def keeps_account(
    capabilities: Collection[str], *, asking: bool, unknowns: int
) -> bool:
    """Whether the next call must go where the last one went.

    Only there is our key known, and only there is it known whether a message arrived.
    """
    return asking or bool(unknowns and "key" in capabilities)


def first(capabilities: Collection[str], channel: str) -> Next:
    """Right after an unknown outcome."""
    if "key" in capabilities:
        return Next(Step.REPEAT)
    if "lookup" in capabilities:
        return Next(Step.LOOK_UP, _LOOKUPS_AT[0])
    if "echo" in capabilities:
        return Next(Step.WAIT, _RECEIPT_WAITS.get(channel, _SETTLE_SECONDS))
    return Next(Step.WAIT, _SETTLE_SECONDS)


def then(
    capabilities: Collection[str], policy: str, *, unknowns: int, lookups: int
) -> Next:
    """When that time has passed and nothing has told us more.

    `unknowns` counts this message's unknown outcomes, `lookups` how often the provider
    was asked and did not have it.
    """
    if "key" in capabilities:
        return Next(Step.REPEAT)
    if "lookup" in capabilities:
        if lookups < len(_LOOKUPS_AT):
            return Next(Step.LOOK_UP, _LOOKUPS_AT[lookups])
        return Next(Step.REPEAT)  # twice absent: it surely was not sent
    return without_asking(policy, unknowns=unknowns)


def without_asking(policy: str, *, unknowns: int) -> Next:
    """When nobody can be asked, or nobody answers: the policy alone decides."""
    if policy == Policy.RETRY_ONCE and unknowns < 2:
        return Next(Step.RETRY)
    return Next(Step.GIVE_UP)
