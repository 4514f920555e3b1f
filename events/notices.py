"""Mails of our own: stored notices become ordinary notifications of their tenant.

Anything below may store a notice (tenants/notices.py) in its own transaction; here it
is composed, recorded and marked in one, so it is sent once and seen in the history.
events/letters.py has the words.
"""

from __future__ import annotations

from uuid import UUID

import structlog
from django.conf import settings
from django.db.models.functions import Now

from delivery import recording
from delivery.composed import Composed
from delivery.composing import compose
from delivery.errors import RecipientsSuppressed
from delivery.models.notification import OURS
from delivery.plan import ChannelPlan, NotificationPlan, Priority, SenderPlan, Wording
from delivery.unknowns import DEFAULT_POLICY, Policy
from delivery.withholding import withhold
from events import letters
from events.letters import Letter
from notify_project.db import clock
from notify_project.queue.bell import ring
from notify_project.queue.writing import writing
from providers.accounts import is_reserve
from providers.models import Account
from tenants.models import Notice

KEY_NAME = "notify"  # what the history says of who asked for it
_LIMIT = 100

log = structlog.get_logger(__name__)


def tell_open() -> None:
    """Turn what waits into notifications; one indexed query when nothing does."""
    waiting = Notice.across_tenants().filter(handled_at__isnull=True)
    account: UUID | None = None
    for notice in waiting.select_related("tenant").order_by("id")[:_LIMIT]:
        letter = letters.of(notice)
        if letter is not None and letter.by_system and account is None:
            account = _system_account()
            if account is None:
                log.warning("notice_waits", kind=notice.kind, count=waiting.count())
                return
        _tell(notice, letter, account)


def _tell(notice: Notice, letter: Letter | None, account: UUID | None) -> None:
    """Record and mark in one transaction; whoever marks first is the one who tells."""
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


def _composed(notice: Notice, letter: Letter, account: UUID | None) -> Composed | None:
    """None where the suppression list keeps it from its reader."""
    try:
        return withhold(compose(_plan(notice, letter, account)))
    except RecipientsSuppressed:
        log.warning("notice_withheld", kind=notice.kind)
        return None


def _plan(notice: Notice, letter: Letter, account: UUID | None) -> NotificationPlan:
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
                channel=letter.channel,
                to=(letter.address,),
                cc=(),
                bcc=(),
                wording=Wording(letter.texts, "text", None),
                params={},
                sender=letter.sender or SenderPlan(settings.SYSTEM_SENDER, "Notify"),
                account_id=account if letter.by_system else None,
                on_unknown=DEFAULT_POLICY.get(letter.channel, Policy.RETRY_ONCE),
                priority=Priority.HIGH,
            ),
        ),
    )


def _system_account() -> UUID | None:
    """Our own mails never go through a tenant's account."""
    offered = Account.of_system().filter(channel="email", active=True)
    usable = [one for one in offered.order_by("priority") if not is_reserve(one)]
    return usable[0].id if usable else None
