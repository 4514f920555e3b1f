"""The rate limit's memory where several web processes share it."""

from __future__ import annotations

from django.db import models


class RateBucket(models.Model):
    """One limit's state: its theoretical arrival time, in seconds since 1970.

    Written by the one statement of throttling.py, read by nothing else. `allowed` is
    that statement's answer to its last caller.
    """

    key = models.CharField(max_length=100, primary_key=True)
    arrival_seconds = models.FloatField()
    allowed = models.BooleanField()
