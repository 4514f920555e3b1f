"""The audit after each fault (O1): what was accepted, what is written, what arrived.

Everything that a client was told is accepted must have arrived once, or have ended with
a reason that callers are told. What arrived twice must say that it may have.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from math import ceil
from typing import Any
from uuid import UUID

from delivery import ledger_check
from delivery.models import Message, Recipient
from delivery.states import GOOD
from notify_project.queue.models import OPEN
from tests.chaos.world import World, calls_of

_SHOWN = 20


@dataclass(frozen=True)
class Findings:
    """The first three must be 0, and `broken` empty."""

    lost: int
    stuck: int
    unflagged_duplicates: int
    flagged_duplicates: int
    p99_s: float | None
    accepted: int
    arrived: int
    # Ended with a reason, and did not arrive: refused, given up, never called.
    told_failed: int
    broken: Sequence[str] = ()
    notes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def clean(self) -> bool:
        return not (self.lost or self.stuck or self.unflagged_duplicates or self.broken)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Row:
    """What the database says of one message."""

    id: str
    word: str
    notification: str
    state: str
    flagged: bool
    accepted_at: float


def audit(world: World) -> Findings:
    """Look at everything; the workers may still run."""
    taken: dict[str, list[float]] = defaultdict(list)
    for call in calls_of(world.log):
        if call["took"]:
            taken[call["word"]].append(call["at"])
    broken = [*world.broken, *_violations()]
    return judge(world.words, _rows(), taken, broken=broken, notes=world.notes)


def judge(
    answered: Mapping[str, str],
    rows: Sequence[Row],
    taken: Mapping[str, Sequence[float]],
    *,
    broken: Sequence[str] = (),
    notes: Mapping[str, Any] | None = None,
) -> Findings:
    """Compare the three: `answered` maps each accepted word to the id told for it."""
    by_word: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_word[row.word].append(row)
    strangers = [word for word in taken if word not in by_word]
    twice = {word for word, calls in taken.items() if len(calls) > 1}
    stored_twice = {word for word, found in by_word.items() if len(found) > 1}
    flagged = {one.word for one in rows if one.flagged}
    lost = {
        word
        for word, told in answered.items()
        if told not in {one.notification for one in by_word[word]}
    }
    lost |= {one.word for one in rows if one.state in GOOD and not taken.get(one.word)}
    found = [f"{len(strangers)} calls for messages that nobody handed in"]
    return Findings(
        lost=len(lost),
        stuck=sum(one.state in OPEN for one in rows),
        unflagged_duplicates=len(twice - flagged | stored_twice),
        flagged_duplicates=len(twice & flagged),
        p99_s=_p99(rows, taken),
        accepted=len(by_word),
        arrived=len(taken),
        told_failed=sum(
            one.state not in (*OPEN, *GOOD) and not taken.get(one.word) for one in rows
        ),
        broken=[*broken, *(found if strangers else [])],
        notes=notes or {},
    )


def _rows() -> list[Row]:
    found = Message.across_tenants().select_related("notification")
    named = _named()
    return [
        Row(
            id=str(one.id),
            word=named.get(one.id) or one.notification.correlation_id,
            notification=str(one.notification_id),
            state=one.state,
            flagged=one.maybe_duplicate,
            accepted_at=one.created_at.timestamp(),
        )
        for one in found.defer("notification__params").iterator(2000)
    ]


def _named() -> dict[UUID, str]:
    """Messages of a fan-out have one word in common: they are told by recipient."""
    rows = Recipient.across_tenants().filter(message__notification__fan_out=True)
    return {
        one: bytes(key).hex()
        for one, key in rows.values_list("message_id", "address_hash")
    }


def _violations() -> list[str]:
    found = list(ledger_check.check(grace=timedelta(0)))
    counts = Counter(one.rule for one in found)
    more = [f"{rule}: {count} messages" for rule, count in counts.items()]
    return [*more, *(str(one) for one in found[:_SHOWN])]


def _p99(rows: Sequence[Row], taken: Mapping[str, Sequence[float]]) -> float | None:
    """Of the seconds from the acceptance to the provider's first taking it."""
    waits = sorted(
        min(taken[one.word]) - one.accepted_at for one in rows if taken.get(one.word)
    )
    return round(waits[ceil(len(waits) * 0.99) - 1], 2) if waits else None
