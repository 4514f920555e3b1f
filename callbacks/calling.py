"""One attempt: signed, posted, and what was answered. Touches no database."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from callbacks import schedule, signing
from callbacks.schedule import Answer
from notify_project import egress

_CONNECT_SECONDS = 5.0
_TOTAL_SECONDS = 15.0
_READ_BYTES = 16_384
_EXCERPT_CHARACTERS = 4096


@dataclass(frozen=True, slots=True)
class Order:
    """What a call needs, read from the rows before it.

    `secrets` sign, each by itself; `hex_secret` is empty unless the receiver wants
    document 002's header too.
    """

    url: str = field(repr=False)
    event_id: str
    body: bytes = field(repr=False)
    secrets: Sequence[str] = field(repr=False)
    hex_secret: str = field(default="", repr=False)
    bearer_token: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it, and when."""

    answer: Answer
    started_at: datetime
    duration_ms: int
    excerpt: str = field(default="", repr=False)


def call(order: Order) -> Outcome:
    """Post it once; never raises for what the other side does."""
    started_at, started = timezone.now(), time.monotonic()
    excerpt = ""
    try:
        response = egress.request(
            "POST",
            order.url,
            headers=_headers(order, int(started_at.timestamp())),
            body=order.body,
            total_seconds=_TOTAL_SECONDS,
            connect_seconds=_CONNECT_SECONDS,
            max_bytes=_READ_BYTES,
        )
    except egress.EgressError as error:
        answer = Answer(error=error.code)
    else:
        answer = _answer(response, timezone.now())
        excerpt = _text(response.body)
    duration_ms = round((time.monotonic() - started) * 1000)
    return Outcome(answer, started_at, duration_ms, excerpt)


def _headers(order: Order, timestamp: int) -> dict[str, str]:
    """Ours last: nobody overwrites a signature."""
    ours = {
        "Content-Type": "application/json",
        "Idempotency-Key": order.event_id,
        **signing.headers(order.secrets, order.event_id, timestamp, order.body),
    }
    if order.bearer_token:
        ours["Authorization"] = f"Bearer {order.bearer_token}"
    if order.hex_secret:
        ours |= signing.hex_headers(order.hex_secret, timestamp, order.body)
    taken = {name.lower() for name in ours}
    others = {k: v for k, v in order.headers.items() if k.lower() not in taken}
    return {**others, **ours}


def _answer(response: egress.Response, now: datetime) -> Answer:
    asked = response.headers.get("Retry-After", "")
    return Answer(
        response.status,
        "" if response.status < 300 else "status",
        schedule.retry_after_seconds(asked, now) if asked else None,
    )


def _text(body: bytes) -> str:
    """Its beginning, without what a database or a terminal would not take."""
    text = body.decode("utf-8", "replace")[:_EXCERPT_CHARACTERS]
    return "".join(
        one if one.isprintable() or one in "\n\t" else "\ufffd" for one in text
    )
