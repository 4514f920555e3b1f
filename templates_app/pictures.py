"""What an uploaded picture is, read from its own first bytes. Pure.

Only the kinds that every mail program shows. Its header alone is read: nothing is
decoded here, so no picture can be a bomb.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from templates_app.errors import InvalidImage

BYTES = 500_000
SIDE = 4000  # points


@dataclass(frozen=True, slots=True)
class Measured:
    """A picture's type and its size in points."""

    content_type: str
    width: int
    height: int


def measured(data: bytes, *, field: str = "content") -> Measured:
    """Raises InvalidImage, of `field`, for what is no picture that mails can show."""
    if len(data) > BYTES:
        raise InvalidImage(
            _("The picture has more than %(limit)d KB. Make it smaller.")
            % {"limit": BYTES // 1000},
            field=field,
        )
    content_type = next(
        (name for start, name in _STARTS if data.startswith(start)), None
    )
    if content_type is None:
        raise InvalidImage(
            _("Give a PNG, JPEG or GIF: other pictures are not shown in mails."),
            field=field,
        )
    try:
        width, height = _SIZES[content_type](data)
    except (struct.error, IndexError, ValueError):
        width = height = 0
    if not (width and height):
        raise InvalidImage(
            _("The picture is damaged: its size cannot be read."), field=field
        )
    if max(width, height) > SIDE:
        raise InvalidImage(
            _("The picture has more than %(limit)d points at a side. Make it smaller.")
            % {"limit": SIDE},
            field=field,
        )
    return Measured(content_type, width, height)


def _png(data: bytes) -> tuple[int, int]:
    if data[12:16] != b"IHDR":
        raise ValueError
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def _gif(data: bytes) -> tuple[int, int]:
    width, height = struct.unpack("<HH", data[6:10])
    return width, height


def _jpeg(data: bytes) -> tuple[int, int]:
    """Of the frame: segments are skipped by their lengths until it comes."""
    at = 2
    while data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # padding
            at += 1
            continue
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
    raise ValueError


# Start of frame, of each way to code one; C4, C8 and CC are something else.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_STARTS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
_SIZES: dict[str, Callable[[bytes], tuple[int, int]]] = {
    "image/png": _png,
    "image/jpeg": _jpeg,
    "image/gif": _gif,
}
ENDINGS = {"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif"}
