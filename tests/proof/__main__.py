"""`make callbacks-proof`: run it, tell it, write var/proof/callbacks.json."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import django

from tests.bench.here import servers
from tests.proof import npm

FILE = Path("var/proof/callbacks.json")


def main() -> int:
    """0, or 1 where something was lost, forged, or told twice without need."""
    told = npm.install(FILE.parent / "npm")
    with servers() as folder:
        django.setup()
        # These import models, which need the settings.
        from django.core.management import call_command  # noqa: PLC0415

        from tests.bench.ground import Ground  # noqa: PLC0415
        from tests.proof import books, run  # noqa: PLC0415

        call_command("migrate", verbosity=0)
        ground = Ground(folder, os.environ["DATABASE_URL"])
        found = run.Proof(ground, run.Plan()).run(verify=told.verify)
    run.write(found, FILE)
    sys.stdout.write(f"{json.dumps(found, indent=2)}\nWritten to {FILE}.\n")
    return 0 if books.is_clean(found) else 1


if __name__ == "__main__":
    sys.exit(main())
