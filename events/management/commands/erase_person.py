"""`manage.py erase_person TENANT ADDRESS --reason TEXT`: forget one person.

Asks, carries on until nothing is left but what is on its way, and says what was erased
and what remains. Killed, it goes on by itself: the order is stored, and a chore carries
on with it.
"""

from __future__ import annotations

import getpass
import sys
from argparse import ArgumentParser
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from events import erasing
from events.models import Erasure
from events.remains import WHY
from notify_project.errors import NotifyError
from tenants import auditing
from tenants.models import Tenant


class Command(BaseCommand):
    help = "Erase one person, by e-mail address or phone number, from one tenant."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("tenant", metavar="TENANT", help="short name or id")
        parser.add_argument(
            "address",
            metavar="ADDRESS",
            help="in full; - reads it from standard input, so that no shell keeps it",
        )
        parser.add_argument("--reason", required=True, help="without the address")

    def handle(self, *args: Any, **options: Any) -> None:
        given = str(options["address"])
        address = sys.stdin.readline().strip() if given == "-" else given
        tenant = _tenant(str(options["tenant"]))
        try:
            order = erasing.ask(
                tenant,
                address,
                reason=str(options["reason"]),
                asked_by=f"command line ({getpass.getuser()})",
            )
        except NotifyError as error:
            raise CommandError(error.message) from None
        auditing.record(None, "erasure asked", order, tenant=tenant)
        done = erasing.carry_on(order)
        self._tell(order, done=done)

    def _tell(self, order: Erasure, *, done: bool) -> None:
        for place, count in sorted(order.counts.items()):
            self.stdout.write(f"Erased, {place}: {count}")
        with translation.override("en"):
            for kind, name in order.remains:
                self.stdout.write(f"Remains, {kind} {name}: {WHY[kind]}")
        if not done:
            self.stdout.write(
                f"{len(order.waiting)} notifications are on their way. They are erased "
                "when they have ended; the admin, under Erasures, tells when."
            )
        self.stdout.write(f"{'Done' if done else 'Begun'}: erasure {order.id}")


def _tenant(text: str) -> Tenant:
    found = Tenant.objects.filter(slug=text).first()
    if found is None:
        with suppress(ValueError):  # no id either
            found = Tenant.objects.filter(id=UUID(text)).first()
    if found is None:
        raise CommandError("There is no such tenant. Give its short name or its id.")
    return found
