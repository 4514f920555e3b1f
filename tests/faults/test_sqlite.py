"""One SQLite file, real workers: a second one is refused, a killed one replaced."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.chaos import sqlite
from tests.faults.conftest import assert_survived
from tests.faults.processes import ROOT, Broker, Stage, until


@pytest.fixture
def sqlite_stage(tmp_path: Path, own_broker: Broker):
    environment = {
        "DATABASE_URL": f"sqlite:///{tmp_path}/notify.db",
        "BROKER_URL": own_broker.url,
        "VAR_DIR": str(tmp_path / "var"),
    }
    made = Stage(tmp_path, environment)
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=ROOT,
        env={**os.environ, **environment},
        check=True,
        timeout=120,
    )
    yield made
    made.end()


def _worker_lives(folder: Path) -> bool:
    with sqlite3.connect(folder / "notify.db", timeout=5) as database:
        rows = database.execute(
            "SELECT 1 FROM notify_project_lease WHERE name = 'worker:sqlite'"
        )
        return bool(rows.fetchall())


def test_a_second_worker_is_refused_and_a_killed_one_is_replaced_at_once(
    sqlite_stage, tmp_path
):
    first = sqlite_stage.worker()
    assert until(lambda: _worker_lives(tmp_path), 20), sqlite_stage.logs()

    second = sqlite_stage.worker()
    assert second.wait(20) != 0
    assert "SQLite has one writer" in second.said()
    assert first.running

    first.kill()
    third = sqlite_stage.worker()
    assert until(lambda: "ready." in third.said(), 30), third.said()
    assert third.stop() == 0
    assert not _worker_lives(tmp_path), "the next need not wait"


@pytest.mark.each_database
@pytest.mark.only_on("sqlite")
def test_kills_and_power_cuts_leave_the_file_whole(world):
    """A small F26."""
    sqlite.hurt(world, rows=2000, kills=5, posts=40, cuts=2)

    assert_survived(world)
