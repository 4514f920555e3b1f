"""What each fault begins with: `python -m tests.chaos.ground FOLDER` makes it once.

A cluster whose database has all its tables, in FOLDER; each fault copies it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import django
from django.core.management import call_command

from tests.servers import Postgres
from tests.services import ENVIRONMENT

CLUSTER = "cluster"


def lay(folder: Path) -> None:
    """The server is stopped in the end: what is copied is at rest."""
    server = Postgres(folder / CLUSTER, folder / "cluster.log", {})
    server.start()
    try:
        server.create()
        os.environ.update(ENVIRONMENT, VAR_DIR=str(folder / "var"), BROKER_URL="")
        os.environ["DATABASE_URL"] = server.url
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "notify_project.settings")
        django.setup()
        call_command("migrate", verbosity=0)
    finally:
        server.stop()


if __name__ == "__main__":
    lay(Path(sys.argv[1]))
