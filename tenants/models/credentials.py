"""What a program shows to be a tenant: an API key, or a token of an issuer."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notify_project import egress
from notify_project.db.encryption import SealedTextField
from notify_project.db.ids import uuid7
from tenants.models.user import User
from tenants.scoping import TenantOwned

SHORTEST_SECRET_BYTES = 32  # RFC 7518, 3.2


class KeyType(models.TextChoices):
    """What a credential's messages may reach."""

    LIVE = "live", _("Live: sends to everybody")
    TEAM = "team", _("Team: sends to the safe list and the tenant's people only")
    TEST = "test", _("Test: never reaches a provider")


class Scope(models.TextChoices):
    """What a credential may do."""

    SEND = "send", _("Send and preview")
    READ = "read", _("See notifications, templates and senders")
    MANAGE = "manage", _("Change templates, senders and callbacks")
    CONTENT = "content", _("See what was written in messages")


def validate_scopes(value: object) -> None:
    """Refuse what is not a list of at least one scope."""
    if (
        not isinstance(value, list)
        or not value
        or not set(map(str, value)) <= set(Scope.values)
    ):
        raise ValidationError(
            _("Give a list of some of these: %(known)s."),
            code="scopes",
            params={"known": ", ".join(Scope.values)},
        )


def validate_networks(value: object) -> None:
    """Refuse what is not a list of IP addresses and networks."""
    try:
        for network in value if isinstance(value, list) else [value]:
            ipaddress.ip_network(str(network), strict=False)
    except ValueError:
        raise ValidationError(
            _('Give a list of addresses or networks, such as ["203.0.113.0/24"].'),
            code="networks",
        ) from None


def validate_channels(value: object) -> None:
    """Refuse what is not a list of channels."""
    known = settings.CHANNEL_LANES
    if not isinstance(value, list) or not set(map(str, value)) <= set(known):
        raise ValidationError(
            _("Give a list of some of these: %(known)s."),
            code="channels",
            params={"known": ", ".join(known)},
        )


def default_scopes() -> list[str]:
    """What most callers need: to send, and to see what became of it."""
    return ["send", "read"]


class ApiKey(TenantOwned):
    """A secret of one tenant's program; only a keyed hash of it is kept (keys.py)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=200)
    key_type = models.CharField(
        _("type"), max_length=10, choices=KeyType.choices, default=KeyType.LIVE
    )
    prefix = models.CharField(
        _("key id"),
        max_length=8,
        unique=True,
        editable=False,
        help_text=_("The readable part of the key, after its type."),
    )
    secret_hash = models.BinaryField(editable=False)
    scopes = models.JSONField(
        _("scopes"), default=default_scopes, validators=[validate_scopes]
    )
    channels = models.JSONField(
        _("channels"),
        default=list,
        blank=True,
        validators=[validate_channels],
        help_text=_("What it may send over. Empty: every channel."),
    )
    allowed_addresses = models.JSONField(
        _("allowed IP addresses"),
        default=list,
        blank=True,
        validators=[validate_networks],
        help_text=_('A list such as ["203.0.113.0/24"]. Empty: from anywhere.'),
    )
    created_by = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("created by"),
    )
    created_at = models.DateTimeField(
        _("created"), default=timezone.now, editable=False
    )
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(
        _("revoked"), null=True, blank=True, editable=False
    )
    last_used_at = models.DateTimeField(
        _("last used"), null=True, blank=True, editable=False
    )

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ("-created_at", "-id")
        constraints = [
            models.CheckConstraint(
                condition=Q(key_type__in=["live", "team", "test"]), name="api_key_type"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} (ntf_{self.key_type}_{self.prefix})"


class JwtIssuer(TenantOwned):
    """Whose tokens mean this tenant, and how their signature is checked.

    Several tenants may share one issuer (a realm): the claim tells them apart. Only
    operators make these rows, because a row with somebody else's claim value would
    draw that tenant's calls.
    """

    class Algorithm(models.TextChoices):
        RS256 = "RS256", _("RS256 (public key from the JWKS address)")
        ES256 = "ES256", _("ES256 (public key from the JWKS address)")
        HS256 = "HS256", _("HS256 (shared secret)")

    class Claim(models.TextChoices):
        AZP = "azp", "azp"
        CLIENT_ID = "client_id", "client_id"
        SUB = "sub", "sub"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=200)
    issuer = models.CharField(_("issuer (iss)"), max_length=500)
    audience = models.CharField(_("audience (aud)"), max_length=500)
    claim = models.CharField(
        _("claim that names the caller"),
        max_length=20,
        choices=Claim.choices,
        default=Claim.AZP,
    )
    claim_value = models.CharField(_("value of that claim"), max_length=200)
    algorithm = models.CharField(
        _("algorithm"),
        max_length=10,
        choices=Algorithm.choices,
        default=Algorithm.RS256,
        help_text=_("Tokens that claim another algorithm are refused."),
    )
    jwks_url = models.URLField(_("JWKS address"), max_length=500, blank=True)
    shared_secret = SealedTextField(_("shared secret"), default="", blank=True)
    key_type = models.CharField(
        _("type"), max_length=10, choices=KeyType.choices, default=KeyType.LIVE
    )
    scopes = models.JSONField(
        _("scopes"), default=default_scopes, validators=[validate_scopes]
    )
    active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(
        _("created"), default=timezone.now, editable=False
    )

    class Meta:
        verbose_name = _("token issuer")
        verbose_name_plural = _("token issuers")
        ordering = ("issuer", "claim_value", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "claim", "claim_value"],
                name="jwt_issuer_claim_unique",
            ),
            models.CheckConstraint(
                condition=~Q(issuer="") & ~Q(audience="") & ~Q(claim_value=""),
                name="jwt_issuer_complete",
            ),
            models.CheckConstraint(
                condition=(Q(algorithm="HS256") & Q(jwks_url=""))
                | (Q(algorithm__in=["RS256", "ES256"]) & ~Q(jwks_url="")),
                name="jwt_issuer_algorithm",
                violation_error_message=_(
                    "RS256 and ES256 need a JWKS address; HS256 needs none."
                ),
            ),
            models.CheckConstraint(
                condition=Q(claim__in=["azp", "client_id", "sub"]),
                name="jwt_issuer_claim",
            ),
            models.CheckConstraint(
                condition=Q(key_type__in=["live", "team", "test"]),
                name="jwt_issuer_key_type",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.claim} {self.claim_value})"

    def clean(self) -> None:
        """The key must be there, be strong, and be where we may go to fetch it."""
        super().clean()
        if self.algorithm == self.Algorithm.HS256:
            if len(str(self.shared_secret).encode()) < SHORTEST_SECRET_BYTES:
                raise ValidationError(
                    {"shared_secret": _("HS256 needs a secret of 32 bytes or more.")}
                )
        elif self.jwks_url:
            try:
                egress.check_url(self.jwks_url)
            except egress.EgressError as refusal:
                raise ValidationError({"jwks_url": refusal.detail}) from None
