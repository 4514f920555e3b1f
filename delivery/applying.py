"""The pump of the lane of receipts: what providers told us, applied to our messages.

1. Claim. 2. Find the messages (matching.py); what nobody knows yet waits. 3. In one
transaction: states, ledger, suppression list, and that it is applied. So whoever is
killed has applied all of it or nothing, and doubling changes nothing. What is said of
several recipients, or says more than a word, is applied under a lock of its message.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID, uuid4

from django.db.models import F
from django.db.models.functions import Now

from callbacks import kinds
from callbacks.publishing import Event, publish_all, stamp
from delivery import inbound, incoming, learning, matching, receipts, states, summing
from delivery.models import Incoming, Message, Notification
from delivery.models.incoming import APPLIED, ORPHAN
from delivery.receipts import Heard
from delivery.states import Move
from notify_project.db import clock
from notify_project.db.encryption import CannotOpen
from notify_project.queue import claiming
from notify_project.queue.models import POISON_CLAIMS
from notify_project.queue.pumps import Wake
from notify_project.queue.writing import writing
from providers.base import Receipt

_CLAIMED = 100


def pump(lane: str, wake: Wake, stopping: threading.Event) -> None:
    """Apply what is due, accounts in turn, until nothing is or we are to stop."""
    served = None
    while not stopping.is_set():
        token = uuid4()
        found = claiming.claim(Incoming, lane, _CLAIMED, token=token, after=served)
        found = found or claiming.claim_suspect(Incoming, lane, token=token)
        if found is None:
            return
        served = found.served
        apply(found.ids, token)


def apply(ids: Sequence[UUID], token: UUID) -> None:
    """What is claimed under this token; nothing of what is not ours any more."""
    rows, hopeless = _readable(ids, token)
    if hopeless:
        incoming.give_up(hopeless, token)
    for row in rows:
        if row.kind == incoming.TEXT:
            _take_text(row, token)
    told = [one for one in rows if one.kind == incoming.RECEIPT]
    about = matching.find(told)
    early = [one for one in told if one.id not in about]
    if early:
        incoming.look_again(early, token, now=clock.now())
    _apply(told, about, token)


def _readable(
    ids: Sequence[UUID], token: UUID
) -> tuple[list[Incoming], list[Incoming]]:
    """What can be applied, and what never will be: workers die over it, or its seal
    does not open."""
    held = Incoming.objects.filter(id__in=ids, claim_token=token).order_by("id")
    try:
        good = list(held)
    except (CannotOpen, ValueError):
        good = [one for key in held.values_list("id", flat=True) for one in _one(key)]
    good = [one for one in good if one.claims <= POISON_CLAIMS]
    known = {one.id for one in good}
    return good, [one for one in held.defer("said") if one.id not in known]


def _one(key: UUID) -> list[Incoming]:
    try:
        return list(Incoming.objects.filter(id=key))
    except (CannotOpen, ValueError):
        return []


def _take_text(row: Incoming, token: UUID) -> None:
    account, text = row.account, incoming.text_of(row)
    tenants = inbound.owners(account, text)
    with writing():
        taken = inbound.take(account, text, tenants, at=row.received_at)
        state = APPLIED if taken else ORPHAN
        about = {row.id: taken.id} if taken else {}
        incoming.end([row], token, about=about, state=state)


def _apply(told: Iterable[Incoming], about: Mapping[UUID, UUID], token: UUID) -> None:
    by_message: dict[UUID, list[Incoming]] = defaultdict(list)
    for one in told:
        if one.id in about:
            by_message[about[one.id]].append(one)
    messages = _messages(by_message)
    plain: dict[UUID, Message] = {}
    moved: set[UUID] = set()
    for message_id, rows in by_message.items():
        message = messages.get(message_id)
        if message is not None and receipts.is_plain(message, _heard(rows)):
            plain[message_id] = message
        else:
            moved |= _apply_one(message_id, rows, token)
    if plain:
        moved |= _apply_plain(plain, by_message, token)
    _sum_up(moved)


def _messages(ids: Iterable[UUID]) -> dict[UUID, Message]:
    rows = Message.across_tenants().filter(id__in=list(ids))
    return {one.id: one for one in rows.prefetch_related("recipients")}


def _heard(rows: Iterable[Incoming]) -> list[Heard]:
    return [Heard(incoming.receipt_of(one), one.account_id) for one in rows]


def _apply_plain(
    messages: Mapping[UUID, Message],
    rows: Mapping[UUID, Sequence[Incoming]],
    token: UUID,
) -> set[UUID]:
    """Many messages, one word each: a statement for each kind of move.

    A message that changes at the same moment is looked at again at once.
    """
    moves = [
        found
        for key, message in messages.items()
        if (found := receipts.move_of(message, _heard(rows[key]))) is not None
    ]
    with writing():
        moved = states.move(moves)
        changed = {one.message.id for one in moves} - moved
        done = [one for key in messages if key not in changed for one in rows[key]]
        incoming.end(done, token, about=_about(messages, rows))
    again = [one for key in changed for one in rows[key]]
    if again:
        incoming.look_again(again, token, now=clock.now())
    return {messages[key].notification_id for key in moved}


def _about(
    keys: Iterable[UUID], rows: Mapping[UUID, Sequence[Incoming]]
) -> dict[UUID, UUID]:
    return {one.id: key for key in keys for one in rows[key]}


def _apply_one(message_id: UUID, rows: Sequence[Incoming], token: UUID) -> set[UUID]:
    """All that is said of one message, while nobody else changes it."""
    heard = _heard(rows)
    with writing():
        locked = Message.across_tenants().filter(id=message_id)
        locked.update(attempts=F("attempts"))
        message = locked.prefetch_related("recipients").first()
        moved: set[UUID] = set()
        if message is not None:
            moved = _change(message, heard)
            _note(locked.get(), heard)
            learning.heed(message, [one.receipt for one in heard])
        incoming.end(rows, token, about=dict.fromkeys((r.id for r in rows), message_id))
    return {message.notification_id} if message is not None and moved else set()


def _change(message: Message, heard: Sequence[Heard]) -> set[UUID]:
    heeded = receipts.heeded(message, heard)
    receipts.note_recipients(message, heeded)
    getattr(message, "_prefetched_objects_cache", {}).pop("recipients", None)
    move: Move | None = receipts.move_of(message, heard)
    return states.move([move]) if move else set()


def _note(message: Message, heard: Sequence[Heard]) -> None:
    """What changes no state is told in the history; it was stored once."""
    for one in heard:
        if one.receipt.unlisted:
            detail = one.receipt.detail or one.receipt.code
            states.note([message], cause="receipt_unlisted", detail=detail)
    complaints = [one.receipt for one in heard if one.receipt.keep_away == "complained"]
    if complaints:
        _complain(message, complaints[0])


def _complain(message: Message, receipt: Receipt) -> None:
    """Once for each message: a mark, an entry, and the tenant's programs are told."""
    first = Message.across_tenants().filter(id=message.id, complained_at__isnull=True)
    if not first.update(complained_at=Now()):
        return
    states.note([message], cause="complaint")
    notification = message.notification
    own = notification.correlation_id if notification.correlated else ""
    # Document 004's body, key for key.
    data = {
        "notification_id": str(message.id),
        "complaint_id": receipt.event or None,
        "reference": own or None,
        "to": receipt.address
        or ", ".join(one.address for one in message.recipients.all()),
        "complaint_date": stamp(clock.now()),
    }
    kind, subject = kinds.EMAIL_COMPLAINED, message.id
    publish_all(
        [Event(message.tenant_id, kind, data, channel=message.channel, subject=subject)]
    )


def _sum_up(notifications: set[UUID]) -> None:
    """At once; a large fan-out is summed by the sweeper, or each would be a recount."""
    if not notifications:
        return
    small = Notification.across_tenants().filter(id__in=notifications, fan_out=False)
    summing.sum_up(small.values_list("id", flat=True))
