"""The secrets of an embedded installation are made once and are private."""

from __future__ import annotations

import base64
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import environ

from notify_project import secret_file


def test_the_file_is_made_once_and_nobody_else_may_read_it(tmp_path):
    path = tmp_path / "var" / "secrets.env"

    secret_file.ensure(path)
    first = path.read_text()
    secret_file.ensure(path)

    assert path.read_text() == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["secrets.env"]


def test_processes_that_start_together_agree(tmp_path, monkeypatch):
    path = tmp_path / "secrets.env"
    numbers = iter(range(100))
    monkeypatch.setattr(secret_file.os, "getpid", lambda: next(numbers))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: secret_file.ensure(path), range(8)))

    assert path.read_text().count("SECRET_KEY=") == 1


def test_the_sealing_key_is_one_of_256_bits():
    values = dict(line.split("=", 1) for line in secret_file.fresh().splitlines())

    name, _, key = values["SEALING_KEYS"].partition(":")

    assert (name, len(base64.b64decode(key, validate=True))) == ("k1", 32)
    assert len(set(values.values())) == 4


def test_what_is_printed_can_be_put_into_env(tmp_path, monkeypatch):
    printed = subprocess.run(
        [sys.executable, "-m", "notify_project.secret_file"],
        check=True,
        capture_output=True,
        text=True,
        env={},
    ).stdout
    file = tmp_path / ".env"
    file.write_text(printed)
    values: dict[str, str] = {}
    monkeypatch.setattr(environ.Env, "ENVIRON", values)

    environ.Env.read_env(file)

    assert set(values) == {"SECRET_KEY", "SEALING_KEYS", "SEARCH_KEY", "KEY_PEPPER"}
