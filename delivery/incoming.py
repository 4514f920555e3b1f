"""What providers told us, stored at once; and the states of what is stored.

queued -> claimed -> applied. A receipt that comes before its message is known waits,
for a second at first and for half an hour at last; after 72 hours it is an orphan. The
same receipt brought twice is one row.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Now

from delivery.models import Incoming
from delivery.models.incoming import APPLIED, DEAD, ORPHAN
from notify_project.db.hashing import keyed_hash
from notify_project.queue import custody
from notify_project.queue.bell import ring
from notify_project.queue.custody import Change, Suspicion
from notify_project.queue.due import lanes_due
from notify_project.queue.models import CLAIMED, QUEUED
from notify_project.queue.writing import writing
from providers.base import IncomingText, Receipt, Told, Word
from providers.models import Account

RECEIPT, TEXT = "receipt", "text"
_LIMIT = 1000
_REF_LENGTH = 200
# Until it is so old (seconds), it is looked at again after so many.
_WAITS = ((30, 1), (120, 5), (600, 30), (3600, 300), (72 * 3600, 1800))

log = structlog.get_logger(__name__)


# --- What is stored ---


def store(account: Account, told: Told) -> None:
    """Store what a call told; what was told before is passed over. One statement."""
    rows = [_receipt_row(account, one) for one in told.receipts]
    rows += [_text_row(account, one) for one in told.texts]
    if not rows:
        return
    with writing():
        Incoming.objects.bulk_create(rows, ignore_conflicts=True)
    ring(settings.RECEIPTS_LANE)


def receipt_of(row: Incoming) -> Receipt:
    """The receipt that was stored."""
    said = dict(row.said)
    echoed = said.pop("message_id")
    word = Word(said.pop("word"))
    return Receipt(word=word, message_id=UUID(echoed) if echoed else None, **said)


def text_of(row: Incoming) -> IncomingText:
    """The received text that was stored."""
    return IncomingText(**row.said)


def _receipt_row(account: Account, receipt: Receipt) -> Incoming:
    echoed = receipt.message_id
    said = {**asdict(receipt), "message_id": str(echoed) if echoed else None}
    row = _row(account, RECEIPT, receipt.provider_ref, said)
    row.echoed_id = echoed
    return row


def _text_row(account: Account, text: IncomingText) -> Incoming:
    return _row(account, TEXT, text.provider_ref, asdict(text))


def _row(account: Account, kind: str, ref: str, said: Mapping[str, Any]) -> Incoming:
    canonical = json.dumps(said, sort_keys=True, ensure_ascii=True)
    storable = ref.isprintable() and len(ref) <= _REF_LENGTH
    return Incoming(
        account=account,
        kind=kind,
        lane=settings.RECEIPTS_LANE,
        mark=keyed_hash("incoming", account.id.bytes, kind, canonical),
        provider_ref=ref if storable else "",
        said=said,
    )


# --- What becomes of it ---


def end(
    rows: Iterable[Incoming],
    token: UUID,
    *,
    about: Mapping[UUID, UUID],
    state: str = APPLIED,
) -> None:
    """Applied (or dead), part of the caller's transaction; `about` are their messages,
    or the texts that were received, by the row's id."""
    changes = [Change(one.id, token, {"matched_id": about.get(one.id)}) for one in rows]
    custody.change(Incoming, changes, was=CLAIMED, to=state, suspicion=Suspicion.CLEAR)


def give_up(rows: Sequence[Incoming], token: UUID) -> None:
    """Workers died over them, or they cannot be read."""
    log.error("incoming_dead", count=len(rows), ids=[one.id for one in rows])
    with writing():
        end(rows, token, about={}, state=DEAD)


def look_again(rows: Sequence[Incoming], token: UUID, *, now: datetime) -> None:
    """Their messages are not known yet; nobody's, after 72 hours."""
    waits = {one: wait_seconds((now - one.received_at).total_seconds()) for one in rows}
    late = [one for one, wait in waits.items() if wait is None]
    changes = [
        Change(one.id, token, {"due_at": now + timedelta(seconds=wait)})
        for one, wait in waits.items()
        if wait is not None
    ]
    with writing():
        custody.change(
            Incoming, changes, was=CLAIMED, to=QUEUED, suspicion=Suspicion.CLEAR
        )
        end(late, token, about={}, state=ORPHAN)
    for one in late:
        log.warning("receipt_unmatched", id=one.id, account_id=one.account_id)


def wait_seconds(age_seconds: float) -> float | None:
    """How long until a receipt of this age is looked at again; None: no more."""
    for until, wait in _WAITS:
        if age_seconds < until:
            return wait
    return None


def hurry(known: Collection[tuple[UUID, str]]) -> None:
    """These messages, by account and reference, are known now: what waits for them is
    due. Part of the caller's transaction; one statement, and a bell if one did wait."""
    if not known:
        return
    wanted = Q()
    for account_id, ref in known:
        wanted |= Q(account_id=account_id, provider_ref=ref)
    if Incoming.objects.filter(wanted, state=QUEUED).update(due_at=Now()):
        ring(settings.RECEIPTS_LANE)


def take_up_lapsed() -> None:
    """What vanished workers held is claimed again, by whoever hears the bell."""
    lost = custody.lapsed(Incoming, CLAIMED, _LIMIT)
    changes = [Change(one.id, one.claim_token) for one in lost]
    with writing():
        custody.change(Incoming, changes, was=CLAIMED, to=QUEUED)
    for lane in due_lanes():
        ring(lane)


def due_lanes() -> list[str]:
    """The lane of receipts, if one is due."""
    return lanes_due(Incoming, [settings.RECEIPTS_LANE])


def forget_old() -> None:
    """What was told RECEIPT_DAYS ago is deleted, applied or not."""
    until = Now() - timedelta(days=settings.RECEIPT_DAYS)
    ended = Incoming.objects.filter(
        received_at__lt=until, state__in=(APPLIED, ORPHAN, DEAD)
    )
    while ids := list(ended.values_list("id", flat=True)[:_LIMIT]):
        with writing():
            Incoming.objects.filter(id__in=ids).delete()
