"""F26: one SQLite file under claimers that are killed, and under power cuts."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from pathlib import Path
from uuid import uuid4

from django.db import OperationalError, connections

from delivery import retention
from delivery.models import Message, Notification
from notify_project.queue import claiming
from tests.chaos.posting import Clients
from tests.chaos.world import World
from tests.delivery.scene import LANE, many
from tests.faults.processes import Process

_AT_ONCE = 50


def hurt(
    world: World,
    *,
    rows: int = 60_000,
    kills: int = 50,
    posts: int = 600,
    cuts: int = 10,
) -> None:
    """F26. First bare claims, then the whole installation."""
    world.furnish()
    world.claim(settings_are_durable(), "SQLite does not sync each commit")
    _claimed_by_four(world, rows, kills)
    _cut_off(world, posts, cuts)
    world.drain()
    _assert_whole(world, _file(), "the database")


def settings_are_durable() -> bool:
    """Whether a commit that was answered is on the disk (PRAGMA synchronous FULL)."""
    with connections["default"].cursor() as cursor:
        cursor.execute("PRAGMA synchronous")
        return int(cursor.fetchone()[0]) >= 2


def _claimed_by_four(world: World, rows: int, kills: int) -> None:
    """Four processes claim everything, and are killed in the middle of commits."""
    many(world.tenant, rows)
    notes = world.stage.folder / "claims"
    notes.mkdir()
    connections.close_all()  # no connection may be shared over a fork
    forking = multiprocessing.get_context("fork")

    def start(number: int) -> multiprocessing.process.BaseProcess:
        child = forking.Process(target=_claim_all, args=(notes / str(number),))
        child.start()
        return child

    crew = [start(number) for number in range(4)]
    killed = 0
    for kill in range(kills):
        time.sleep(world.dice.uniform(0.02, 0.2))
        victim = world.dice.randrange(4)
        crew[victim].kill()  # which may have found nothing more to claim, and left
        crew[victim].join()
        killed += crew[victim].exitcode == -signal.SIGKILL
        crew[victim] = start(4 + kill)
    for child in crew:
        child.join()
    told = [line for one in notes.iterdir() for line in one.read_text().splitlines()]
    twice = [one for one, count in Counter(told).items() if count > 1]
    claims = set(Message.across_tenants().values_list("claims", flat=True))
    world.notes["claimed"] = len(told)
    world.notes["killed"] = killed
    world.claim(not twice, f"{len(twice)} rows were claimed by two processes")
    world.claim(claims == {1}, f"rows were claimed {sorted(claims)} times")
    _assert_whole(world, _file(), "the database after the kills")
    claimed = Notification.across_tenants().values_list("id", flat=True)
    retention._delete_history(list(claimed))


def _claim_all(notes: Path) -> None:
    """Until nothing is due. What is noted had been committed."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    note = os.open(notes, flags, 0o600)
    while True:
        try:
            claimed = claiming.claim(Message, LANE, _AT_ONCE, token=uuid4())
        except OperationalError:  # 20 s behind the others: SQLite has no queue
            continue
        if claimed is None:
            return
        os.write(note, "".join(f"{one}\n" for one in claimed.ids).encode())


def _cut_off(world: World, posts: int, cuts: int) -> None:
    """Copies of the files as a power cut would leave them, and kills in between."""
    port, web = world.web()
    worker = world.workers(1)[0]
    clients = Clients(world, [port], threads=4)
    clients.flood(posts)
    for cut in range(1, cuts + 1):
        clients.have_answers(cut * posts // (cuts + 1))
        _cut(world, [web, worker], cut)
        if cut % 4 == 2:
            web.kill()
            _port, web = world.web(port)
        elif cut % 4 == 0:
            worker.kill()
            worker = world.workers(1)[0]
    clients.finish()


def _cut(world: World, writers: list[Process], number: int) -> None:
    """All writers stand still while the files are copied: one moment, as in a cut."""
    for one in writers:
        one.signal(signal.SIGSTOP)
    answered = dict(world.words)
    copy = world.stage.folder / f"cut{number}.db"
    for suffix in ("", "-wal"):
        source = Path(f"{_file()}{suffix}")
        if source.exists():
            # By another process: whoever opens a file and closes it again loses all
            # locks of its own on it (POSIX), and SQLite takes us for gone.
            subprocess.run(["cp", str(source), f"{copy}{suffix}"], check=True)
    for one in writers:
        one.signal(signal.SIGCONT)
    _assert_whole(world, copy, f"copy {number}")
    with sqlite3.connect(copy) as database:
        found = database.execute("SELECT correlation_id FROM delivery_notification")
        kept = {row[0] for row in found}
    lost = set(answered) - kept
    world.claim(not lost, f"{len(lost)} answered posts are not in copy {number}")


def _assert_whole(world: World, file: Path, what: str) -> None:
    with sqlite3.connect(file, timeout=20) as database:
        [told] = database.execute("PRAGMA integrity_check").fetchone()
    world.claim(told == "ok", f"{what} is corrupt: {told[:100]}")


def _file() -> Path:
    return Path(str(connections["default"].settings_dict["NAME"]))
