"""No orphans, even after `kill -9`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

from notify_project.embedded import lifeline

PARENT = """
import signal, subprocess, sys, time
from notify_project.embedded import lifeline
child = subprocess.Popen(
    ["sleep", "600"], preexec_fn=lifeline.tied_to_me(signal.SIGTERM)
)
print(child.pid, flush=True)
time.sleep(600)
"""


def test_a_child_ends_when_its_parent_is_killed():
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())

    parent.kill()
    parent.communicate()

    if sys.platform == "linux":
        assert _gone(child), "the child outlived its parent"
    else:
        os.kill(child, signal.SIGKILL)  # this system offers no such tie


def test_a_child_lives_as_long_as_its_parent_does():
    child = subprocess.Popen(
        ["sleep", "600"], preexec_fn=lifeline.tied_to_me(signal.SIGTERM)
    )

    assert child.poll() is None

    child.kill()
    child.wait()


def _gone(pid: int) -> bool:
    for _ in range(500):
        try:
            with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
                if stat.read().rpartition(")")[2].split()[0] == "Z":
                    return True  # ended; whoever inherited it has not yet looked
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.02)
    return False
