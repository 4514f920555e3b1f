"""Mails of our own: stored notices become ordinary notifications of their tenant.

Anything below may store a notice (tenants/notices.py) in its own transaction; here it
is composed, recorded and marked in one, so it is sent once and seen in the history.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from delivery import recording
from delivery.composed import Composed
from delivery.composing import compose
from delivery.errors import RecipientsSuppressed
from delivery.models.notification import OURS
from delivery.plan import ChannelPlan, NotificationPlan, Priority, SenderPlan, Wording
from delivery.unknowns import Policy
from delivery.withholding import withhold
from notify_project.db import clock
from notify_project.queue.bell import ring
from notify_project.queue.writing import writing
from providers import senders
from providers.accounts import is_reserve
from providers.models import Account, Sender
from tenants.models import Notice

KEY_NAME = "notify"  # what the history says of who asked for it
_LIMIT = 100

log = structlog.get_logger(__name__)

Letter = tuple[str, str, str]  # address, subject, body


def tell_open() -> None:
    """Turn what waits into notifications; one indexed query when nothing does."""
    waiting = Notice.across_tenants().filter(handled_at__isnull=True)
    for notice in waiting.select_related("tenant").order_by("id")[:_LIMIT]:
        account = _system_account()
        if account is None:
            log.warning("notice_waits", kind=notice.kind, count=waiting.count())
            return
        _tell(notice, account)


def _tell(notice: Notice, account: UUID) -> None:
    """Record and mark in one transaction; whoever marks first is the one who tells."""
    with translation.override(notice.tenant.locale):
        letter = _LETTERS[notice.kind](notice.data)
    with writing():
        open_ones = Notice.across_tenants().filter(
            id=notice.id, handled_at__isnull=True
        )
        if not open_ones.update(handled_at=Now()) or letter is None:
            return
        composed = _composed(notice, letter, account)
        if composed is None:
            return
        now = clock.now()
        recording.record(composed, recording.new_notification(composed, now=now))
    for lane in recording.lanes(composed, now=now):
        ring(lane)


def _composed(notice: Notice, letter: Letter, account: UUID) -> Composed | None:
    """None where the suppression list keeps it from its reader."""
    try:
        return withhold(compose(_plan(notice, letter, account)))
    except RecipientsSuppressed:
        log.warning("notice_withheld", kind=notice.kind)
        return None


def _plan(notice: Notice, letter: Letter, account: UUID) -> NotificationPlan:
    address, subject, body = letter
    return NotificationPlan(
        tenant_id=notice.tenant_id,
        phone_region=notice.tenant.phone_region,
        missing_params="error",
        key_type=OURS,
        key_name=KEY_NAME,
        event_type=f"notify.{notice.kind}",
        mandatory=True,  # somebody asked for it just now
        channels=(
            ChannelPlan(
                channel="email",
                to=(address,),
                cc=(),
                bcc=(),
                wording=Wording({"subject": subject, "body": body}, "text", None),
                params={},
                sender=SenderPlan(settings.SYSTEM_SENDER, "Notify"),
                account_id=account,
                on_unknown=Policy.RETRY_ONCE,
                priority=Priority.HIGH,
            ),
        ),
    )


def _system_account() -> UUID | None:
    """Our own mails never go through a tenant's account."""
    offered = Account.of_system().filter(channel="email", active=True)
    usable = [one for one in offered.order_by("priority") if not is_reserve(one)]
    return usable[0].id if usable else None


def _verification(data: Mapping[str, Any]) -> Letter | None:
    sender = Sender.across_tenants().filter(id=data["sender"]).first()
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
    return sender.address, _("Confirm that this address may send messages"), body


_LETTERS: Mapping[str, Callable[[Mapping[str, Any]], Letter | None]] = {
    senders.VERIFICATION: _verification,
}
