"""Large fan-outs: the pump of the lane of jobs, which composes chunks into messages.

1. Claim a chunk. 2. Read its people; who has left meanwhile is left out. 3. In one
transaction: the chunk is done, and its messages are there. Killed before, nothing is
there, and another worker takes it after its lease; killed after, nothing is left to do.
So nobody is written to twice, and nobody is forgotten. A person whose address cannot be
used has a message that failed, with the reason; the others go on.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import structlog
from django.conf import settings

from delivery import announcing, chunks, own_words, summing
from delivery.gates import SUPPRESSED
from delivery.models import Chunk, LedgerEntry, Message, OwnWords, Recipient
from delivery.models.fan_out import DEAD, DONE, FanOut
from delivery.states import MEANINGS, Status
from notify_project.db import clock
from notify_project.db.hashing import address_hash
from notify_project.db.ids import uuid7
from notify_project.db.values import insert_rows
from notify_project.errors import Invalid
from notify_project.queue import claiming, custody
from notify_project.queue.bell import ring
from notify_project.queue.due import lanes_due
from notify_project.queue.models import POISON_CLAIMS
from notify_project.queue.pumps import Wake
from notify_project.queue.writing import writing
from providers.channels.base import channel
from recipients import people, suppression
from recipients.people import Person
from tenants.models import Tenant

Row = Mapping[str, Any]
UNUSABLE = "The address cannot be written to."
_INVALID = "invalid_address"
_RENEW_SECONDS = 15.0
_COMMON = own_words.Made()

log = structlog.get_logger(__name__)


def pump(lane: str, wake: Wake, stopping: threading.Event) -> None:
    """Compose chunks, tenants in turn, until none is due or we are to stop."""
    served = None
    while not stopping.is_set():
        token = uuid4()
        found = claiming.claim(Chunk, lane, 1, token=token, after=served)
        found = found or claiming.claim_suspect(Chunk, lane, token=token)
        if found is None:
            return
        served = found.served
        for chunk in found.ids:
            expand(chunk, token)


def due_lanes() -> list[str]:
    """The lane of jobs, if a chunk is due."""
    return lanes_due(Chunk, [settings.JOBS_LANE])


def take_up_lapsed() -> None:
    """What vanished workers held is claimed again, by whoever hears the bell."""
    chunks.requeue_lapsed()
    for lane in due_lanes():
        ring(lane)


def expand(chunk_id: UUID, token: UUID) -> None:
    """Make a claimed chunk's messages; nothing if it is not ours any more."""
    held = Chunk.across_tenants().filter(id=chunk_id, claim_token=token)
    chunk = held.select_related("fan_out", "notification", "tenant").first()
    if chunk is None:
        return
    fan_out = chunk.fan_out
    if chunk.claims > POISON_CLAIMS:
        _give_up(chunk, token)
    else:
        found = people.load(chunk.tenant_id, fan_out.source, chunk.ids)
        rows = _rows(chunk, found, _own(chunk, found, token))
        with writing():
            if not chunks.end(chunk, token, DONE, size=len(rows.messages)):
                return
            rows.insert()
        ring(fan_out.lane)
    summing.sum_up([chunk.notification_id])


def _give_up(chunk: Chunk, token: UUID) -> None:
    log.error("chunk_dead", chunk_id=str(chunk.id), count=chunk.size)
    with writing():
        chunks.end(chunk, token, DEAD, size=chunk.size)


@dataclass(slots=True)
class _Rows:
    """By column, as insert_rows takes them: objects would cost three times as much."""

    messages: list[Row] = field(default_factory=list)
    recipients: list[Row] = field(default_factory=list)
    entries: list[Row] = field(default_factory=list)
    words: list[Row] = field(default_factory=list)

    def insert(self) -> None:
        insert_rows(Message, self.messages)
        insert_rows(Recipient, self.recipients)
        insert_rows(LedgerEntry, self.entries)
        insert_rows(OwnWords, self.words)
        ended = [Message(**one) for one in self.messages if one["finished_at"]]
        announcing.announce_ended(ended, MEANINGS)


@dataclass(frozen=True, slots=True)
class _To:
    """A person and the address in its channel's one form, if it has one."""

    person: Person
    address: str
    hash: bytes
    usable: bool = True


def _own(
    chunk: Chunk, found: Sequence[Person], token: UUID
) -> Mapping[UUID, own_words.Made]:
    """The words of each, where people have some of their own. A chunk takes a second
    or so; it stays ours, however long its templates take."""
    stored = own_words.stored(chunk.fan_out.content_id)
    if not stored:
        return {}
    maker = own_words.Maker(chunk.fan_out.channel, stored)
    made: dict[UUID, own_words.Made] = {}
    renewed = time.monotonic()
    for one in people.with_own(chunk.tenant_id, chunk.fan_out.source, found):
        made[one.id] = maker.words_for(one)
        if time.monotonic() - renewed > _RENEW_SECONDS:
            custody.renew(Chunk, [token])
            renewed = time.monotonic()
    return made


