"""Counts of all processes: a row for each series of /metrics that counts."""

from __future__ import annotations

from django.db import models


class MetricTotal(models.Model):
    """`series` is a sample as Prometheus writes it, such as notify_dead_total{...}."""

    series = models.CharField(max_length=200, primary_key=True)
    amount = models.FloatField()

    def __str__(self) -> str:
        return f"{self.series} {self.amount}"
