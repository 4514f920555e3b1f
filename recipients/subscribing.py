"""Onto a list and off it: asked, confirmed, unsubscribed, and back.

An address is put on a list by whoever claims that it wants to be; only its owner's yes,
by the link that is sent there, makes it a subscriber (double opt-in). Who left is asked
again like a stranger. Every change compares and sets, so that it may come twice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from notify_project.db.hashing import address_hash
from notify_project.db.unique import insert_first
from notify_project.errors import Invalid
from notify_project.queue.writing import writing
from providers.channels.base import Channel, channel
from recipients import links, safe_list, suppression
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
PARAMS_BYTES = 10_000
_TAG = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}")
_ONCE = "list_id, channel, address_hash"
_S = Subscription.Status


def subscribe(
    to: SubscriberList,
    *,
    channel_code: str,
    address: str,
    locale: str = "",
    params: Mapping[str, Any] | None = None,
    confirmed: bool = False,
) -> Subscription:
    """Ask the owner of the address; nothing, if they are subscribed already.

    `confirmed` says that the tenant has their yes: then they are not asked, unless they
    left before. A tenant on trial asks those on its safe list only. Raises
    InvalidSubscription, and LeftTheList for a claimed yes of somebody who left.
    """
    if to.service_id is not None:
        raise InvalidSubscription(
            _("A service keeps this list: subscribe there."), field="list"
        )
    kind = kind_of(channel_code)
    row = new(to, kind, address)
    row.locale, row.params = checked_locale(locale), checked_params(params)
    _refuse(row, to.tenant)
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


def refuse_stranger(to: SubscriberList, *, channel_code: str, address: str) -> None:
    """For who may ask those on the safe list only; raises InvalidSubscription."""
    _refuse_stranger(new(to, kind_of(channel_code), address), to.tenant)


def describe(
    row: Subscription,
    *,
    locale: str | None = None,
    params: Mapping[str, Any] | None = None,
) -> None:
    """What is given replaces what is known of them, for the words that they get; {}
    forgets the params. Raises InvalidSubscription."""
    if locale is not None:
        row.locale = checked_locale(locale)
    if params is not None:
        row.params = checked_params(params)
    with writing():
        _rows(row).update(locale=row.locale, params=row.params)


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


def kind_of(code: str) -> Channel:
    """The channel, if people can subscribe over it; raises InvalidSubscription."""
    kind = channel(code, field="channel")
    if kind.addresses_are_accounts:
        raise InvalidSubscription(
            _("Nobody subscribes by %(channel)s: its recipients are yours.")
            % {"channel": kind.code},
            field="channel",
        )
    return kind


def new(to: SubscriberList, kind: Channel, address: str) -> Subscription:
    """The row, not saved; raises InvalidSubscription for no address."""
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
    )


def checked_locale(locale: str) -> str:
    """Raises InvalidSubscription for what is no language tag."""
    if locale and not _TAG.fullmatch(locale):
        raise InvalidSubscription(
            _("Give a language tag, such as en or fr-CA."), field="locale"
        )
    return locale


def checked_params(params: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """None for none; raises InvalidSubscription for too many."""
    if not params:
        return None
    if len(json.dumps(params)) > PARAMS_BYTES:
        raise InvalidSubscription(
            _("The params of one subscriber have more than %(limit)d bytes.")
            % {"limit": PARAMS_BYTES},
            field="params",
        )
    return dict(params)


def usable(locale: str, params: Mapping[str, Any]) -> tuple[str, dict[str, Any] | None]:
    """Of what somebody else says of a subscriber, what could have been said here."""
    try:
        known = checked_params(params)
    except (InvalidSubscription, TypeError, ValueError):
        known = None
    return (locale if _TAG.fullmatch(locale) else ""), known


def _refuse(row: Subscription, tenant: Tenant) -> None:
    """Whoever must not be written to, or may not by this tenant."""
    _refuse_suppressed(row)
    if tenant.trial:
        _refuse_stranger(row, tenant)


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


def _refuse_stranger(row: Subscription, tenant: Tenant) -> None:
    """The question is a message too."""
    if safe_list.strangers(tenant, row.channel, [row.address]):
        raise InvalidSubscription(
            _(
                "The address is not on the safe list, and a tenant on trial and team "
                "keys write to nobody else. Add it there first."
            ),
            field="address",
            code="not_on_safe_list",
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
