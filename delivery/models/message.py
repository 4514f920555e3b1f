"""Message: one notification, over one channel, to one recipient or one envelope."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from delivery.models.content import Content
from delivery.models.notification import Notification
from notify_project.db.encryption import SealedTextField
from notify_project.queue.models import (
    OPEN,
    QueuedRow,
    custody_constraint,
    queue_indexes,
)
from providers.models import Account
from tenants.scoping import TenantOwned


class Message(QueuedRow, TenantOwned):
    """One hand-over to one provider; `state` changes only in delivery/states.py."""

    notification = models.ForeignKey(
        Notification, on_delete=models.CASCADE, related_name="messages"
    )
    content = models.ForeignKey(Content, on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(_("channel"), max_length=16)
    # To a subscriber: their link is made of it. No foreign key: history outlives it.
    subscription_id = models.UUIDField(null=True, editable=False)
    created_at = models.DateTimeField(_("created"), db_default=Now())
    # When it was to go out, whatever it had to wait for since: retrying ends by it.
    first_due_at = models.DateTimeField(db_default=Now(), editable=False)
    expires_at = models.DateTimeField(_("expires"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    # The plan's choice; empty lets delivery/routing.py choose.
    pinned_account = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="+"
    )
    # Where the last attempt went.
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="+"
    )
    provider = models.CharField(_("provider"), max_length=60, blank=True)
    provider_ref = models.CharField(
        _("provider's reference"), max_length=200, blank=True
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    tries = models.PositiveSmallIntegerField(_("tries spent"), default=0)
    on_unknown = models.CharField(_("if the outcome is unknown"), max_length=16)
    unknowns = models.PositiveSmallIntegerField(default=0)
    lookups = models.PositiveSmallIntegerField(default=0)
    # The next claim asks the provider whether it has the message, instead of sending.
    asking = models.BooleanField(default=False)
    # When its recipient complained of it to their mail service.
    complained_at = models.DateTimeField(_("complained of"), null=True)
    maybe_duplicate = models.BooleanField(_("may have been sent twice"), default=False)
    error_code = models.CharField(_("error"), max_length=60, blank=True)
    error_detail = models.CharField(_("detail"), max_length=300, blank=True)
    hold_reason = models.CharField(_("held because"), max_length=40, blank=True)
    # Who is told what becomes of it (delivery/announcing.py); empty: the endpoints that
    # the tenant has.
    callback = models.CharField(
        max_length=6, blank=True, default="", db_default="", editable=False
    )

    # Whether its content may have files, and their bytes, by delivery/loading.py.
    has_files: bool = True
    file_bytes: int = 0
    # Whether its notification has no other message; so where loading.py has looked.
    alone: bool = False
    # Of its tenant: where it is at home, whether the system's accounts may step in.
    phone_region: str = ""
    step_in: bool = False
    # By delivery/choosing.py: the accounts to try, whether it tries a broken one.
    accounts: Sequence[Account] = ()
    probe: bool = False
    passed_over: Sequence[str] = ()  # who else might have carried it, and why not
    # When its call may begin (time.monotonic), where its account has a rate.
    starts_at: float | None = None

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            *queue_indexes("message"),
            models.Index(
                name="message_open",
                fields=["notification"],
                condition=Q(state__in=OPEN),
            ),
            # What was given up, and may be replayed.
            models.Index(
                name="message_dead",
                fields=["tenant", "notification"],
                condition=Q(state="dead"),
            ),
            # A tenant's messages over a channel that it seldom uses.
            models.Index(
                name="message_channel", fields=["tenant", "channel", "notification"]
            ),
            models.Index(
                name="message_ref",
                fields=["account", "provider_ref"],
                condition=~Q(provider_ref=""),
            ),
            models.Index(
                name="message_expiry",
                fields=["expires_at"],
                condition=Q(state="queued", expires_at__isnull=False),
            ),
        ]
        constraints = [custody_constraint("message_custody")]

    def __str__(self) -> str:
        return str(self.id)


class Recipient(TenantOwned):
    """One address of a message: sealed, and found again by its keyed hash."""

    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="recipients"
    )
    kind = models.CharField(_("kind"), max_length=3)
    address = SealedTextField()
    address_hash = models.BinaryField(max_length=32)
    # Its own word where the provider gave one; empty means as the message.
    state = models.CharField(_("state"), max_length=16, blank=True)
    detail = models.CharField(_("detail"), max_length=300, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        indexes = [
            models.Index(
                name="recipient_address",
                fields=["tenant", "address_hash", "-created_at", "-id"],
            )
        ]

    @property
    def is_withheld(self) -> bool:
        """Kept from it by the suppression list, while others get the message."""
        return self.state == "suppressed"
