"""What was freed is given back, what was loaded is left alone.

A worker under load: tests/faults/test_memory.py.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

_PROGRAM = """
from pathlib import Path
from notify_project.memory import give_back_large_blocks
give_back_large_blocks()
def weight():
    return int(Path("/proc/self/status").read_text().partition("VmRSS:")[2].split()[0])
bytes(25_000_000)  # a block of which the C library would learn
before = weight()
kept = []
for _ in range(4):
    blocks = [bytearray(20_000_000) for _ in range(3)]
    kept.append(bytearray(500_000))  # and which would lie above what is freed
    del blocks
print(weight() - before)
"""


def test_what_is_freed_weighs_nothing():
    told = subprocess.run(
        [sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True
    )

    assert int(told.stdout) < 20_000


@pytest.mark.parametrize(
    "begins",
    [
        "import notify_project.wsgi",
        "import django; django.setup()\nfrom celery import signals\n"
        "import notify_project.tasks\nsignals.worker_ready.send(sender=None)",
    ],
    ids=["web", "worker"],
)
def test_what_is_loaded_when_a_process_begins_is_not_looked_through_again(begins):
    program = f"{begins}\nimport gc; print(gc.get_freeze_count())"

    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert int(told.stdout.splitlines()[-1]) > 50_000
