"""Onto a list and off it: asked, confirmed, unsubscribed, and back.

An address is put on a list by whoever claims that it wants to be; only its owner's yes,
by the link that is sent there, makes it a subscriber (double opt-in). Who left is asked
again like a stranger. Every change compares and sets, so that it may come twice.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from notify_project.db.hashing import address_hash
from notify_project.db.unique import insert_first
from notify_project.errors import Invalid
from notify_project.queue.writing import writing
from providers.channels.base import Channel, channel
from recipients import links, suppression
from recipients.errors import (
    InvalidSubscription,
    InvalidSubscriptionLink,
    LeftTheList,
    SubscriptionNotFound,
)
from recipients.models import SubscriberList, Subscription
from tenants import notices
from tenants.models import Tenant

QUESTION = "subscription"  # the kind of notice that asks (events/notices.py)
# Nobody's mailbox is filled with questions: a repeat within this time asks nothing.
ASK_AGAIN_SECONDS = 600
# A question that nobody answered, and its address, are forgotten.
PENDING_DAYS = 30
FORGET_EVERY_SECONDS = 3600.0
_ONCE = "list_id, channel, address_hash"
_S = Subscription.Status


def subscribe(
    to: SubscriberList,
    *,
    channel_code: str,
    address: str,
    locale: str = "",
    confirmed: bool = False,
) -> Subscription:
    """Ask the owner of the address; nothing, if they are subscribed already.

    `confirmed` says that the tenant has their yes: then they are not asked, unless they
    left before. Raises InvalidSubscription, and LeftTheList for a claimed yes of
    somebody who left.
    """
    kind = _kind(channel_code)
    row = _new(to, kind, address, locale)
    _refuse_suppressed(row)
    with writing():
        if not insert_first(row, unique=_ONCE):
            row = _there(row)
        if row.status == _S.CONFIRMED:
            return row
        if confirmed and row.status == _S.UNSUBSCRIBED:
            raise LeftTheList(
                _("They unsubscribed. Leave confirmed out, and they are asked.")
            )
        if confirmed:
            _change(row, _S.PENDING, _S.CONFIRMED)
        else:
            _ask(row)
    row.refresh_from_db()
    return row


def confirm(row: Subscription) -> bool:
    """The owner of the address said yes; False if nothing had to be changed."""
    with writing():
        return _change(row, _S.PENDING, _S.CONFIRMED)


def unsubscribe(row: Subscription) -> bool:
    """Nothing more goes there; False if nothing had to be changed."""
    with writing():
        from_pending = _change(row, _S.PENDING, _S.UNSUBSCRIBED)
        return _change(row, _S.CONFIRMED, _S.UNSUBSCRIBED) or from_pending


def come_back(row: Subscription) -> bool:
    """Undo, by the link of one who had confirmed before; False if there is no undo."""
    if row.confirmed_at is None:
        return False
    with writing():
        return _change(row, _S.UNSUBSCRIBED, _S.CONFIRMED)


def find(tenant: Tenant, subscription_id: UUID) -> Subscription:
    """Raises SubscriptionNotFound, for another tenant's as well."""
    rows = Subscription.for_tenant(tenant).select_related("list")
    row = rows.filter(id=subscription_id).first()
    if row is None:
        raise SubscriptionNotFound(_("There is no subscription with this id."))
    return row


def opened(subscription_id: UUID | None) -> Subscription:
    """The subscription of a link; raises InvalidSubscriptionLink. Changes nothing."""
    # Across tenants: whose it is, the signed link says.
    rows = Subscription.across_tenants().select_related("list", "tenant")
    row = rows.filter(id=subscription_id).first() if subscription_id else None
    if row is None:
        raise InvalidSubscriptionLink(
            _("This link is too old or not complete. Ask whoever sent it for another.")
        )
    return row


def opened_to_confirm(token: str) -> Subscription:
    """As `opened`; also of one that was answered already."""
    return opened(links.confirmed_by(token))


def forget_unanswered() -> None:
    """Delete what nobody answered in time, but for those who once left."""
    until = timezone.now() - timedelta(days=PENDING_DAYS)
    with writing():
        Subscription.across_tenants().filter(
            status=_S.PENDING, ended_at=None, created_at__lt=until
        ).delete()


def _kind(code: str) -> Channel:
    kind = channel(code, field="channel")
    if kind.addresses_are_accounts:
        raise InvalidSubscription(
            _("Nobody subscribes by %(channel)s: its recipients are yours.")
            % {"channel": kind.code},
            field="channel",
        )
    return kind


def _new(to: SubscriberList, kind: Channel, address: str, locale: str) -> Subscription:
    try:
        normal = kind.normalise(address.strip(), region=to.tenant.phone_region)
    except Invalid as error:
        raise InvalidSubscription(error.message, field="address") from None
    return Subscription(
        tenant_id=to.tenant_id,
        list=to,
        channel=kind.code,
        address=normal,
        address_hash=address_hash(to.tenant_id, kind.folded(normal)),
        locale=locale,
    )


def _refuse_suppressed(row: Subscription) -> None:
    """Nothing could be sent there, so a yes would be worth nothing: who opted out of
    everything is released first."""
    key = bytes(row.address_hash)
    reasons = suppression.standing([key]).get((row.channel, key), ())
    if why := suppression.why(reasons, mandatory=False):
        raise InvalidSubscription(
            _(
                "The address is on the suppression list (%(reason)s). Release it "
                "first, if its owner wants it."
            )
            % {"reason": why},
            field="address",
            code="address_suppressed",
        )


def _there(row: Subscription) -> Subscription:
    rows = Subscription.for_tenant(row.tenant_id).select_related("list")
    return rows.get(
        list_id=row.list_id, channel=row.channel, address_hash=row.address_hash
    )


def _ask(row: Subscription) -> None:
    """Once in a while, however often somebody wants it."""
    now = timezone.now()
    if row.asked_at and (now - row.asked_at).total_seconds() < ASK_AGAIN_SECONDS:
        return
    _rows(row).update(status=_S.PENDING, asked_at=now)
    notices.store(row.list.tenant, QUESTION, {"subscription": str(row.id)})


def _change(row: Subscription, was: str, to: str) -> bool:
    now = timezone.now()
    at = {_S.CONFIRMED: "confirmed_at", _S.UNSUBSCRIBED: "ended_at"}[_S(to)]
    changed = _rows(row).filter(status=was).update(status=to, **{at: now})
    return bool(changed)


def _rows(row: Subscription) -> QuerySet[Subscription]:
    return Subscription.for_tenant(row.tenant_id).filter(id=row.id)
