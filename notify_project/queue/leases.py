"""Leases by name: one process leads, others wait; and who is alive.

A lease is one row taken by compare-and-set on the database's clock, so neither a
worker's clock nor a vanished process can hold it for longer than it was given.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from notify_project.queue.models import Lease
from notify_project.queue.writing import writing


def acquire(name: str, holder: str, *, seconds: float) -> bool:
    """Take or lengthen the lease; False while another holds it."""
    free = Q(holder=holder) | Q(until__lt=Now())
    return _take(name, holder, free, seconds=seconds)


def take_turn(name: str, holder: str, *, seconds: float) -> bool:
    """True for one caller per `seconds`, whoever it is: for work done by several.

    Usually one read: most who ask are too early, and a read waits for nobody.
    """
    if Lease.objects.filter(name=name, until__gte=Now()).exists():
        return False
    return _take(name, holder, Q(until__lt=Now()), seconds=seconds)


def take_over(name: str, holder: str, *, vanished: str, seconds: float) -> bool:
    """Take a lease from a holder of whom the caller knows that it is gone."""
    return _take(name, holder, Q(holder=vanished), seconds=seconds)


def holder_of(name: str) -> str:
    """Who has it, or had it last; "" if nobody ever did."""
    found = Lease.objects.filter(name=name).values_list("holder", flat=True).first()
    return found or ""


def _take(name: str, holder: str, free: Q, *, seconds: float) -> bool:
    until = Now() + timedelta(seconds=seconds)
    with writing():
        if Lease.objects.filter(free, name=name).update(holder=holder, until=until):
            return True
        if Lease.objects.filter(name=name).exists():
            return False
        try:
            with transaction.atomic():
                Lease.objects.create(name=name, holder=holder, until=until)
        except IntegrityError:
            return False  # another was first by a moment
        return True


def give_up(name: str, holder: str) -> None:
    """Let go at once, so that the next need not wait for the end of the lease."""
    with writing():
        Lease.objects.filter(name=name, holder=holder).delete()


def alive(prefix: str) -> int:
    """How many leases with this prefix still run; one indexed query."""
    return _running(prefix).count()


def names(prefix: str) -> list[str]:
    """Their names; one indexed query."""
    return list(_running(prefix).values_list("name", flat=True))


def _running(prefix: str) -> QuerySet[Lease]:
    return Lease.objects.filter(name__startswith=prefix, until__gt=Now())
