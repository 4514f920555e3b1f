"""Who was meant and must not get it: left out, and told; asked twice.

1. `withhold`, when a request was composed: it is answered with warnings, or with 422
if nobody is left. What stays here is recorded as suppressed messages. 2. `heed`, just
before a message goes out: the list may have grown since. One query each.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from delivery import receipts
from delivery.composed import Address, Composed, ComposedChannel
from delivery.errors import RecipientsSuppressed
from delivery.gates import SUPPRESSED, Shut, suppressed
from delivery.models import Message
from notify_project.db.hashing import address_hash
from notify_project.errors import FieldError
from notify_project.queue.writing import writing
from providers.channels.base import channel
from recipients import lists, suppression
from recipients.suppression import Standing

# Why somebody is left out, in a warning or refusal: "left out (opted out)".
WORDS: dict[str, str | Promise] = {
    "bounced": gettext_lazy("bounced"),
    "complained": gettext_lazy("complained"),
    "stopped": gettext_lazy("answered STOP"),
    "by_hand": gettext_lazy("blocked by the tenant"),
    "opted_out": gettext_lazy("opted out"),
}
_COPY = "copy"  # not on the list, but everybody in `to` is


def withhold(composed: Composed) -> Composed:
    """Without those whom the suppression list keeps it from; a warning for each field.

    A channel without anybody in `to` goes to nobody. Raises RecipientsSuppressed if
    that leaves none.
    """
    plan = composed.plan
    standing = suppression.standing(
        _hash(plan.tenant_id, one, each)
        for one in composed.channels
        for each in one.addresses
        if not channel(one.plan.channel).addresses_are_accounts
    )
    if not standing:
        return composed
    channels = tuple(
        _spared(plan.tenant_id, one, standing, mandatory=plan.mandatory)
        for one in composed.channels
    )
    if not any(one.addresses or one.plan.fan_outs for one in channels):
        raise _nobody(channels)
    warnings = [text for one in channels for text in _warnings(one)]
    told = replace(plan, warnings=(*plan.warnings, *warnings))
    return Composed(told, channels)


def _spared(
    tenant_id: UUID, one: ComposedChannel, standing: Standing, *, mandatory: bool
) -> ComposedChannel:
    code = one.plan.channel
    kept: list[Address] = []
    left_out: list[Address] = []
    for each in one.addresses:
        reasons = standing.get((code, _hash(tenant_id, one, each)), ())
        why = suppression.why(reasons, mandatory=mandatory)
        if why:
            left_out.append(replace(each, withheld=why))
        else:
            kept.append(each)
    copies = [each for each in kept if each.subscription is None]
    if left_out and not any(each.kind == "to" for each in copies):
        # Copies of a mail that nobody gets would puzzle their readers.
        left_out += [replace(each, withheld=_COPY) for each in copies]
        kept = [each for each in kept if each.subscription is not None]
    return replace(one, addresses=tuple(kept), left_out=tuple(left_out))


def _hash(tenant_id: UUID, one: ComposedChannel, each: Address) -> bytes:
    return address_hash(tenant_id, channel(one.plan.channel).folded(each.normalised))


def _nobody(channels: Sequence[ComposedChannel]) -> RecipientsSuppressed:
    """One entry for each channel: whom it was for, and why nobody is left."""
    entries = [
        FieldError(
            f"{one.plan.path}recipients.to",
            RecipientsSuppressed.code,
            _(
                "%(field)s: everybody is on the suppression list (%(reasons)s). An "
                "administrator can release an address."
            )
            % {
                "field": f"{one.plan.path}recipients.to",
                "reasons": _reasons(each for each in one.left_out if each.kind == "to"),
            },
        )
        for one in channels
    ]
    return RecipientsSuppressed(entries[0].message, errors=entries)


def _warnings(one: ComposedChannel) -> list[str]:
    """By field; who it is stays out of it, for warnings are stored readably."""
    listed: dict[str, list[Address]] = defaultdict(list)
    copies: Counter[str] = Counter()
    for each in one.left_out:
        if each.withheld == _COPY:
            copies[each.field] += 1
        else:
            listed[each.field].append(each)
    return [
        *(
            _("%(field)s: %(count)s left out, on the suppression list (%(reasons)s).")
            % {"field": field, "count": len(some), "reasons": _reasons(some)}
            for field, some in listed.items()
        ),
        *(
            _("%(field)s: %(count)s left out, for nobody is left in to.")
            % {"field": field, "count": count}
            for field, count in copies.items()
        ),
    ]


def _reasons(addresses: Iterable[Address]) -> str:
    found = dict.fromkeys(one.withheld for one in addresses)
    return ", ".join(str(WORDS[one]) for one in found)


def heed(messages: Sequence[Message]) -> dict[UUID, Shut]:
    """By id, the messages that nobody may get any more.

    Who of several must not get a mail is marked, and the mail goes to the others. The
    messages' recipients are loaded; one query, one more for subscribers, and more only
    if somebody is listed.
    """
    asked = [one for one in messages if not one.asking]
    found = _who_left(asked)
    standing = suppression.standing(
        bytes(each.address_hash)
        for one in asked
        if not channel(one.channel).addresses_are_accounts
        for each in one.recipients.all()
    )
    marked: dict[Message, dict[int, str]] = {}
    for one in asked if standing else ():
        listed = _listed(one, standing)
        left = [each for each in one.recipients.all() if each.pk not in listed]
        if listed and not any(each.kind == "to" for each in left):
            why = next(iter(listed.values()))
            found[one.id] = suppressed(why, doubtful=one.unknowns > 0)
        elif listed:
            marked[one] = listed
    _mark(marked)
    return found


def _who_left(messages: Sequence[Message]) -> dict[UUID, Shut]:
    """Messages to subscribers who have left the list since; no query without any."""
    ids = {one.subscription_id for one in messages if one.subscription_id}
    if not ids:
        return {}
    still = lists.subscribed(ids)
    return {
        one.id: suppressed("unsubscribed", doubtful=one.unknowns > 0)
        for one in messages
        if one.subscription_id is not None and one.subscription_id not in still
    }


def _listed(message: Message, standing: Standing) -> dict[int, str]:
    """Those of its recipients who must not get it, and why."""
    found: dict[int, str] = {}
    for each in message.recipients.all():
        reasons = standing.get((message.channel, bytes(each.address_hash)), ())
        why = suppression.why(reasons, mandatory=message.notification.mandatory)
        if why:
            found[each.pk] = why
    return found


def _mark(marked: Mapping[Message, Mapping[int, str]]) -> None:
    """Store it, and load these messages' recipients as they are now."""
    by_reason: dict[str, list[int]] = defaultdict(list)
    for listed in marked.values():
        for key, why in listed.items():
            by_reason[SUPPRESSED[why]].append(key)
    if not by_reason:
        return
    with writing():
        receipts.note_withheld(by_reason)
    for one in marked:
        getattr(one, "_prefetched_objects_cache", {}).pop("recipients", None)
    prefetch_related_objects(list(marked), "recipients")
