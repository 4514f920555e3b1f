"""The secrets of an installation: made once, kept in one private file.

`python -m notify_project.secret_file` prints fresh ones, as an environment file.
"""

from __future__ import annotations

import base64
import os
import secrets
import sys
from pathlib import Path


def ensure(path: Path) -> None:
    """Write `path` with fresh secrets (mode 0600) unless it is there already.

    Losing the file loses the database's sealed columns: back it up with the data.
    Two processes that start together agree: the first to link its file wins.
    """
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(fresh())
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        return  # another process was first; its secrets hold
    finally:
        draft.unlink()


def fresh() -> str:
    """New values, one NAME=value a line."""
    values = {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "SEALING_KEYS": f"k1:{base64.b64encode(secrets.token_bytes(32)).decode()}",
        "SEARCH_KEY": secrets.token_urlsafe(32),
        "KEY_PEPPER": secrets.token_urlsafe(32),
    }
    return "".join(f"{name}={value}\n" for name, value in values.items())


if __name__ == "__main__":
    sys.stdout.write(fresh())
