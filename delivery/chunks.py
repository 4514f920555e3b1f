"""The states of chunks, and the only ways to change them.

queued -> claimed -> done; a claim whose worker vanished is queued again. A chunk that
is open may be cancelled, and one that kills its workers is dead: its people have no
message then, and are counted by its size.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from delivery.models import Chunk, Notification
from delivery.models.fan_out import CANCELLED, OPEN_CHUNK
from notify_project.queue import custody
from notify_project.queue.custody import Change, Suspicion
from notify_project.queue.models import CLAIMED, QUEUED
from notify_project.queue.writing import writing

_LIMIT = 100


def end(chunk: Chunk, token: UUID, state: str, *, size: int) -> bool:
    """Done or dead, part of the caller's transaction; False if it is not ours."""
    change = Change(chunk.id, token, {"size": size})
    moved = custody.change(
        Chunk, [change], was=CLAIMED, to=state, suspicion=Suspicion.CLEAR
    )
    return bool(moved)


def requeue_lapsed() -> None:
    """A chunk whose worker vanished has made no message yet: another may take it."""
    lost = custody.lapsed(Chunk, CLAIMED, _LIMIT)
    changes = [Change(one.id, one.claim_token) for one in lost]
    with writing():
        custody.change(Chunk, changes, was=CLAIMED, to=QUEUED)


def cancel(notification: Notification) -> int:
    """How many people will have no message.

    A chunk that is being composed at this moment is waited for: its messages are there
    then, to be cancelled like the others.
    """
    people = 0
    for chunk_id, size in _open(notification).values_list("id", "size"):
        with writing():
            changed = (
                _open(notification)
                .filter(id=chunk_id)
                .update(state=CANCELLED, claim_token=None, lease_until=None)
            )
        people += size * changed
    return people


def wait(notification: Notification) -> bool:
    """Whether some of its people have no message yet, and will have one."""
    return _open(notification).exists()


def _open(notification: Notification) -> QuerySet[Chunk]:
    own = Chunk.for_tenant(notification.tenant_id).filter(notification=notification)
    return own.filter(state__in=OPEN_CHUNK)
