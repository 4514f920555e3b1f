"""Failed log-ins, where all web processes can count them."""

from __future__ import annotations

from django.db import models


class LoginFailures(models.Model):
    """How often one guesser tried since a moment; tenants/login_failures.py counts.

    `key` is a keyed hash: neither an address nor a person's e-mail is kept.
    """

    key = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    since = models.DateTimeField(db_index=True)
