"""Children: their limits hold, they hear of nothing, and they never outlive us."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from notify_project.errors import Unavailable
from notify_project.isolation import ChildFailed, Isolated, LimitReached, Limits

ROOT = Path(__file__).resolve().parents[2]
QUICK = Limits(cpu_seconds=0.5, wall_seconds=1.0, memory_bytes=64_000_000)

Make = Callable[..., Isolated]


@pytest.fixture
def make() -> Iterator[Make]:
    """Pools of one function each, closed at the end."""
    with ExitStack() as stack:

        def build(function: str, *, size: int = 1, limits: Limits = QUICK) -> Isolated:
            pool = Isolated(
                f"tests.notify_project.isolated:{function}", size=size, limits=limits
            )
            stack.callback(pool.close)
            return pool

        yield build


def _gone(pid: int, *, within_seconds: float) -> bool:
    deadline = time.monotonic() + within_seconds
    while time.monotonic() < deadline:
        if not _runs(pid):
            return True
        time.sleep(0.02)
    return False


def _runs(pid: int) -> bool:
    """A process that has ended and was not waited for runs no more."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state.split()[0] not in "ZX"


@pytest.mark.parametrize("payload", [b"", b"x", b"\0" * 300_000])
def test_the_answer_is_what_the_function_gives(make, payload):
    assert make("echo").run(b"1" + payload) == b"1" + payload


def test_a_child_is_used_again(make):
    pool = make("pid")

    assert len({pool.run(b"x") for _ in range(5)}) == 1


def test_a_child_is_replaced_after_so_many_jobs(make):
    pool = make("pid", limits=Limits(jobs_per_child=2))

    pids = [pool.run(b"x") for _ in range(5)]

    assert pids[0] == pids[1] != pids[2] == pids[3] != pids[4]
    assert _gone(int(pids[0]), within_seconds=5)


def test_computing_for_too_long_is_ended(make):
    started = time.monotonic()

    with pytest.raises(LimitReached) as caught:
        make("spin").run(b"x")

    assert caught.value.reason == "time"
    assert time.monotonic() - started < 10


def test_waiting_for_too_long_is_ended(make):
    with pytest.raises(LimitReached) as caught:
        make("nap").run(b"30")

    assert caught.value.reason == "time"


def test_a_child_may_wait_between_jobs_for_as_long_as_it_likes(make):
    pool = make("pid", limits=Limits(cpu_seconds=0.2, wall_seconds=0.4))

    first = pool.run(b"x")
    time.sleep(0.8)

    assert pool.run(b"x") == first


def test_cpu_seconds_count_for_each_job_anew(make):
    pool = make("nap", limits=Limits(cpu_seconds=1, wall_seconds=0.9))

    for _ in range(4):
        assert pool.run(b"0.5") == b"rested"


def test_too_much_memory_is_refused(make):
    pool = make("eat")

    assert pool.run(b"1000000") == b"1000000"
    with pytest.raises(LimitReached) as caught:
        pool.run(b"80000000")

    assert caught.value.reason == "memory"


def test_too_long_an_answer_is_not_even_read(make):
    pool = make("answer", limits=Limits(answer_bytes=1_000))

    assert len(pool.run(b"1000")) == 1_000
    with pytest.raises(LimitReached) as caught:
        pool.run(b"1001")

    assert caught.value.reason == "size"


@pytest.mark.parametrize("function", ["crash", "leave"])
def test_a_crash_is_told_and_survived(make, function):
    pool = make(function)

    for _ in range(2):
        with pytest.raises(ChildFailed):
            pool.run(b"x")


def test_what_a_function_raises_is_told_by_its_type_alone(make):
    with pytest.raises(ChildFailed) as caught:
        make("fail").run(b"my secret")

    assert "ValueError" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_after_a_limit_the_next_job_is_done(make):
    pool = make("nap")
    with pytest.raises(LimitReached):
        pool.run(b"30")

    assert pool.run(b"0") == b"rested"


