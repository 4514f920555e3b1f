"""Make, change, verify and delete senders (D46)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from notify_project.errors import Conflict, Invalid, NotFound, TooMany
from notify_project.queue.writing import writing
from providers.channels.base import Channel, channel, check_line
from providers.models import Sender
from tenants import notices
from tenants.models import Notice, Tenant

VERIFICATION = "sender_verification"
LINKS_PER_HOUR = 20
# Such a mail goes to any address, so a tenant on trial, which may write to its safe
# list only, is given enough for its own senders and no more.
LINKS_PER_DAY, LINKS_ON_TRIAL = 50, 5
LINK_LIFE_SECONDS = 7 * 86_400
_SALT = "notify.sender"


class SenderNotFound(NotFound):
    """No such sender, or another tenant's."""

    code = "sender_not_found"


class SenderTaken(Conflict):
    """The tenant has this sender already."""

    code = "sender_taken"
    title = gettext_noop("The sender exists")


class SenderInUse(Conflict):
    """Something configured refers to it."""

    code = "sender_in_use"
    title = gettext_noop("The sender is in use")


class TooManyLinks(TooMany):
    """A tenant asks for more verification mails than anybody needs."""

    code = "too_many_links"


class InvalidLink(Invalid):
    """A verification link that is too old, altered, or no longer needed."""

    code = "invalid_link"
    title = gettext_noop("The link is not valid")


def find(tenant: Tenant, sender_id: UUID) -> Sender:
    """Raises SenderNotFound, for another tenant's as well."""
    sender = Sender.for_tenant(tenant).filter(id=sender_id).first()
    if sender is None:
        raise SenderNotFound(_("There is no sender with this id."))
    return sender


def create(
    tenant: Tenant,
    *,
    channel_code: str,
    address: str,
    name: str = "",
    reply_to: str = "",
    is_default: bool = False,
) -> Sender:
    """An unverified sender; an e-mail address is mailed a link (events/notices.py).

    Raises Invalid for an address that the channel cannot send from, SenderTaken.
    """
    kind = channel(channel_code)
    sender = Sender(
        tenant=tenant,
        channel=kind.code,
        address=_checked_address(kind, address, tenant),
        name=check_line(name, "name", max_length=100).strip(),
        reply_to=_reply_to(reply_to, tenant),
        is_default=False,
    )
    try:
        with writing(), transaction.atomic():
            sender.save(force_insert=True)
            if is_default:
                make_default(sender)
            if is_asked_by_mail(sender):
                ask(sender)
    except IntegrityError:
        raise SenderTaken(_("This sender exists already.")) from None
    return sender


def change(sender: Sender, tenant: Tenant, **values: Any) -> Sender:
    """Set name, reply_to, is_default; the address never changes."""
    if "name" in values:
        sender.name = check_line(values["name"], "name", max_length=100).strip()
    if "reply_to" in values:
        sender.reply_to = _reply_to(values["reply_to"], tenant)
    with writing():
        sender.save(update_fields=["name", "reply_to"])
        if values.get("is_default") is True:
            make_default(sender)
        elif values.get("is_default") is False:
            sender.is_default = False
            sender.save(update_fields=["is_default"])
    return sender


def make_default(sender: Sender) -> None:
    """This one, and no other of its channel.

    One that is not verified does not take the place of one that is: sending would stop.
    """
    own = Sender.for_tenant(sender.tenant_id).filter(channel=sender.channel)
    working = own.filter(is_default=True, verified_at__isnull=False)
    if sender.verified_at is None and working.exclude(id=sender.id).exists():
        raise Invalid(
            _("This sender is not verified yet. Make it the default when it is."),
            field="isDefault",
        )
    own.exclude(id=sender.id).update(is_default=False)
    own.filter(id=sender.id).update(is_default=True)
    sender.is_default = True


def delete(sender: Sender) -> None:
    """Raises SenderInUse naming what uses it."""
    try:
        with writing():
            sender.delete()
    except ProtectedError as error:
        users = ", ".join(sorted({str(one) for one in error.protected_objects})[:5])
        raise SenderInUse(
            _("The sender is used by: %(users)s. Take it out there first.")
            % {"users": users}
        ) from None


def token(sender: Sender) -> str:
    """What the mailed link carries: this sender, this purpose, for a week."""
    return signing.dumps(str(sender.id), salt=_SALT)


def opened(text: str) -> Sender:
    """The sender of a link; raises InvalidLink. Changes nothing."""
    try:
        sender_id = UUID(signing.loads(text, salt=_SALT, max_age=LINK_LIFE_SECONDS))
    except (signing.BadSignature, ValueError, TypeError):
        sender_id = None
    found = Sender.across_tenants().filter(id=sender_id).first() if sender_id else None
    if found is None:
        raise InvalidLink(_("This link is too old or not complete. Ask for a new one."))
    return found


def verify(sender: Sender) -> bool:
    """The owner of the address agreed, or the operator vouches; False if it was so."""
    waiting = Sender.across_tenants().filter(id=sender.id, verified_at__isnull=True)
    return bool(waiting.update(verified_at=Now()))


def is_asked_by_mail(sender: Sender) -> bool:
    """Whole domains, numbers and names are for the operator to verify."""
    return sender.channel == "email" and "@" in sender.address


def ask(sender: Sender) -> None:
    """Mail a link that verifies it, in the caller's transaction (events/notices.py).

    Raises TooManyLinks.
    """
    tenant = sender.tenant
    if _mailed(tenant, hours=1) >= LINKS_PER_HOUR:
        raise TooManyLinks(
            _("At most %(limit)s verification mails are sent in an hour. Wait a while.")
            % {"limit": LINKS_PER_HOUR},
            retry_after_seconds=3600,
        )
    a_day = LINKS_ON_TRIAL if tenant.trial else LINKS_PER_DAY
    if _mailed(tenant, hours=24) >= a_day:
        raise TooManyLinks(
            _(
                "At most %(limit)s verification mails are sent in a day, %(trial)s on "
                "trial. Wait until tomorrow, or ask the operator to verify the sender."
            )
            % {"limit": LINKS_PER_DAY, "trial": LINKS_ON_TRIAL},
            retry_after_seconds=24 * 3600,
        )
    notices.store(tenant, VERIFICATION, {"sender": str(sender.id)})


def _mailed(tenant: Tenant, *, hours: int) -> int:
    since = Now() - timedelta(hours=hours)
    asked = Notice.for_tenant(tenant).filter(kind=VERIFICATION, created_at__gt=since)
    return asked.count()


def _checked_address(kind: Channel, address: str, tenant: Tenant) -> str:
    if kind.addresses_are_accounts:
        raise Invalid(
            _("A chat message comes from its destination; it has no sender."),
            field="channel",
        )
    try:
        if kind.code == "email" and "@" not in address:
            return kind.normalise(f"postmaster@{address}", region="").split("@")[1]
        return kind.normalise_sender(address, region=tenant.phone_region)
    except Invalid as error:
        raise Invalid(error.message, field="address", code=error.kind) from None


def _reply_to(address: str, tenant: Tenant) -> str:
    if not address:
        return ""
    try:
        return channel("email").normalise(address, region=tenant.phone_region)
    except Invalid as error:
        raise Invalid(error.message, field="replyTo", code=error.kind) from None
