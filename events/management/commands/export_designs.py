"""`manage.py export_designs TENANT > designs.json`: what is published, as one file."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from events.bundles import carrying, file
from tenants.models import Tenant


class Command(BaseCommand):
    help = "Write a tenant's templates, layouts, images and event types as one file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("tenant", metavar="TENANT", help="short name")

    def handle(self, *args: Any, **options: Any) -> None:
        tenant = Tenant.objects.filter(slug=options["tenant"]).first()
        if tenant is None:
            raise CommandError("There is no such tenant. Give its short name.")
        self.stdout.write(file.written(carrying.of(tenant)), ending="")