def _rows(
    chunk: Chunk, found: Iterable[Person], own: Mapping[UUID, own_words.Made]
) -> _Rows:
    """One query for those who must not get it, one for those who get it already."""
    fan_out, notification = chunk.fan_out, chunk.notification
    addressed = [_addressed(fan_out, chunk.tenant, one) for one in found]
    hashes = [one.hash for one in addressed if one.usable]
    standing = suppression.standing(hashes)
    there = _there(fan_out, hashes)
    rows, usual = _Rows(), _usual(chunk)
    for one in addressed:
        if one.hash in there:
            continue
        reasons = standing.get((fan_out.channel, one.hash), ())
        why = suppression.why(reasons, mandatory=notification.mandatory)
        words = own.get(one.person.id, _COMMON)
        if not one.usable:
            _add(rows, usual, one, Status.FAILED, _INVALID, UNUSABLE)
        elif why:
            _add(rows, usual, one, Status.SUPPRESSED, "suppressed", SUPPRESSED[why])
        elif words.code:
            _add(rows, usual, one, Status.FAILED, words.code, words.detail)
        else:
            _add(rows, usual, one)
            _add_words(rows, words)
    return rows


def _addressed(fan_out: FanOut, tenant: Tenant, one: Person) -> _To:
    kind = channel(fan_out.channel)
    try:
        normal = kind.normalise(one.address, region=tenant.phone_region)
    except Invalid:
        key = address_hash(tenant.id, one.address.lower())
        return _To(one, one.address, key, usable=False)
    return _To(one, normal, address_hash(tenant.id, kind.folded(normal)))


def _there(fan_out: FanOut, hashes: Sequence[bytes]) -> set[bytes]:
    """Whoever the request names besides: they were recorded when it was accepted."""
    if not fan_out.beside:
        return set()
    named = Recipient.for_tenant(fan_out.tenant_id).filter(
        address_hash__in=hashes,
        message__notification=fan_out.notification_id,
        message__channel=fan_out.channel,
    )
    return {bytes(one) for one in named.values_list("address_hash", flat=True)}


def _add(
    rows: _Rows, usual: Row, one: _To, state: str = "", code: str = "", detail: str = ""
) -> None:
    """A message, its recipient, and the beginning of its ledger; or its end as well."""
    message = {**usual, "id": uuid7(), "subscription_id": one.person.subscription}
    if state:
        ended = {"state": state, "error_code": code, "error_detail": detail}
        message |= {**ended, "finished_at": usual["due_at"]}
    rows.messages.append(message)
    rows.recipients.append(
        {
            "tenant_id": usual["tenant_id"],
            "message_id": message["id"],
            "kind": "to",
            "address": one.address,
            "address_hash": one.hash,
            "state": "",
            "detail": "",
        }
    )
    rows.entries.append(_entry(message, "", Status.QUEUED, "accepted"))
    if state:
        rows.entries.append(_entry(message, Status.QUEUED, state, code, detail))


def _add_words(rows: _Rows, made: own_words.Made) -> None:
    """Beside the message that was added last."""
    if made.body is not None:
        message = rows.messages[-1]
        row = {"tenant_id": message["tenant_id"], "message_id": message["id"]}
        rows.words.append({**row, "body": made.body})


def _usual(chunk: Chunk) -> Row:
    """What its messages have in common; as delivery/recording.py makes others."""
    fan_out = chunk.fan_out
    due_at = fan_out.due_at or clock.now()
    message = Message(
        tenant_id=chunk.tenant_id,
        notification_id=chunk.notification_id,
        content_id=fan_out.content_id,
        channel=fan_out.channel,
        lane=fan_out.lane,
        priority=fan_out.priority,
        created_at=chunk.notification.created_at,
        due_at=due_at,
        first_due_at=due_at,
        expires_at=fan_out.expires_at,
        pinned_account_id=fan_out.pinned_account_id,
        on_unknown=fan_out.on_unknown,
        callback=announcing.listener(chunk.notification),
    )
    columns = [one.attname for one in Message._meta.concrete_fields]
    return {name: getattr(message, name) for name in columns}


def _entry(message: Row, was: str, became: str, cause: str, detail: str = "") -> Row:
    return {
        "tenant_id": message["tenant_id"],
        "message_id": message["id"],
        "was": was,
        "became": became,
        "cause": cause,
        "detail": detail,
    }
