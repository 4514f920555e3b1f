"""`manage.py check_ledger`: do the books of all messages balance? Changes nothing."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from delivery import ledger_check
from delivery.measuring import ledger_violations
from notify_project.db import clock
from notify_project.observability import metrics


class Command(BaseCommand):
    """Ends with an error when a message breaks a rule, so that a timer notices."""

    help = (
        "Check that states, ledger, attempts and notifications of all messages agree. "
        "Safe while workers run."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--days", type=int, default=0, help="only messages of the last so many days"
        )
        parser.add_argument(
            "--limit", type=int, default=100, help="how many violations to print"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        days = options["days"]
        since = clock.now() - timedelta(days=days) if days else None
        count = 0
        for violation in ledger_check.check(since=since):
            count += 1
            if count <= options["limit"]:
                self.stdout.write(str(violation))
        if count:
            ledger_violations.count(count)
            metrics.flush()
            raise CommandError(f"{count} violations: please report them.")
        self.stdout.write("The books balance.")
