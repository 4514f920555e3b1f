"""What is checked before anything starts."""

from __future__ import annotations

import os
import socket
import stat

import pytest

from notify_project.embedded.place import (
    LOOPBACK,
    CannotStart,
    free_port,
    lock,
    make_folders,
    require_free,
)


@pytest.fixture
def taken():
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_folders_are_the_owners_alone(tmp_path):
    make_folders(tmp_path / "var", tmp_path / "mails")

    for folder in ("var", "var/log", "var/broker", "mails"):
        assert stat.S_IMODE((tmp_path / folder).stat().st_mode) == 0o700


def test_folders_that_were_opened_are_closed_again(tmp_path):
    (tmp_path / "var").mkdir(mode=0o755)

    make_folders(tmp_path / "var", tmp_path / "mails")

    assert stat.S_IMODE((tmp_path / "var").stat().st_mode) == 0o700


def test_a_second_run_is_told_of_the_first(tmp_path):
    lock(tmp_path)

    with pytest.raises(CannotStart, match=f"already \\(process {os.getpid()}\\)"):
        lock(tmp_path)


def test_the_folder_is_free_again_when_the_first_has_ended(tmp_path):
    os.close(lock(tmp_path))

    os.close(lock(tmp_path))


def test_a_taken_port_is_told_with_a_way_out(taken):
    with pytest.raises(CannotStart, match=f"make run PORT={taken + 1}"):
        require_free(taken, "PORT")


def test_the_way_out_is_a_port_that_anybody_may_use(monkeypatch):
    def refuse(*_address):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("socket.socket.bind", refuse)

    with pytest.raises(CannotStart, match="make run PORT=8000"):
        require_free(80, "PORT")


@pytest.mark.parametrize("port", [-1, 0, 65536])
def test_a_number_that_is_no_port_is_told(port):
    with pytest.raises(CannotStart, match="not a port"):
        require_free(port, "PORT")


def test_the_preferred_port_gives_way_to_a_free_one(taken):
    port = free_port(taken)

    assert port != taken
    require_free(port, "MAILBOX_PORT")
