"""The words of our own messages, by the kind of notice that asks for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from callbacks import kinds, switching
from callbacks.models import Endpoint
from delivery.plan import SenderPlan
from events.errors import SenderNotConfigured, SenderNotVerified
from events.senders import choose
from providers import senders
from providers.channels.base import channel
from providers.models import Sender
from recipients import links, subscribing
from recipients.models import Subscription
from tenants import inviting
from tenants.models import Membership, Notice, Tenant


@dataclass(frozen=True, slots=True)
class Letter:
    """What one reader gets. `by_system` goes through a system account alone."""

    address: str
    texts: Mapping[str, str]
    channel: str = "email"
    sender: SenderPlan | None = None  # None is our own

    @property
    def by_system(self) -> bool:
        return self.sender is None


def of(notice: Notice) -> Letter | None:
    """Its letter; None where nothing has to be told any more."""
    with translation.override(notice.tenant.locale):
        return _LETTERS[notice.kind](notice)


def _verification(notice: Notice) -> Letter | None:
    sender = Sender.across_tenants().filter(id=notice.data["sender"]).first()
    if sender is None or sender.verified_at:
        return None
    path = reverse("verify-sender", args=[senders.token(sender)])
    body = _(
        "%(tenant)s wants to send messages from this address, %(address)s.\n\n"
        "If that is right, open this page within a week and confirm:\n\n%(link)s\n\n"
        "If you do not know what this is about, do nothing."
    ) % {
        "tenant": sender.tenant.name,
        "address": sender.address,
        "link": f"{settings.PUBLIC_URL}{path}",
    }
    subject = _("Confirm that this address may send messages")
    return Letter(sender.address, {"subject": subject, "body": body})


def _question(notice: Notice) -> Letter | None:
    """Does the owner of an address want what a list sends?"""
    rows = Subscription.for_tenant(notice.tenant_id).select_related("list")
    row = rows.filter(
        id=UUID(notice.data["subscription"]), status=Subscription.Status.PENDING
    ).first()
    if row is None:
        return None
    with translation.override(row.locale or notice.tenant.locale):
        return Letter(
            str(row.address),
            _QUESTIONS[row.channel](row, notice.tenant),
            channel=row.channel,
            sender=_sender(notice.tenant, row.channel),
        )


def _by_mail(row: Subscription, tenant: Tenant) -> Mapping[str, str]:
    told = {
        "tenant": tenant.name,
        "list": row.list.shown_title,
        "link": links.confirm_url(row.id),
    }
    body = _(
        "Somebody, probably you, asked %(tenant)s to send “%(list)s” to this address."
        "\n\nIf you want it, open this page within a week and confirm:\n\n%(link)s\n\n"
        "If not, do nothing: you will not be written to."
    )
    return {"subject": _("Confirm: %(list)s") % told, "body": body % told}


def _by_text(row: Subscription, tenant: Tenant) -> Mapping[str, str]:
    # No quotes: a curly one would make it UCS-2 and double the bill.
    body = _("%(tenant)s: do you want %(list)s? Confirm here: %(link)s") % {
        "tenant": tenant.name,
        "list": row.list.shown_title,
        "link": links.confirm_url(row.id),
    }
    return {"body": body}


_QUESTIONS: Mapping[str, Callable[[Subscription, Tenant], Mapping[str, str]]] = {
    "email": _by_mail,
    "sms": _by_text,
}


def _sender(tenant: Tenant, code: str) -> SenderPlan | None:
    """The tenant's own, whom the reader knows; for mail, ours where it has none."""
    try:
        return choose(
            tenant, channel(code), address="", identity=None, reply_to=(), path=""
        )
    except (SenderNotConfigured, SenderNotVerified):
        return None if code == "email" else SenderPlan()


def _endpoint(notice: Notice) -> Letter | None:
    """An endpoint for callbacks fails, or was switched off."""
    rows = Endpoint.kept_by(notice.tenant_id)
    one = rows.filter(id=UUID(notice.data["endpoint"])).first()
    if one is None:
        return None
    told = {"tenant": notice.tenant.name, "url": one.url}
    if notice.data["event"] == kinds.ENDPOINT_FAILING:
        subject = _("Callbacks have not arrived for a day")
        body = _(
            "%(tenant)s is told of its messages at %(url)s, which has not answered "
            "well for a day.\n\nWhat happens meanwhile waits and is sent when it "
            "answers. After five days it is switched off."
        )
    else:
        subject = _("Callbacks are switched off")
        body = _(
            "%(tenant)s is not told of its messages any more at %(url)s.\n\nReason: "
            "%(reason)s.\n\nWhen it is well, switch it on again: what waits is sent "
            "then, and what failed can be sent again."
        )
        told["reason"] = str(Endpoint.Off(notice.data["because"]).label)
    return Letter(notice.data["address"], {"subject": subject, "body": body % told})


def _invitation(notice: Notice) -> Letter | None:
    """Somebody was given a place in a tenant."""
    rows = Membership.for_tenant(notice.tenant_id).select_related("user")
    member = rows.filter(id=notice.data["member"]).first()
    if member is None:
        return None
    told = {
        "tenant": notice.tenant.name,
        "role": member.get_role_display(),
        "link": inviting.link(member.user),
        "days": inviting.LINK_DAYS,
    }
    if inviting.is_open(member.user):
        body = _(
            "You can now work in %(tenant)s, as: %(role)s.\n\nOpen this page within "
            "%(days)s days and choose a password:\n\n%(link)s\n\nIf you do not know "
            "what this is about, do nothing."
        )
    else:
        body = _(
            "You can now work in %(tenant)s as well, as: %(role)s.\n\nLog in as "
            "always:\n\n%(link)s"
        )
    subject = _("You are invited to %(tenant)s")
    texts = {"subject": subject % told, "body": body % told}
    return Letter(member.user.email, texts)


_LETTERS: Mapping[str, Callable[[Notice], Letter | None]] = {
    senders.VERIFICATION: _verification,
    subscribing.QUESTION: _question,
    switching.NOTICE: _endpoint,
    inviting.INVITATION: _invitation,
}
