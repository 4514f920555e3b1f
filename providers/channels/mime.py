"""An `EmailPayload` as the bytes of an Internet message (RFC 5322, 2045 to 2047, 2231).

Only ASCII comes out, lines end in CRLF and nothing else, no line has more than 998
bytes, and the decoded texts are exactly those that were put in.
"""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from email.header import Header
from email.message import EmailMessage
from email.mime.image import MIMEImage
from email.policy import SMTP
from email.utils import format_datetime, quote
from io import BytesIO

from providers.channels.email import EmailPayload
from providers.files import File

_POLICY = SMTP.clone(cte_type="7bit")
# Whole lines of base64, which hold 57 bytes each.
_PIECE = 57 * 4096
_BREAKING = re.compile(r"[\x00-\x1f\x7f]")


def message_bytes(payload: EmailPayload, *, now: datetime | None = None) -> bytes:
    """The whole message, without a Bcc header.

    The headers are written here, not by Python's policy: that decodes what looks like
    an encoded word in a subject, and cuts or encodes URLs and ids that pass 78 columns.
    Raises ValueError if a header would break its line; content that went through
    providers/channels/email.py does not.
    """
    lines = [
        *_structured(payload, now or datetime.now(UTC)),
        _unstructured("Subject", payload.subject),
        *(_unstructured(name, value) for name, value in payload.headers),
        "MIME-Version: 1.0",
    ]
    head = "".join(f"{line}\r\n" for line in lines)
    whole = BytesIO()
    whole.write(head.encode("ascii"))
    _write_body(whole, payload)
    return whole.getvalue()


def message_id(payload: EmailPayload) -> str:
    """The same in every attempt, so that a receiver can drop a second copy."""
    return f"<{payload.reference}@{payload.sender.rpartition('@')[2]}>"


def _structured(payload: EmailPayload, now: datetime) -> Iterator[str]:
    yield f"Message-ID: {_sound(message_id(payload))}"
    yield f"Date: {format_datetime(now)}"
    yield f"From: {_mailbox(payload.sender, payload.sender_name)}"
    yield f"To: {_list(payload.to) or 'undisclosed-recipients:;'}"
    if payload.cc:
        yield f"Cc: {_list(payload.cc)}"
    if payload.reply_to:
        yield f"Reply-To: {_list(payload.reply_to)}"


def _unstructured(name: str, value: str) -> str:
    """ASCII as it is, however long the word; everything else as encoded words."""
    if _is_plain(_sound(value)):
        return f"{_sound(name)}: {value}"
    return f"{_sound(name)}: {_encoded(value, first=len(name) + 2)}"


def _mailbox(address: str, name: str) -> str:
    if not _sound(name):
        return _sound(address)
    shown = f'"{quote(name)}"' if _is_plain(name) else _encoded(name, first=6)
    return f"{shown}\r\n <{_sound(address)}>"


def _list(addresses: Iterable[str]) -> str:
    return ",\r\n ".join(_sound(one) for one in addresses)


def _is_plain(value: str) -> bool:
    """Not for readers who would take a part of it for an encoded word."""
    return value.isascii() and "=?" not in value


def _encoded(value: str, *, first: int) -> str:
    """RFC 2047, in UTF-8; the first line leaves room for the header's name."""
    header = Header(value, "utf-8", maxlinelen=76, header_name="x" * (first - 2))
    return header.encode(linesep="\r\n")


def _sound(value: str) -> str:
    if _BREAKING.search(value):
        raise ValueError("A header contains a line break or control character.")
    return value


def _write_body(whole: BytesIO, payload: EmailPayload) -> None:
    """Parts are written by hand: Python's generator takes five times a file's size,
    and for the words a quarter of what a worker does for a mail."""
    words = _words(payload)
    attached = [one for one in payload.attachments if not one.content_id]
    if not attached:
        whole.write(words)
        return
    # No base64 has it, and of the words it is made sure.
    boundary = _boundary(words)
    between = f"--{boundary}\r\n".encode("ascii")
    whole.write(_multipart("mixed", boundary) + between + words)
    for file in attached:
        whole.write(b"\r\n" + between)
        _write_file(whole, file)
    whole.write(f"\r\n--{boundary}--\r\n".encode("ascii"))


def _words(payload: EmailPayload) -> bytes:
    """The text, the HTML, or a choice between both: an entity with its headers."""
    parts = [_text_part(payload.text, "plain")] if payload.text else []
    parts += [_page(payload)] if payload.html else []
    return _joined("alternative", parts or [_text_part("", "plain")])


def _page(payload: EmailPayload) -> bytes:
    """The HTML, and with it the images that it shows by cid: (RFC 2392)."""
    shown = [one for one in payload.attachments if one.content_id]
    images = [image_part(one).as_bytes(policy=_POLICY) for one in shown]
    return _joined("related", [_text_part(payload.html, "html"), *images])


def image_part(file: File) -> MIMEImage:
    """One that the HTML shows by cid: and its `content_id`."""
    part = MIMEImage(file.data, file.content_type.partition("/")[2])
    part["Content-ID"] = f"<{_sound(file.content_id)}>"
    part.add_header("Content-Disposition", "inline", filename=file.filename)
    return part


def _joined(subtype: str, parts: Sequence[bytes]) -> bytes:
    """One entity of several; of one, that one."""
    if len(parts) == 1:
        return parts[0]
    boundary = _boundary(*parts)
    between = f"--{boundary}\r\n".encode("ascii")
    head = _multipart(subtype, boundary)
    ended = b"".join(between + part + b"\r\n" for part in parts)
    return head + ended + f"--{boundary}--\r\n".encode("ascii")


def _multipart(subtype: str, boundary: str) -> bytes:
    line = f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n\r\n'
    return line.encode("ascii")


def _boundary(*parts: bytes) -> str:
    """What none of the parts contains."""
    while True:
        boundary = f"=={secrets.token_hex(16)}=="
        marker = boundary.encode("ascii")
        if not any(marker in part for part in parts):
            return boundary


def _text_part(text: str, subtype: str) -> bytes:
    """UTF-8 in the shorter of quoted-printable and base64.

    Python's own set_content would add a line break to a text that ends without one.
    """
    data = re.sub(r"\r\n?", "\n", text).encode()
    quoted = binascii.b2a_qp(data, istext=True)
    if quoted and not quoted.endswith(b"\n"):
        quoted += b"=\n"  # a soft break: the line ends, the text does not
    packed = base64.encodebytes(data.replace(b"\n", b"\r\n"))
    shorter = len(quoted) <= len(packed)
    head = (
        f'Content-Type: text/{subtype}; charset="utf-8"\r\n'
        "Content-Transfer-Encoding: "
        f"{'quoted-printable' if shorter else 'base64'}\r\n\r\n"
    )
    lines = quoted if shorter else packed
    return head.encode("ascii") + lines.replace(b"\n", b"\r\n")


def _write_file(whole: BytesIO, file: File) -> None:
    part = EmailMessage(_POLICY)
    main, _slash, sub = file.content_type.partition("/")
    if main in ("multipart", "message"):
        main, sub = "application", "octet-stream"  # else readers unpack it as mail
    part["Content-Type"] = f"{main}/{sub}"
    part["Content-Transfer-Encoding"] = "base64"
    part.add_header("Content-Disposition", "attachment", filename=file.filename)
    whole.write(part.as_bytes(policy=_POLICY))
    for start in range(0, len(file.data), _PIECE):
        lines = base64.encodebytes(file.data[start : start + _PIECE])
        whole.write(lines.replace(b"\n", b"\r\n"))
