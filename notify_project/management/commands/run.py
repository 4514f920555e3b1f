"""`manage.py run`: all of Notify on this machine; Ctrl-C stops it."""

from __future__ import annotations

import os
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from notify_project.embedded import preparing, supervisor
from notify_project.embedded.place import CannotStart


class Command(BaseCommand):
    help = "Run web, worker, beat, broker and a local mailbox in one folder."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        started_at = time.time()
        try:
            place = preparing.settle()
        except CannotStart as problem:
            raise CommandError(str(problem)) from problem
        os.chdir(settings.BASE_DIR)
        preparer = preparing.begin(place)
        supervisor.turn_into(place, preparer=preparer, started_at=started_at)
