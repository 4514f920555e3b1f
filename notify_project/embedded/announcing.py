"""What `make run` says: where it is, how to log in, and one line that sends a mail."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from pathlib import Path

EXAMPLE = {
    "recipients": {"to": ["you@example.com"]},
    "content": {
        "subject": "Hello from Notify",
        "body": "This mail went through the queue into your mailbox.",
    },
    # Without it, the same line pasted again would be the same notification again.
    "allowDuplicate": True,
}


@dataclass(frozen=True, slots=True)
class Demo:
    """What var/demo.json holds."""

    base_url: str
    api_key: str
    admin_url: str
    admin_email: str
    admin_password: str
    mailbox: str

    @classmethod
    def read(cls, path: Path) -> Demo:
        values = json.loads(path.read_text(encoding="utf-8"))
        return cls(**{name: values[name] for name in cls.__slots__})


def curl(demo: Demo) -> str:
    """The line to paste; quoted for any POSIX shell."""
    words = [
        *("curl", "-sS", f"{demo.base_url}/notifysimple/email"),
        *("-H", f"X-API-KEY: {demo.api_key}"),
        *("-H", "Content-Type: application/json"),
        *("-d", json.dumps(EXAMPLE)),
    ]
    return shlex.join(words)


def welcome(demo: Demo, *, seconds: float, logs: Path) -> str:
    """The whole announcement; `seconds` is what the start took."""
    return f"""
Notify answers at {demo.base_url} (after {seconds:.1f} s)

  Admin     {demo.admin_url}
  Log in    {demo.admin_email}   password {demo.admin_password}
  Mailbox   {demo.mailbox} (each mail an .eml file; also in the admin)
  Logs      {logs}

Send a mail to the mailbox (paste it as often as you like):

{curl(demo)}

Ctrl-C stops everything; your data stays for the next start.
"""
