"""From the outcome of one call to what becomes of the message. Pure.

The table of outcomes: accepted ends the hand-over; temporary is surely not sent and is
tried again; permanent is refused; misconfigured waits for a person to mend the
account, within the message's window; unknown follows delivery/unknowns.py. A look-up
has a table of its own: whatever it brings, the message itself may have been sent.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from delivery import retries, unknowns
from providers.base import Receipt
from providers.errors import (
    Misconfigured,
    Permanent,
    ProviderError,
    Temporary,
    Unknown,
)


class Kind(StrEnum):
    """How one call ended."""

    ACCEPTED = "accepted"
    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    MISCONFIGURED = "misconfigured"
    UNKNOWN = "unknown"
    ABSENT = "absent"  # a look-up: the provider does not have it
    NOT_CALLED = "not_called"  # we were too late after begin, so we did not call


# Of an attempt to send: the provider may have the message. "" runs, or its worker died.
MAY_HAVE_ARRIVED = ("", Kind.ACCEPTED, Kind.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of one call; `detail` is the provider's answer, without addresses."""

    kind: Kind
    provider_ref: str = ""
    code: str = ""
    detail: str = ""
    http_status: int | None = None
    retry_after_seconds: float | None = None
    throttled: bool = False
    personal: bool = False  # a failure that may be due to this message alone
    receipts: tuple[Receipt, ...] = ()
    duration_ms: int = 0

    def bare(self) -> Outcome:
        """The same end without the provider's words, should those be unstorable."""
        return Outcome(
            self.kind,
            throttled=self.throttled,
            personal=self.personal,
            retry_after_seconds=self.retry_after_seconds,
            duration_ms=self.duration_ms,
        )


@dataclass(frozen=True, slots=True)
class Facts:
    """What the decision needs to know of the message and of who was called."""

    channel: str
    priority: int
    tries: int  # spent before this call
    unknowns: int
    lookups: int
    policy: str
    age_seconds: float  # since it first was due
    capabilities: Collection[str]
    chance: float  # a random number in [0, 1)
    asking: bool = False  # the call was a look-up


@dataclass(frozen=True, slots=True)
class Verdict:
    """The message's next state, when it is due, and what is written beside it."""

    to: str
    cause: str
    wait_seconds: float | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


# Causes by which a provider is called once more with the same message.
REPEATS = frozenset({"temporary", "repeat_same_key"})

_KINDS: Mapping[type[ProviderError], Kind] = {
    Temporary: Kind.TEMPORARY,
    Permanent: Kind.PERMANENT,
    Misconfigured: Kind.MISCONFIGURED,
    Unknown: Kind.UNKNOWN,
}
# A person has to mend the account: trying more often would help nobody.
_MISCONFIGURED_WAIT_SECONDS = 300.0
_LOOK_UP_WAIT_SECONDS = 300.0


def of_error(error: Exception, *, duration_ms: int) -> Outcome:
    """The outcome that an exception means; an unclassified one is Unknown.

    The text of an unclassified exception may hold an address, so only its type is kept.
    """
    for kind, outcome in _KINDS.items():
        if isinstance(error, kind):
            return Outcome(
                outcome,
                code=error.code,
                detail=error.detail,
                http_status=error.http_status,
                retry_after_seconds=error.retry_after_seconds,
                throttled=getattr(error, "throttled", False),
                personal=getattr(error, "personal", False),
                duration_ms=duration_ms,
            )
    name = type(error).__name__
    return Outcome(
        Kind.UNKNOWN, code="unclassified", detail=name, duration_ms=duration_ms
    )


def accepted_before(provider_ref: str) -> Verdict:
    """What becomes of a message that, as we hear late, an earlier attempt brought."""
    values = {"provider_ref": provider_ref, **_clean()}
    return Verdict("sent", "accepted_before", values=values)


def judge(outcome: Outcome, facts: Facts) -> Verdict:
    """What becomes of the message."""
    judges = _LOOK_UP_JUDGES if facts.asking else _JUDGES
    return judges[outcome.kind](outcome, facts)


def _accepted(outcome: Outcome, facts: Facts) -> Verdict:
    return Verdict(
        "sent", "accepted", values={"provider_ref": outcome.provider_ref, **_clean()}
    )


def _temporary(outcome: Outcome, facts: Facts) -> Verdict:
    if retries.gives_up(facts.priority, facts.age_seconds):
        return Verdict("dead", "gave_up", values=_error(outcome, "gave_up"))
    tries = facts.tries if outcome.throttled else facts.tries + 1
    wait = retries.wait_seconds(
        facts.priority,
        max(tries, 1),
        chance=facts.chance,
        retry_after=outcome.retry_after_seconds,
    )
    cause = "throttled" if outcome.throttled else "temporary"
    return Verdict("queued", cause, wait, {**_error(outcome), "tries": tries})


