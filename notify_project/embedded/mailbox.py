"""The local SMTP server of `make run`: it keeps each mail that it receives as a file.

RFC 5321 on loopback, without TLS or log-in; nothing leaves the machine. The file is
the mail as it came, with the envelope in front as Return-Path and Delivered-To.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import uuid
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

LARGEST_MAIL_BYTES = 50 * 1024 * 1024
HOST = "127.0.0.1"


class Mailbox:
    """Answers 250 once the mail is on disk, so that nothing accepted is lost."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(  # noqa: N802, the name that aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        content = envelope.original_content or b""
        head = [f"Return-Path: <{envelope.mail_from or ''}>"]
        head += [f"Delivered-To: {recipient}" for recipient in envelope.rcpt_tos]
        lines = "".join(f"{line}\r\n" for line in head).encode()
        await asyncio.to_thread(keep, self.folder, lines + content)
        return "250 2.0.0 Kept in the mailbox"


def keep(folder: Path, mail: bytes) -> Path:
    """Write one file, whole or not at all, readable by its owner; sorted by time."""
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    path = folder / f"{now}-{uuid.uuid4().hex[:8]}.eml"
    draft = path.with_suffix(".part")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(mail)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    return path


async def serve(folder: Path, port: int, stop: asyncio.Event) -> None:
    """Receive mail until `stop` is set."""
    handler = Mailbox(folder)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(
            handler,
            hostname="mailbox.localhost",
            ident="Notify mailbox",
            enable_SMTPUTF8=True,
            data_size_limit=LARGEST_MAIL_BYTES,
        ),
        host=HOST,
        port=port,
    )
    async with server:
        await stop.wait()


async def _until_told(folder: Path, port: int) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await serve(folder, port, stop)


def main() -> None:
    """`python -m notify_project.embedded.mailbox --folder var/mailbox --port 2525`."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--folder", type=Path, required=True)
    options.add_argument("--port", type=int, required=True)
    given = options.parse_args()
    asyncio.run(_until_told(given.folder, given.port))


if __name__ == "__main__":
    main()
