"""What somebody has besides their password: an app's secret, and codes on paper."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notify_project.db.encryption import SealedBinaryField


class SecondFactor(models.Model):
    """A person's authenticator app; tenants/second_factor.py sets up and asks."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="second_factor",
    )
    secret = SealedBinaryField()
    # The half minute of the last code: no code works twice.
    last_step = models.BigIntegerField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("second factor")
        verbose_name_plural = _("second factors")


class RecoveryCode(models.Model):
    """A code for who has lost the app: only a keyed hash of it is kept, and it goes
    when it is used."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="recovery_codes",
    )
    code_hash = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")
