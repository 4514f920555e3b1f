"""Failed log-ins, where all web processes can count them."""

from __future__ import annotations

from django.db import models


class LoginFailures(models.Model):
    """How often one guesser failed lately; written and read by login_failures.py.

    `key` is a keyed hash: neither an address nor a person's e-mail is kept.
    """

    key = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    failed_at = models.DateTimeField(db_index=True)
