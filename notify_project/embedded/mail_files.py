"""Reads the mails that the local mailbox keeps as files: the newest first."""

from __future__ import annotations

import base64
import email
import email.policy
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from itertools import islice
from pathlib import Path
from typing import Any

_NAME = re.compile(r"(\d{8}T\d{6})\.\d{6}Z-[0-9a-f]{8}\.eml")
_SHOWN_MAILS = 100
_LARGEST_SHOWN_BYTES = 50 * 1024 * 1024
_LONGEST_TEXT = 500_000


@dataclass(frozen=True, slots=True)
class Mail:
    """One kept mail; texts are "" where it has none. `source` is set by `read` only."""

    name: str
    received_at: datetime
    subject: str
    sender: str
    recipients: tuple[str, ...]
    text: str = ""
    html: str = ""
    attachments: tuple[tuple[str, str, int], ...] = ()
    source: str = ""


def newest(folder: Path, *, limit: int = _SHOWN_MAILS) -> Sequence[Mail]:
    """The heads of the newest mails; names sort by time."""
    try:
        names = sorted((one.name for one in folder.iterdir()), reverse=True)
    except FileNotFoundError:
        return ()
    kept = (name for name in names if _NAME.fullmatch(name))
    return [_head(folder / name) for name in islice(kept, limit)]


def read(folder: Path, name: str) -> Mail | None:
    """One mail whole; None for a name that is none of the mailbox's."""
    if not _NAME.fullmatch(name):
        return None
    try:
        data = (folder / name).read_bytes()[:_LARGEST_SHOWN_BYTES]
    except FileNotFoundError:
        return None
    parsed = email.message_from_bytes(data, policy=email.policy.default)
    files = tuple(
        (
            part.get_filename() or "",
            part.get_content_type(),
            len(part.get_payload(decode=True) or b""),
        )
        for part in parsed.iter_attachments()
    )
    source = data.decode("utf-8", "replace")[:_LONGEST_TEXT]
    html = _with_images(_body(parsed, "html"), parsed)
    return _mail(name, parsed, _body(parsed, "plain"), html, files, source)


def _head(path: Path) -> Mail:
    with path.open("rb") as file:
        head = email.message_from_bytes(
            file.read(64 * 1024), policy=email.policy.default
        )
    return _mail(path.name, head)


def _mail(
    name: str,
    parsed: EmailMessage,
    text: str = "",
    html: str = "",
    files: tuple[tuple[str, str, int], ...] = (),
    source: str = "",
) -> Mail:
    return Mail(
        name=name,
        received_at=_received(name),
        subject=str(parsed.get("Subject", "")),
        sender=str(parsed.get("From", "")),
        recipients=tuple(map(str, parsed.get_all("Delivered-To", []))),
        text=text,
        html=html,
        attachments=files,
        source=source,
    )


def _body(parsed: EmailMessage, kind: str) -> str:
    part = parsed.get_body(preferencelist=(kind,))
    if part is None:
        return ""
    try:
        return str(part.get_content())[:_LONGEST_TEXT]
    except (LookupError, ValueError):  # a charset that nobody knows
        return ""


def _with_images(html: str, parsed: EmailMessage) -> str:
    """The images that came with it stand in it, for the frame fetches nothing."""
    for part in parsed.walk():
        name = str(part.get("Content-ID", "")).strip("<> ")
        if name and part.get_content_maintype() == "image":
            data: Any = part.get_payload(decode=True)
            packed = base64.b64encode(data or b"").decode()
            url = f"data:{part.get_content_type()};base64,{packed}"
            html = re.sub(rf"cid:{re.escape(name)}(?=[\"'\s)&>])", url, html)
    return html


def _received(name: str) -> datetime:
    return datetime.strptime(name[:15], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
