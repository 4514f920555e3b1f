"""Pictures for tests: the first bytes of real ones, and as many more as are wanted."""

from __future__ import annotations

import struct

from templates_app import images
from templates_app.models import Image
from tenants.models import Tenant


def png(width: int = 40, height: int = 20, *, size: int = 0) -> bytes:
    head = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR"
    return (head + struct.pack(">II", width, height)).ljust(size, b"\0")


def gif(width: int = 40, height: int = 20) -> bytes:
    return b"GIF89a" + struct.pack("<HH", width, height)


def jpeg(width: int = 40, height: int = 20) -> bytes:
    """With a segment and padding before its frame, as cameras write them."""
    app = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF".ljust(14, b"\0")
    frame = b"\xff\xff\xc2" + struct.pack(">HBHH", 17, 8, height, width)
    return b"\xff\xd8" + app + frame


def image(tenant: Tenant, name: str = "logo", data: bytes = b"") -> Image:
    return images.create(tenant, name=name, data=data or png())
