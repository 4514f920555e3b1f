"""`make bench`: everything in one run, interleaved, in rounds; a table and bench.json.

BENCH_PARTS="accept deliver" runs some parts only, for whoever works on one of them.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import django

from tests.bench.here import servers

# Small enough for a laptop's coffee break, large enough that starts do not count.
ROUNDS = 3


def main() -> int:
    """0, or 1 when a figure is not as it should be."""
    with servers() as folder:
        django.setup()
        # These import models, which need the settings.
        from tests.bench import report, running  # noqa: PLC0415

        chosen = os.environ.get("BENCH_PARTS", "").split() or list(running.PARTS)
        found = running.run(folder, chosen, rounds=ROUNDS, sizes=running.FULL)
    path = report.write(found, Path("var/proof"))
    sys.stdout.write(f"\n{report.table(found)}\n\nWritten to {path}.\n")
    missed = report.missed(found)
    if missed:
        sys.stdout.write(f"Not as it should be: {', '.join(missed)}\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
