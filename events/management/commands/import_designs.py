"""`manage.py import_designs TENANT FILE [--apply]`: take designs over from a file.

Shows what would be new and what would change; with --apply it is made and published,
all of it or nothing.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from events.bundles import carrying, file
from events.bundles.file import Bundle
from notify_project.errors import NotifyError
from tenants import auditing
from tenants.models import Tenant


class Command(BaseCommand):
    help = "Compare a file of designs with a tenant's, and take it over with --apply."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("tenant", metavar="TENANT", help="short name")
        parser.add_argument("file", metavar="FILE", help="- reads standard input")
        parser.add_argument(
            "--apply", action="store_true", help="make and publish what differs"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        tenant = Tenant.objects.filter(slug=options["tenant"]).first()
        if tenant is None:
            raise CommandError("There is no such tenant. Give its short name.")
        try:
            wanted = file.read(_bytes(str(options["file"])))
            self._compare(tenant, wanted)
            if options["apply"]:
                self._apply(tenant, wanted)
            else:
                carrying.ensure_possible(tenant, wanted)
        except NotifyError as error:
            told = [one.message for one in error.errors] or [error.message]
            raise CommandError("\n".join(told)) from None

    def _compare(self, tenant: Tenant, wanted: Bundle) -> None:
        differences = carrying.compare(tenant, wanted)
        for one in differences:
            word = "new" if one.is_new else "changed"
            self.stdout.write(f"{one.kind} {one.name}: {word}")
            for name, lines in one.changes.items():
                self.stdout.write(f"  {name}")
                self.stdout.writelines(f"    {line}" for line in lines)
        if not differences:
            self.stdout.write("Nothing differs.")

    def _apply(self, tenant: Tenant, wanted: Bundle) -> None:
        done = carrying.take_over(tenant, wanted)
        for word, row in done:
            auditing.record(None, word, row, tenant=tenant)
        self.stdout.write(f"Done: {len(done)} made or changed, and published.")


def _bytes(given: str) -> bytes:
    if given == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(given).read_bytes()
    except OSError as error:
        raise CommandError(f"{given} cannot be read: {error.strerror}.") from None
