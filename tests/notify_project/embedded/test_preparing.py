"""`make run` refuses what cannot work before it touches anything."""

from __future__ import annotations

import socket

import pytest

from notify_project.embedded import preparing
from notify_project.embedded.place import LOOPBACK, CannotStart, free_port


def test_a_database_elsewhere_is_not_for_one_folder(settings, tmp_path):
    settings.EMBEDDED = False
    settings.VAR_DIR = tmp_path / "var"

    with pytest.raises(CannotStart, match="DATABASE_URL is set"):
        preparing.settle()

    assert not settings.VAR_DIR.exists()


def test_a_taken_port_stops_it_before_the_database_is_made(settings, tmp_path):
    settings.EMBEDDED = True
    settings.VAR_DIR = tmp_path / "var"
    settings.MAILBOX_DIR = tmp_path / "var" / "mailbox"
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        listener.listen()
        settings.PORT = listener.getsockname()[1]

        with pytest.raises(CannotStart, match=f"Port {settings.PORT} cannot be used"):
            preparing.settle()

    assert not (settings.VAR_DIR / "notify.db").exists()


def test_the_mailbox_leaves_the_web_its_port(settings, tmp_path, monkeypatch):
    settings.EMBEDDED = True
    settings.VAR_DIR = tmp_path / "var"
    settings.MAILBOX_DIR = tmp_path / "var" / "mailbox"
    settings.PORT = settings.MAILBOX_PORT = free_port(0)
    monkeypatch.delenv("MAILBOX_PORT", raising=False)

    assert preparing.settle().mailbox_port != settings.PORT


def test_the_same_port_for_both_is_told(settings, tmp_path, monkeypatch):
    settings.EMBEDDED = True
    settings.VAR_DIR = tmp_path / "var"
    settings.MAILBOX_DIR = tmp_path / "var" / "mailbox"
    settings.PORT = settings.MAILBOX_PORT = free_port(0)
    monkeypatch.setenv("MAILBOX_PORT", str(settings.PORT))

    with pytest.raises(CannotStart, match="PORT and MAILBOX_PORT are both"):
        preparing.settle()
