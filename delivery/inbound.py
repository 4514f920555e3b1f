"""Texts that people send to our numbers: whose they are, and what they wish.

A number belongs to the tenant whose account it came over, or that has it as a verified
sender. Of a number that several use, the text is for whoever wrote to this person last
over this account; a STOP counts for all of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import structlog
from django.db.models import QuerySet

from callbacks import forgetting, kinds
from callbacks.publishing import Event, publish_all, stamp
from delivery.models import Incoming, ReceivedText, Recipient
from notify_project.db.hashing import address_hash
from notify_project.errors import Invalid
from notify_project.queue.writing import writing
from providers.base import IncomingText
from providers.channels.base import channel
from providers.models import Account, Sender
from recipients import suppression
from recipients.erasing import Person
from tenants.models import Tenant

_SMS = "sms"
_STOP, _START = ReceivedText.Wish.STOP, ReceivedText.Wish.START
# The whole text, without case and punctuation: those that networks know, and French.
_WISHES: Mapping[str, str] = {
    **dict.fromkeys(
        ("stop", "stopall", "stop all", "unsubscribe", "cancel", "end", "quit"), _STOP
    ),
    **dict.fromkeys(("arret", "arrêt", "arreter", "arrêter", "desabonner"), _STOP),
    **dict.fromkeys(("start", "unstop", "yes", "debut", "début"), _START),
}
_AROUND = re.compile(r"^[\W_]+|[\W_]+$")
_DIGITS = re.compile(r"[1-9]\d{9,14}")

log = structlog.get_logger(__name__)


def wish_of(text: str) -> str:
    """ "stop" or "start" if the text says that and nothing else."""
    return _WISHES.get(_AROUND.sub("", text.strip().lower())[:20], "")


def owners(account: Account, text: IncomingText) -> Sequence[UUID]:
    """The tenants whose text it is: whoever keeps it first, and those whom its wish is
    for as well. Of a number that several use it asks for each: not in a transaction."""
    return _owners(account, _number(text.number), _number(text.sender))


def take(
    account: Account, text: IncomingText, tenants: Sequence[UUID], *, at: datetime
) -> ReceivedText | None:
    """Store it with its tenant, heed its wish and tell the tenant's programs, in the
    caller's transaction; None if the number is nobody's."""
    if not tenants:
        log.warning("text_for_nobody", account_id=account.id)
        return None
    number, sender = _number(text.number), _number(text.sender)
    wish = text.wish or wish_of(text.text)
    for tenant in tenants if wish else ():
        _heed(tenant, sender, wish)
    received = ReceivedText(
        tenant_id=tenants[0],
        account=account,
        provider=account.provider,
        provider_ref=text.provider_ref[:200],
        number=number[:20],
        sender=sender,
        sender_hash=_hash(tenants[0], sender),
        text=text.text,
        wish=wish,
        created_at=at,
    )
    received.save(force_insert=True)
    publish_all([_event(received)])
    log.info("text_received", id=received.id, tenant_id=tenants[0], kind=wish or "text")
    return received


def forget(person: Person) -> int:
    """How many texts of one person were deleted: with what providers brought, and what
    the tenant's programs were told of them."""
    own = ReceivedText.for_tenant(person.tenant_id)
    rows = own.filter(sender_hash__in=person.hashes)
    with writing():
        ids = list(rows.values_list("id", flat=True))
        forgetting.forget(ids)
        Incoming.objects.filter(matched_id__in=ids).delete()
        rows.filter(id__in=ids).delete()
    return len(ids)


def _event(received: ReceivedText) -> Event:
    """Document 004's body, key for key."""
    data = {
        "id": str(received.id),
        "source_number": received.sender,
        "destination_number": received.number,
        "message": received.text,
        "date_received": stamp(received.created_at),
    }
    kind, subject = kinds.SMS_RECEIVED, received.id
    return Event(received.tenant_id, kind, data, channel=_SMS, subject=subject)


def _heed(tenant_id: UUID, sender: str, wish: str) -> None:
    if wish == _STOP:
        suppression.keep_away(
            tenant_id, channel_code=_SMS, normalised=sender, reason="stopped"
        )
    else:
        suppression.let_back(tenant_id, channel_code=_SMS, normalised=sender)


def _owners(account: Account, number: str, sender: str) -> Sequence[UUID]:
    """Whose text it is, first; with whoever else wrote to this person from there."""
    if account.tenant_id is not None:
        return [account.tenant_id]
    having = Sender.across_tenants().filter(
        channel=_SMS, address=number, verified_at__isnull=False
    )
    owners = list(having.order_by().values_list("tenant_id", flat=True).distinct())
    if len(owners) == 1:
        return owners
    candidates: QuerySet[Tenant] = Tenant.objects.filter(active=True)
    if owners:
        candidates = candidates.filter(id__in=owners)
    return _writers(candidates.values_list("id", flat=True), account, sender)


def _writers(
    tenants: QuerySet[Tenant, UUID], account: Account, sender: str
) -> Sequence[UUID]:
    """Who of them wrote to this person over the account, the last first. A probe of an
    index for each: the hash of an address is each tenant's own."""
    found: list[tuple[datetime, UUID]] = []
    for tenant_id in tenants.iterator():
        wrote = Recipient.for_tenant(tenant_id).filter(
            address_hash=_hash(tenant_id, sender), message__account=account
        )
        last = wrote.order_by("-created_at").values_list("created_at", flat=True)
        if at := last.first():
            found.append((at, tenant_id))
    return [tenant_id for _at, tenant_id in sorted(found, reverse=True)]


def _hash(tenant_id: UUID, sender: str) -> bytes:
    return address_hash(tenant_id, channel(_SMS).folded(sender))


def _number(given: str) -> str:
    """In E.164 where it is a whole number; short codes and names as they are."""
    bare = given.strip()
    try:
        whole = f"+{bare}" if _DIGITS.fullmatch(bare) else bare
        return channel(_SMS).normalise(whole, region="")
    except Invalid:
        return bare
