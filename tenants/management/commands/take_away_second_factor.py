"""`manage.py take_away_second_factor EMAIL --reason TEXT`: for who has lost it.

For the last operator, whom nobody in the admin can help.
"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tenants import second_factor
from tenants.models import User


class Command(BaseCommand):
    help = "Take away the second factor of a person who has lost it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--reason", required=True, help="the audit keeps it")

    def handle(self, *args: Any, **options: Any) -> None:
        email = str(options["email"]).strip().lower()
        person = User.objects.filter(email=email).first()
        if person is None or not second_factor.is_on(person):
            raise CommandError("Nobody of this address has a second factor.")
        second_factor.take_away(person, by=None, reason=str(options["reason"]))
        self.stdout.write(
            f"{email} is logged out; the next log-in asks for the password alone."
        )
