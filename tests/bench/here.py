"""The servers of one bench: PostgreSQL as in production, a broker, secrets."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.servers import Postgres, start_valkey
from tests.services import ENVIRONMENT

# What a commit promises is kept, as in production: it waits for the disk.
DURABLE = {
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
    "maintenance_work_mem": "256MB",
}


@contextmanager
def servers() -> Iterator[Path]:
    """Start them and put their addresses into the environment; the folder for logs.

    Before Django reads its settings. The folder is kept if something goes wrong.
    """
    folder = Path(tempfile.mkdtemp(prefix="notify-bench-", dir="/tmp"))
    with ExitStack() as stack:
        server = Postgres(folder / "postgres", folder / "postgres.log", DURABLE)
        server.start()
        stack.callback(server.stop)
        server.create()
        broker_url = start_valkey(folder / "valkey", stack)
        os.environ.update(
            ENVIRONMENT,
            VAR_DIR=str(folder / "var"),
            DATABASE_URL=server.url,
            BROKER_URL=broker_url,
            DJANGO_SETTINGS_MODULE="notify_project.settings",
        )
        yield folder
    shutil.rmtree(folder, ignore_errors=True)