def test_a_child_that_died_while_idle_is_not_asked(make):
    pool = make("pid")
    first = int(pool.run(b"x"))

    os.kill(first, signal.SIGKILL)

    assert int(pool.run(b"x")) != first


def test_a_child_sees_nothing_of_its_parent(make, monkeypatch):
    monkeypatch.setenv("SECRET_OF_OURS", "x")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.set_inheritable(True)
        seen = json.loads(make("surroundings").run(b"x"))

    assert set(seen["environment"]) <= {"LC_ALL", "LC_CTYPE"}
    assert sum(name.startswith("socket:") for name in seen["descriptors"]) == 1
    assert seen["directory"] == "/"
    assert seen["session"] is True


def test_a_child_writes_no_file(make, tmp_path):
    with pytest.raises(ChildFailed):
        make("write").run(str(tmp_path / "file").encode())

    assert not (tmp_path / "file").exists() or (tmp_path / "file").stat().st_size == 0


def test_a_function_that_is_not_there_is_no_hanging_matter(make):
    with pytest.raises(Unavailable):
        make("nothing_of_that_name").run(b"x")


def test_whoever_waits_too_long_is_told_so(make):
    pool = make("nap", limits=Limits(cpu_seconds=1, wall_seconds=0.5))
    seen: list[str] = []

    def job() -> None:
        try:
            pool.run(b"30")
        except (LimitReached, Unavailable) as error:
            seen.append(type(error).__name__)

    threads = [threading.Thread(target=job) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)

    assert len(seen) == 4
    assert "Unavailable" in seen


def test_threads_share_the_children(make):
    pool = make("echo", size=3, limits=Limits(wall_seconds=20))
    seen: list[bool] = []

    def job(name: bytes) -> None:
        seen.extend(pool.run(name) == name for _ in range(50))

    threads = [threading.Thread(target=job, args=(b"%d" % n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert len(seen) == 400
    assert all(seen)


def test_a_child_outlives_the_thread_that_started_it(make):
    pool = make("pid")
    seen: list[bytes] = []
    thread = threading.Thread(target=lambda: seen.append(pool.run(b"x")))
    thread.start()
    thread.join()

    assert pool.run(b"x") == seen[0]


def test_a_fork_has_children_of_its_own(make):
    pool = make("pid")
    ours = pool.run(b"x")
    reading, writing = os.pipe()

    if (fork := os.fork()) == 0:
        try:
            os.write(writing, pool.run(b"x"))
        finally:
            os._exit(0)
    os.waitpid(fork, 0)
    theirs = os.read(reading, 100)
    os.close(reading)
    os.close(writing)

    assert theirs.isdigit()
    assert theirs != ours
    assert pool.run(b"x") == ours
    assert _gone(int(theirs), within_seconds=10)


@pytest.mark.parametrize("work", ["idle", "busy"])
def test_children_die_with_a_parent_that_is_killed(work):
    script = f"""
import sys, threading, time
sys.path.insert(0, {str(ROOT)!r})
from notify_project.isolation import Isolated, Limits
limits = Limits(cpu_seconds=2, wall_seconds=3)
idle = Isolated("tests.notify_project.isolated:pid", size=1, limits=limits)
print(int(idle.run(b"x")), flush=True)
if {work!r} == "busy":
    idle.target = "tests.notify_project.isolated:spin"
    idle.close()
    threading.Thread(target=idle.run, args=(b"x",), daemon=True).start()
time.sleep(60)
"""
    parent = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    pids = {int(parent.stdout.readline())}
    if work == "busy":
        time.sleep(1)
        pids = set(_children(parent.pid))
    assert pids

    parent.kill()
    parent.wait()
    parent.stdout.close()

    assert all(_gone(pid, within_seconds=15) for pid in pids)


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += [int(each) for each in (task / "children").read_text().split()]
    return found


def test_closing_ends_the_idle(make):
    pool = make("pid")
    child = int(pool.run(b"x"))

    pool.close()

    assert _gone(child, within_seconds=5)
    assert int(pool.run(b"x")) != child
