"""What was sent to one person, or speaks of them, is stopped and erased.

A batch of notifications at a time. What has ended is erased in one transaction: words,
files, params, the address, and what providers said. What is still open is kept from
the person first, and is erased when it has ended.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce, Now

from callbacks import forgetting
from delivery import states, summing
from delivery.models import (
    Attachment,
    Attempt,
    Content,
    Incoming,
    LedgerEntry,
    Message,
    Notification,
    NotificationTag,
    OwnWords,
    Recipient,
    Repeat,
)
from delivery.states import OPEN_OVERALL, Move, Status
from notify_project.db.encryption import CannotOpen
from notify_project.queue.writing import writing
from recipients.erasing import ERASED, Person
from tenants.scoping import Scoped

# A larger file is looked into only by its name; it goes with its content's days.
_FILE_BYTES = 1_000_000
_NO_HASH = bytes(32)
_UNSENT = (Status.QUEUED, Status.CLAIMED)
RowT = TypeVar("RowT", bound=Scoped)


@dataclass(frozen=True, slots=True)
class Looked:
    """How many notifications were erased, and which have to end first."""

    erased: int
    waiting: tuple[UUID, ...]


def erase(
    person: Person, ids: Sequence[UUID], *, known: Collection[UUID] = ()
) -> Looked:
    """Look at these notifications of the tenant; `known` are about the person anyway.

    May be repeated, and killed in between.
    """
    rows = list(Notification.for_tenant(person.tenant_id).filter(id__in=ids))
    speaking = _speaking_of(person, rows)
    about = {*known, *_sent_to(person, ids), *speaking}
    open_ones = [one.id for one in rows if one.id in about and _is_open(one)]
    if open_ones:
        _stop(person, open_ones)
    still_open = set(_open(open_ones))
    ended = [one for one in rows if one.id in about and one.id not in still_open]
    if ended:
        # Words for thousands are about none of them, unless they say so.
        private = [one.id for one in ended if one.id in speaking or not one.fan_out]
        with writing():
            _forget_callbacks(person, ended)
            _erase_words(private)
            _erase_person(person, ended)
    return Looked(len(ended), tuple(sorted(still_open)))


def _forget_callbacks(person: Person, ended: Sequence[Notification]) -> None:
    """What was told, or is still to be told, of what was sent to them."""
    mine = Recipient.for_tenant(person.tenant_id).filter(
        address_hash__in=person.hashes,
        message__notification__in=[one.id for one in ended],
    )
    forgetting.forget(mine.values_list("message_id", flat=True))


def _is_open(one: Notification) -> bool:
    return one.status in OPEN_OVERALL or one.rollup_at is not None


def _open(ids: Sequence[UUID]) -> list[UUID]:
    rows = Notification.across_tenants().filter(id__in=ids)
    return [one.id for one in rows.defer("params") if _is_open(one)]


def _sent_to(person: Person, ids: Sequence[UUID]) -> QuerySet[Recipient, UUID]:
    mine = Recipient.for_tenant(person.tenant_id).filter(
        address_hash__in=person.hashes, message__notification__in=ids
    )
    return mine.values_list("message__notification_id", flat=True)


def _speaking_of(person: Person, rows: Sequence[Notification]) -> set[UUID]:
    """Those in whose words, params, files or labels the address stands."""
    ids = [one.id for one in rows]
    told: dict[UUID, list[object]] = {
        one.id: [one.params, one.warnings, one.correlation_id] for one in rows
    }
    for tag in NotificationTag.across_tenants().filter(notification__in=ids):
        told[tag.notification_id].append(tag.tag)
    for repeat in Repeat.across_tenants().filter(notification__in=ids):
        told[repeat.notification_id].append(repeat.correlation_id)
    contents = _opened(Content.across_tenants().filter(notification__in=ids))
    notification_of = {one.id: one.notification_id for one in contents}
    for content in contents:
        told[content.notification_id].append(content.body)
    for file in _files(notification_of):
        name = file.filename.rpartition(".")[0]  # "jane@example.org.pdf"
        told[notification_of[file.content_id]] += [
            *(file.filename, name, file.recipe, _bytes(file))
        ]
    return {key for key, values in told.items() if person.is_in(values)}


def _files(contents: Iterable[UUID]) -> list[Attachment]:
    files = Attachment.across_tenants().filter(content__in=list(contents))
    return _opened(files.defer("data"))


def _bytes(file: Attachment) -> bytes:
    """One at a time, and no large one: a batch of them could fill the memory."""
    if file.size > _FILE_BYTES:
        return b""
    row = Attachment.across_tenants().filter(id=file.id)
    try:
        return bytes(row.values_list("data", flat=True).first() or b"")
    except CannotOpen:
        return b""


def _opened(rows: QuerySet[RowT]) -> list[RowT]:
    """Without those that do not open: nobody can read these either."""
    try:
        return list(rows)
    except (CannotOpen, ValueError):
        pass  # one of them: ask for each by itself
    found: list[RowT] = []
    for key in rows.values_list("pk", flat=True):
        try:
            found += list(rows.filter(pk=key))
        except (CannotOpen, ValueError):
            continue
    return found


# --- What is still to be sent ---


def _stop(person: Person, ids: Sequence[UUID]) -> None:
    """Nothing more goes to the person: their messages are cancelled, and an envelope
    that others share goes to these alone. What a provider has cannot be called back."""
    waiting = Message.across_tenants().filter(
        notification__in=ids, state__in=_UNSENT, unknowns=0
    )
    mine = waiting.filter(recipients__address_hash__in=person.hashes).distinct()
    shared: list[Message] = []
    own: list[Message] = []
    for one in mine.prefetch_related("recipients"):
        others = [
            each
            for each in one.recipients.all()
            if each.kind == "to" and bytes(each.address_hash) not in person.hashes
        ]
        (shared if others else own).append(one)
    states.move([_cancelled(one) for one in own])
    for one in shared:
        _leave(person, one)
    summing.sum_up(ids)


def _cancelled(one: Message) -> Move:
    return Move(
        one,
        was=one.state,
        to=Status.CANCELLED,
        cause="erased",
        values={"hold_reason": ""},
        expected={"attempts": one.attempts},
    )


def _leave(person: Person, one: Message) -> None:
    """Of an envelope that waits; one that was claimed is on its way already."""
    with writing():
        waits = Message.across_tenants().filter(id=one.id, state=Status.QUEUED)
        if waits.update(hold_reason=F("hold_reason")):  # nobody claims it meanwhile
            Recipient.across_tenants().filter(
                message=one, address_hash__in=person.hashes
            ).delete()


# --- What has ended ---


def _erase_words(ids: Sequence[UUID]) -> None:
    contents = Content.across_tenants().filter(notification__in=ids)
    Attachment.across_tenants().filter(content__in=contents).delete()
    contents.update(body={})
    Notification.across_tenants().filter(id__in=ids).update(
        params=None, content_deleted_at=Coalesce("content_deleted_at", Now())
    )


def _erase_person(person: Person, rows: Sequence[Notification]) -> None:
    ids = [one.id for one in rows]
    for one in rows:
        _clean(person, one, "correlation_id", "warnings")
    _drop(person, NotificationTag.across_tenants().filter(notification__in=ids), "tag")
    repeats = Repeat.across_tenants().filter(notification__in=ids)
    _drop(person, repeats, "correlation_id")
    mine = Recipient.across_tenants().filter(
        message__notification__in=ids, address_hash__in=person.hashes
    )
    messages = list(Message.across_tenants().filter(recipients__in=mine).distinct())
    for message in messages:
        _clean(person, message, "error_detail", provider_ref="")
    OwnWords.across_tenants().filter(message__in=messages).delete()
    for attempt in Attempt.across_tenants().filter(message__in=messages):
        _clean(person, attempt, "detail", provider_ref="")
    for entry in LedgerEntry.across_tenants().filter(message__in=messages):
        _clean(person, entry, "detail")
    Incoming.objects.filter(matched_id__in=[one.id for one in messages]).delete()
    mine.update(address=ERASED, address_hash=_NO_HASH, detail="")


def _clean(person: Person, row: Scoped, *names: str, **values: str) -> None:
    """Write what is different without the address; nothing where nothing is."""
    wanted: dict[str, Any] = dict(values)
    for name in names:
        wanted[name] = person.without(getattr(row, name))
    changed = {
        name: value for name, value in wanted.items() if value != getattr(row, name)
    }
    if changed:
        type(row).across_tenants().filter(pk=row.pk).update(**changed)


def _drop(person: Person, rows: QuerySet[Any], name: str) -> None:
    found = [one.pk for one in rows if person.is_in(getattr(one, name))]
    rows.filter(pk__in=found).delete()
