"""The bench's ground, laid on the database and the broker of the test run."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

import notify_project.tasks  # noqa: F401 - the bell of this process rings by it
from tests.bench.ground import Ground
from tests.faults.processes import database_url


@pytest.fixture
def ground(transactional_db: None, tmp_path: Path) -> Ground:
    environment = {"DATABASE_URL": database_url(), "BROKER_URL": settings.BROKER_URL}
    return Ground(tmp_path, database_url(), environment)
