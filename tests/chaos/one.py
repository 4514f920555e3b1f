"""One fault in a process of its own: `tests.chaos.one F6 SEED RESULT GROUND`.

GROUND is the folder that tests.chaos.ground has laid. The servers are started first:
Django reads where they are.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import django
from django.core.management import call_command

from tests.chaos import report
from tests.chaos.faults import FAULTS, Fault
from tests.chaos.ground import CLUSTER
from tests.servers import Postgres
from tests.services import ENVIRONMENT


def main(name: str, seed: int, result: Path, ground: Path) -> None:
    """Run it, judge it, write what was found as JSON."""
    found: dict[str, Any] = {}
    with ExitStack() as services:
        folder = Path(tempfile.mkdtemp(prefix=f"notify-chaos-{name}-", dir="/tmp"))
        services.callback(shutil.rmtree, folder, ignore_errors=True)
        began = time.monotonic()
        try:
            found = _run(FAULTS[name], seed, folder, services, ground)
        finally:
            if not found or not report.is_clean(found):
                _keep_logs(folder, result.parent / f"chaos-{name}")
        found["seconds"] = round(time.monotonic() - began)
    result.write_text(json.dumps({"fault": name, "seed": seed, **found}))


def _run(
    fault: Fault, seed: int, folder: Path, services: ExitStack, ground: Path
) -> dict[str, Any]:
    postgres = _database(fault, folder, services, ground)
    os.environ.update(ENVIRONMENT, VAR_DIR=str(folder / "var"), BROKER_URL="")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "notify_project.settings")
    django.setup()
    if postgres is None:
        call_command("migrate", verbosity=0)
    processes: Any = resolve_name("tests.faults.processes")
    broker = processes.Broker(folder / "broker")
    services.callback(broker.process.kill)
    environment = {"BROKER_URL": broker.url}
    stage = processes.Stage(folder, environment)
    services.callback(stage.end)
    world_type: Any = resolve_name("tests.chaos.world:World")
    world = world_type(stage, seed, broker, postgres)
    resolve_name(fault.run)(world, **fault.sized(os.environ))
    found: dict[str, Any] = resolve_name("tests.chaos.oracle:audit")(world).as_json()
    return found


def _database(
    fault: Fault, folder: Path, services: ExitStack, ground: Path
) -> Postgres | None:
    """A server that keeps what it has committed, or a file without tables."""
    if fault.database == "sqlite":
        os.environ["DATABASE_URL"] = f"sqlite:///{folder}/notify.db"
        return None
    # Not FORGETFUL: a crash must lose nothing.
    log, like = folder / "postgres.log", ground / CLUSTER
    server = Postgres(folder / "postgres", log, {}, like=like)
    server.start()
    services.callback(server.stop)
    os.environ["DATABASE_URL"] = server.url
    return server


def _keep_logs(folder: Path, where: Path) -> None:
    """What the processes said, for whoever looks into a fault that was not survived."""
    where.mkdir(parents=True, exist_ok=True)
    for log in [*folder.glob("*.log"), *(folder / "broker").glob("log")]:
        shutil.copy(log, where / log.name)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]))
