"""`manage.py register_directory_tenant`: a tenant that a directory, as CSTAR, keeps."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from notify_project.errors import NotifyError
from providers import registering


class Command(BaseCommand):
    """Its groups become administrators, designers and support."""

    help = (
        "Register a tenant of the directory that is set up under Services. Its people "
        "come from groups of the directory, now and whenever one of them logs in."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("external_id", help="the directory's id of the tenant")
        parser.add_argument("--name", required=True)
        for role in ("admin", "designer", "support"):
            parser.add_argument(
                f"--{role}-group",
                action="append",
                default=[],
                metavar="ID",
                help=f"a group whose people get the role {role}; may be repeated",
            )
        parser.add_argument(
            "--link",
            action="append",
            default=[],
            metavar="NAME=URL",
            help="another shared service of the same tenant; may be repeated",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        groups = {
            role: options[f"{role}_group"] for role in ("admin", "designer", "support")
        }
        links = dict(_link(one) for one in options["link"])
        try:
            tenant = registering.register(
                options["external_id"],
                name=options["name"],
                groups={role: ids for role, ids in groups.items() if ids},
                links=links,
            )
        except NotifyError as error:
            raise CommandError(error.message) from None
        self.stdout.write(f"{tenant.name} is registered as {tenant.slug}.")


def _link(text: str) -> tuple[str, str]:
    name, equals, url = text.partition("=")
    if not (name and equals and url.startswith("https://")):
        raise CommandError(
            f"--link {text}: write it as forms=https://forms.example.org"
        )
    return name, url
