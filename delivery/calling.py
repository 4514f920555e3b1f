"""One call to one provider, in a thread of its own: no database, no decisions."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import structlog

from delivery.outcomes import Kind, Outcome, of_error
from providers.base import Accepted, Provider
from providers.errors import ProviderError

# A worker that was frozen between its commit and this point may have lost its lease:
# somebody else may have sent meanwhile.
LATE_SECONDS = 5.0
# Of an account with a rate: a moment that is over by more is given up, or a worker that
# stood still would call in a burst.
SLOT_LATE_SECONDS = 0.05
# No database keeps these; a provider's JSON may well hold them.
_UNSTORABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Call:
    """Everything that a call needs; `begun` is time.monotonic() before the commit.

    `starts_at`, on the same clock, is when it may begin.
    """

    message_id: UUID
    attempt_id: UUID
    adapter: Provider[Any]
    payload: Any
    begun: float
    asking: bool = False
    starts_at: float | None = None


def call(order: Call) -> Outcome:
    """Make the call; never raises. Ends within the adapter's `call_seconds`."""
    outcome = _called(order)
    return replace(
        outcome,
        provider_ref=_storable(outcome.provider_ref)[:200],
        code=_storable(outcome.code)[:60],
        detail=_storable(outcome.detail)[:300],
    )


def _called(order: Call) -> Outcome:
    if not _in_time(order):
        return Outcome(Kind.NOT_CALLED)
    started = time.monotonic()
    try:
        if order.asking:
            accepted: object = order.adapter.find(order.payload)
        else:
            accepted = order.adapter.send(order.payload)
    except Exception as error:  # whatever an adapter lets through counts as unknown
        if not isinstance(error, ProviderError):
            log.exception("adapter_failed", message_id=str(order.message_id))
        return of_error(error, duration_ms=_since(started))
    if isinstance(accepted, Accepted):
        return Outcome(
            Kind.ACCEPTED,
            provider_ref=accepted.provider_ref,
            detail=accepted.detail,
            receipts=accepted.receipts,
            duration_ms=_since(started),
        )
    if order.asking and accepted is None:
        return Outcome(Kind.ABSENT, duration_ms=_since(started))
    return of_error(_NoAnswer(), duration_ms=_since(started))


def _in_time(order: Call) -> bool:
    """Wait for the call's moment; False if it, or our lease, may be over."""
    now = time.monotonic()
    if order.starts_at is not None:
        if order.starts_at > now:
            time.sleep(order.starts_at - now)
            now = time.monotonic()
        if now - order.starts_at > SLOT_LATE_SECONDS:
            return False
    return now - order.begun <= LATE_SECONDS


class _NoAnswer(Exception):
    """An adapter came back without a word: nobody knows."""


def _storable(text: str) -> str:
    return _UNSTORABLE.sub(" ", text)


def _since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
