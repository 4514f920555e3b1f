"""Who somebody is at the provider of the single sign-on."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Identity(models.Model):
    """One person at one issuer; tenants/oidc/admitting.py links and finds them."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="identities"
    )
    issuer = models.CharField(max_length=300)
    subject = models.CharField(max_length=255)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("single sign-on")
        verbose_name_plural = _("single sign-ons")
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "subject"], name="identity_issuer_subject"
            ),
            models.UniqueConstraint(
                fields=["issuer", "user"], name="identity_issuer_user"
            ),
        ]
