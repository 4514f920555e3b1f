"""Account: a provider with credentials, and what is known of how it does. Sender: who a
message comes from. Service: who is asked while a message is prepared."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from notify_project.db.encryption import SealedJSONField
from notify_project.db.ids import uuid7
from tenants.models.credentials import validate_networks
from tenants.scoping import TenantOrSystem, TenantOwned

# Of a new account: two of them share a tier half and half, in points of a hundred.
POINTS = 50
MOST_POINTS = 10_000


class Account(TenantOrSystem):
    """A provider with its credentials. For chat, an account is a named destination.

    `provider` is a registry key such as "sms.twilio", plain text on purpose: a new
    provider needs no migration. `config` holds the values that its Config class
    declares; secrets among them leave this row only towards the provider.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    channel = models.CharField(_("channel"), max_length=16)
    provider = models.CharField(_("provider"), max_length=60)
    name = models.CharField(
        _("name"),
        max_length=100,
        help_text=_("For chat, this is what a request names in recipients.to."),
    )
    config = SealedJSONField(default=dict)
    active = models.BooleanField(_("active"), default=True)
    priority = models.PositiveSmallIntegerField(
        _("tier"),
        default=10,
        help_text=_("Lower tiers are used first; a higher one only when they cannot."),
    )
    weight = models.PositiveSmallIntegerField(
        _("points now"),
        default=POINTS,
        validators=[MaxValueValidator(MOST_POINTS)],
        help_text=_(
            "Its share of the messages among the accounts of its tier. Balancing moves "
            "it while a provider fails or is slow, and back to the resting point."
        ),
    )
    resting_point = models.PositiveSmallIntegerField(
        _("resting point"),
        default=POINTS,
        validators=[MaxValueValidator(MOST_POINTS)],
        help_text=_("Its points while all is well: 51 and 49, for example."),
    )
    supports_international = models.BooleanField(
        _("sends abroad"),
        default=True,
        help_text=_("Whether it may text numbers outside the tenant's own country."),
    )
    rate_per_second = models.FloatField(
        _("messages per second"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0.01), MaxValueValidator(10_000)],
        help_text=_("At most, of all workers together. Empty: no limit of ours."),
    )
    concurrency = models.PositiveSmallIntegerField(
        _("calls at once"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
        help_text=_("At most, of each worker process. Empty: as many as it has."),
    )
    paused_until = models.DateTimeField(
        _("paused until"),
        null=True,
        editable=False,
        help_text=_("The provider asked us to slow down."),
    )
    variable = models.CharField(
        _("environment variable"),
        max_length=60,
        blank=True,
        default="",
        editable=False,
        help_text=_("The variable of the environment that makes this account."),
    )
    # Of the address where its provider tells us something (doors.py): the number of the
    # token in it, and since when that is so.
    receipt_token = models.PositiveIntegerField(default=1, db_default=1, editable=False)
    receipt_token_at = models.DateTimeField(null=True, editable=False)
    receipt_networks = models.JSONField(
        _("networks that its receipts come from"),
        default=list,
        blank=True,
        validators=[validate_networks],
        help_text=_(
            'Addresses or networks, such as ["203.0.113.0/24"]. Empty: from everywhere.'
        ),
    )
    created_at = models.DateTimeField(_("created"), db_default=Now())
    checked_at = models.DateTimeField(_("last checked"), null=True, editable=False)
    check_ok = models.BooleanField(_("check passed"), null=True, editable=False)
    check_detail = models.CharField(
        _("what the check found"), max_length=300, blank=True, editable=False
    )

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["channel", "priority", "name"]
        constraints = [
            models.UniqueConstraint(
                "tenant",
                "channel",
                Lower("name"),
                name="account_name",
                violation_error_message=_("An account of this name exists already."),
            ),
            # SQLite takes every null for another one.
            models.UniqueConstraint(
                "channel",
                Lower("name"),
                name="account_name_of_system",
                condition=Q(tenant__isnull=True),
                violation_error_message=_("An account of this name exists already."),
            ),
            models.UniqueConstraint(
                fields=["variable"],
                name="account_of_variable",
                condition=~Q(variable=""),
            ),
            models.CheckConstraint(
                name="account_points",
                condition=Q(weight__lte=MOST_POINTS, resting_point__lte=MOST_POINTS),
            ),
            models.CheckConstraint(
                name="account_rate",
                condition=Q(rate_per_second__isnull=True) | Q(rate_per_second__gt=0),
            ),
            models.CheckConstraint(
                name="account_concurrency",
                condition=Q(concurrency__isnull=True) | Q(concurrency__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Pace(models.Model):
    """The rate limit's memory where several workers share it: one row per account.

    `arrival_seconds` is when the next call may begin, since 1970 by the database's
    clock; `granted` the statement's answer to its last caller (providers/limiting.py).
    """

    account = models.OneToOneField(Account, on_delete=models.CASCADE, primary_key=True)
    arrival_seconds = models.FloatField()
    granted = models.PositiveIntegerField()


class Breaker(models.Model):
    """An account whose calls failed one after the other; no row: all is well.

    Open until `open_until`; then one call may probe, until `probe_until`. Without
    `open_until` it is closed again, and what waited for it is let go.
    """

    account = models.OneToOneField(
        Account, on_delete=models.CASCADE, primary_key=True, related_name="breaker"
    )
    opened_at = models.DateTimeField(db_default=Now())
    open_until = models.DateTimeField(null=True)
    probe_until = models.DateTimeField(null=True)
    trips = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)


class WeightChange(models.Model):
    """One change of an account's points, and why; never changed, kept for months."""

    account = models.ForeignKey(
        Account,
        on_delete=models.CASCADE,
        related_name="weight_changes",
        db_index=False,  # the index below begins with it
    )
    at = models.DateTimeField(_("time"), db_default=Now())
    before = models.PositiveSmallIntegerField(_("points before"))
    after = models.PositiveSmallIntegerField(_("points after"))
    reason = models.CharField(_("reason"), max_length=20)
    detail = models.CharField(_("detail"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("change of points")
        verbose_name_plural = _("changes of points")
        ordering = ["-id"]
        indexes = [models.Index(name="weight_change_at", fields=["account", "at"])]


class Sender(TenantOwned):
    """An address or number that a tenant may send from, once it is verified.

    An e-mail sender whose address is a bare domain stands for every address in it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    channel = models.CharField(_("channel"), max_length=16)
    address = models.CharField(
        _("address or number"),
        max_length=254,
        help_text=_("An e-mail address, a whole domain, a phone number or a name."),
    )
    name = models.CharField(_("display name"), max_length=100, blank=True)
    reply_to = models.CharField(_("reply to"), max_length=254, blank=True)
    is_default = models.BooleanField(_("default"), default=False)
    verified_at = models.DateTimeField(_("verified"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), db_default=Now())

    class Meta:
        verbose_name = _("sender")
        verbose_name_plural = _("senders")
        ordering = ["channel", "address"]
        constraints = [
            models.UniqueConstraint(
                "tenant",
                "channel",
                Lower("address"),
                name="sender_address",
                violation_error_message=_("This sender exists already."),
            ),
            models.UniqueConstraint(
                name="sender_one_default",
                fields=["tenant", "channel"],
                condition=Q(is_default=True),
                violation_error_message=_("There is a default sender already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address


class Service(TenantOrSystem):
    """An outside service that is called while a message is prepared.

    `provider` is a key such as "documents.cdogs" (services.py), `config` what its
    Config class declares. Of the params the service gets those that `taken` names (its
    name -> our path; empty: all), with the `fixed` ones over them; `required` ones have
    to be there.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    provider = models.CharField(_("service"), max_length=60)
    name = models.CharField(
        _("name"),
        max_length=100,
        help_text=_("Requests and event types name it by this."),
    )
    config = SealedJSONField(default=dict)
    fixed = SealedJSONField(default=dict)
    required = models.JSONField(_("required params"), default=list, blank=True)
    taken = models.JSONField(_("params that it gets"), default=dict, blank=True)
    active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"), db_default=Now())
    checked_at = models.DateTimeField(_("last checked"), null=True, editable=False)
    check_ok = models.BooleanField(_("check passed"), null=True, editable=False)
    check_detail = models.CharField(
        _("what the check found"), max_length=300, blank=True, editable=False
    )

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                "tenant",
                Lower("name"),
                name="service_name",
                violation_error_message=_("A service of this name exists already."),
            ),
            # SQLite takes every null for another one.
            models.UniqueConstraint(
                Lower("name"),
                name="service_name_of_system",
                condition=Q(tenant__isnull=True),
                violation_error_message=_("A service of this name exists already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
