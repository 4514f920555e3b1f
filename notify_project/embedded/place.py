"""The folder and the ports of an embedded installation, checked before it starts."""

from __future__ import annotations

import fcntl
import os
import socket
from dataclasses import dataclass
from pathlib import Path

LOOPBACK = "127.0.0.1"
FOLDERS = ("mailbox", "log", "broker", "bells", "bells-control")


class CannotStart(Exception):
    """What stands in the way, in a sentence."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where everything of this installation is."""

    var: Path
    port: int
    mailbox: Path
    mailbox_port: int
    broker_url: str  # empty: a broker of our own

    @property
    def logs(self) -> Path:
        return self.var / "log"

    @property
    def demo_file(self) -> Path:
        return self.var / "demo.json"


def gate(var: Path) -> Path:
    """A file that is there once the database is ready to be used."""
    return var / "prepared"


def make_folders(var: Path, mailbox: Path) -> None:
    """Create what is missing; all of it is readable by its owner alone."""
    for folder in (var, *(var / name for name in FOLDERS), mailbox):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)


def lock(var: Path) -> int:
    """Hold the folder for this process and what it turns into; returns the descriptor.

    The kernel lets go of it when the process ends, however it ends. Raises
    CannotStart with the process that holds it.
    """
    descriptor = os.open(var / "run.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(descriptor, 20).decode().strip() or "unknown"
        os.close(descriptor)
        raise CannotStart(
            f"Notify is running in this folder already (process {holder}). "
            "Stop it with Ctrl-C where it runs, or use its address."
        ) from None
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    return descriptor


def require_free(port: int, variable: str) -> None:
    """Raises CannotStart when somebody listens there."""
    if not 0 < port < 65536:
        raise CannotStart(f"{variable}={port} is not a port: use one from 1 to 65535.")
    try:
        _bind(port)
    except OSError as error:
        # Below 1024 a port needs rights, and so would the next one.
        other = port + 1 if 1024 <= port < 65535 else 8000
        raise CannotStart(
            f"Port {port} cannot be used ({error.strerror}). "
            f"Choose another: make run {variable}={other}"
        ) from error


def free_port(preferred: int) -> int:
    """`preferred`, or any free one where that is taken."""
    try:
        return _bind(preferred)
    except OSError:
        return _bind(0)


def _bind(port: int) -> int:
    with socket.socket() as listener:
        # As servers do: what a closed connection left behind does not count as taken.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((LOOPBACK, port))
        number: int = listener.getsockname()[1]
    return number