def _permanent(outcome: Outcome, facts: Facts) -> Verdict:
    values = {**_error(outcome), "tries": facts.tries + 1}
    return Verdict("failed", "refused", values=values)


def _misconfigured(outcome: Outcome, facts: Facts) -> Verdict:
    if retries.gives_up(facts.priority, facts.age_seconds):
        return Verdict("dead", "gave_up", values=_error(outcome, "misconfigured"))
    values = {**_error(outcome), "tries": facts.tries, "hold_reason": "misconfigured"}
    return Verdict("queued", "misconfigured", _MISCONFIGURED_WAIT_SECONDS, values)


def _unknown(outcome: Outcome, facts: Facts) -> Verdict:
    values = {
        **_error(outcome),
        "tries": facts.tries + 1,
        "unknowns": facts.unknowns + 1,
    }
    following = unknowns.first(facts.capabilities, facts.channel)
    if following.step != unknowns.Step.REPEAT:
        return Verdict("unknown", "outcome_unknown", following.after_seconds, values)
    if retries.gives_up(facts.priority, facts.age_seconds):
        values["error_code"] = "outcome_unknown"
        return Verdict("dead", "outcome_unknown", values=values)
    wait = retries.wait_seconds(facts.priority, facts.tries + 1, chance=facts.chance)
    return Verdict("queued", "repeat_same_key", wait, values)


def _absent(outcome: Outcome, facts: Facts) -> Verdict:
    """Twice absent is surely not sent: a fresh start, with nothing left in doubt."""
    lookups = facts.lookups + 1
    following = unknowns.then(
        facts.capabilities, facts.policy, unknowns=facts.unknowns, lookups=lookups
    )
    if following.step == unknowns.Step.LOOK_UP:
        values = {"lookups": lookups, "asking": False}
        return Verdict("unknown", "not_found", following.after_seconds, values)
    if retries.gives_up(facts.priority, facts.age_seconds):
        return Verdict("dead", "gave_up", values=_error(outcome, "gave_up"))
    fresh = {"lookups": 0, "unknowns": 0, "asking": False}
    return Verdict("queued", "surely_not_sent", 0.0, fresh)


def _no_answer(outcome: Outcome, facts: Facts) -> Verdict:
    """The look-up failed for now: ask again later, within the message's window."""
    if retries.gives_up(facts.priority, facts.age_seconds):
        return _not_allowed_to_ask(outcome, facts)
    wait = max(_LOOK_UP_WAIT_SECONDS, outcome.retry_after_seconds or 0.0)
    wait = min(wait, retries.RETRY_AFTER_LIMIT_SECONDS)
    return Verdict("unknown", "look_up_failed", wait, {"asking": False})


def _not_allowed_to_ask(outcome: Outcome, facts: Facts) -> Verdict:
    """Asking will never help: what the policy says of providers that know nothing."""
    following = unknowns.without_asking(facts.policy, unknowns=facts.unknowns)
    late = retries.gives_up(facts.priority, facts.age_seconds)
    if following.step == unknowns.Step.RETRY and not late:
        values = {"asking": False, "maybe_duplicate": True}
        return Verdict("queued", "retry_once", 0.0, values)
    return Verdict("dead", "outcome_unknown", values=_error(outcome, "outcome_unknown"))


def _not_called(outcome: Outcome, facts: Facts) -> Verdict:
    return Verdict("queued", "not_called", 0.0)


_JUDGES = {
    Kind.ACCEPTED: _accepted,
    Kind.TEMPORARY: _temporary,
    Kind.PERMANENT: _permanent,
    Kind.MISCONFIGURED: _misconfigured,
    Kind.UNKNOWN: _unknown,
    Kind.ABSENT: _unknown,  # only a look-up can say so
    Kind.NOT_CALLED: _not_called,
}
_LOOK_UP_JUDGES = {
    Kind.ACCEPTED: _accepted,
    Kind.TEMPORARY: _no_answer,
    Kind.PERMANENT: _not_allowed_to_ask,
    Kind.MISCONFIGURED: _no_answer,
    Kind.UNKNOWN: _no_answer,
    Kind.ABSENT: _absent,
    Kind.NOT_CALLED: _not_called,
}


def _error(outcome: Outcome, code: str = "") -> dict[str, Any]:
    return {
        "error_code": (code or outcome.code or outcome.kind)[:60],
        "error_detail": outcome.detail[:300],
        "hold_reason": "",
        "asking": False,
    }


def _clean() -> dict[str, Any]:
    return {"error_code": "", "error_detail": "", "hold_reason": "", "asking": False}
