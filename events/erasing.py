"""Forget one person: everywhere their address lies, by steps that may be killed.

1. `ask` stores the order. 2. `carry_on` looks into groups, remembered answers and
samples; then through the tenant's history, from the newest back; then at what was on
its way, when it has ended. 3. The address goes from the order itself, which stays as
the proof, with what remains and why.

Each step may run twice and by several at once. A chore carries on with what is open.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from delivery import erasing as history
from delivery import inbound
from delivery.models import Notification
from events.errors import InvalidErasure
from events.models import Erasure, EventVersion, IdempotencyKey
from events.remains import remaining
from notify_project.errors import Invalid
from notify_project.queue.writing import writing
from recipients import erasing as people
from recipients.erasing import Person
from templates_app.models import Template
from tenants.models import Notice, RefusedCall, Tenant
from tenants.scoping import Scoped

EVERY_SECONDS = 60.0
BATCH = 200
_ROWS = 1000
_TURN_SECONDS = 40.0  # of a chore: others wait behind it
REASON_LENGTH = 300
_Stage = Erasure.Stage


def ask(tenant: Tenant, address: str, *, reason: str, asked_by: str) -> Erasure:
    """Store the order. Raises InvalidErasure for what is no address or no reason."""
    try:
        who = people.person(tenant, address)
    except Invalid as refusal:
        raise InvalidErasure(refusal.message, field="address") from None
    why = reason.strip()
    if not why or len(why) > REASON_LENGTH or not why.isprintable():
        raise InvalidErasure(
            _("Say why, in one line of at most %(limit)s characters.")
            % {"limit": REASON_LENGTH},
            field="reason",
        )
    if who.is_in(why):
        raise InvalidErasure(
            _("Leave the address out of the reason: the reason is kept."),
            field="reason",
        )
    order = Erasure(
        tenant=tenant, address=address.strip(), reason=why, asked_by=asked_by[:300]
    )
    with writing():
        order.save(force_insert=True)
    order.refresh_from_db()
    return order


def carry_on_all() -> None:
    """Whatever is open, for a while; the next turn goes on."""
    until = time.monotonic() + _TURN_SECONDS
    open_ones = Erasure.across_tenants().filter(finished_at__isnull=True)
    for order in open_ones.select_related("tenant").order_by("created_at"):
        carry_on(order, until=until)


def carry_on(order: Erasure, *, until: float | None = None) -> bool:
    """Go on until it is done, or until this time (time.monotonic), or until all that
    is left is on its way to somebody; whether it is done."""
    if order.address is None:
        return True
    who = people.person(order.tenant, order.address)
    while order.stage != _Stage.DONE:
        before = (order.stage, order.position_id, order.waiting)
        _STEPS[order.stage](order, who)
        order.refresh_from_db()
        if before == (order.stage, order.position_id, order.waiting):
            return False
        if until is not None and time.monotonic() > until:
            break
    return order.stage == _Stage.DONE


def _places(order: Erasure, who: Person) -> None:
    """Groups, remembered answers, mails of our own, samples: all of them again if this
    is killed."""
    found = Counter(people.forget(who))
    found["answers"] = _rewritten(who, IdempotencyKey, "answer")
    found["samples"] = _rewritten(who, Template, "sample_params")
    found["samples"] += _rewritten(who, EventVersion, "sample_params")
    found["notices"] = _dropped_notices(who)
    # A correlation id is whatever a program made it of.
    found["refused_calls"] = _rewritten(who, RefusedCall, "correlation_id")
    found["texts"] = inbound.forget(who)
    _save(order, found, stage=_Stage.HISTORY)


def _history(order: Erasure, who: Person) -> None:
    """The next notifications back; those that were on their way wait."""
    rows = _behind(order).order_by("-created_at", "-id")
    batch = list(rows.values_list("created_at", "id")[:BATCH])
    if not batch:
        _save(order, {}, stage=_Stage.WAITING)
        return
    looked = history.erase(who, [identity for _at, identity in batch])
    at, identity = batch[-1]
    _save(
        order,
        {"notifications": looked.erased},
        position_at=at,
        position_id=identity,
        waiting=[*order.waiting, *map(str, looked.waiting)],
    )


def _behind(order: Erasure) -> QuerySet[Notification]:
    own = Notification.for_tenant(order.tenant_id)
    if order.position_at is None:
        return own.filter(created_at__lte=order.created_at)
    return own.filter(
        Q(created_at__lte=order.position_at),
        Q(created_at__lt=order.position_at) | Q(id__lt=order.position_id),
    )


def _waiting(order: Erasure, who: Person) -> None:
    """What was on its way; when nothing is any more, the order is done."""
    ids = [UUID(one) for one in order.waiting]
    erased, left = 0, []
    for start in range(0, len(ids), BATCH):
        looked = history.erase(who, ids[start : start + BATCH], known=ids)
        erased += looked.erased
        left += [str(one) for one in looked.waiting]
    if left:
        _save(order, {"notifications": erased}, waiting=left)
        return
    _save(
        order,
        {"notifications": erased},
        stage=_Stage.DONE,
        waiting=[],
        address=None,
        remains=remaining(who),
        finished_at=Now(),
    )


_STEPS: Mapping[str, Callable[[Erasure, Person], None]] = {
    _Stage.PLACES: _places,
    _Stage.HISTORY: _history,
    _Stage.WAITING: _waiting,
}


def _save(order: Erasure, found: Mapping[str, int], **values: Any) -> None:
    """Unless somebody else has gone on from here meanwhile."""
    counts = dict(Counter(order.counts) + Counter(found))
    with writing():
        Erasure.for_tenant(order.tenant_id).filter(
            id=order.id,
            stage=order.stage,
            position_id=order.position_id,
            waiting=order.waiting,
        ).update(counts=counts, **values)


def _rewritten(who: Person, model: type[Scoped], name: str) -> int:
    """Rows whose JSON held the address, and now holds a word in its place."""
    count = 0
    for row in _rows(who, model):
        value = getattr(row, name)
        if who.is_in(value):
            with writing():
                same = model.across_tenants().filter(pk=row.pk)
                count += same.update(**{name: who.without(value)})
    return count


def _dropped_notices(who: Person) -> int:
    """Mails of our own to the person: told already, or not to be told any more."""
    ids = [one.pk for one in _rows(who, Notice) if who.is_in(one.data)]
    with writing():
        gone, _by_table = Notice.across_tenants().filter(pk__in=ids).delete()
    return gone


def _rows(who: Person, model: type[Any]) -> Iterator[Any]:
    """All rows of the tenant, some at a time, in order of id."""
    after: UUID | None = None
    while True:
        own = model.for_tenant(who.tenant_id).order_by("id")
        found: Sequence[Any] = list(
            (own.filter(id__gt=after) if after else own)[:_ROWS]
        )
        yield from found
        if len(found) < _ROWS:
            return
        after = found[-1].id
