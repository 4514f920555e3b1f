"""File: an attachment on its way from a request to a provider. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class File:
    """A file as it came; `data` is the decoded content.

    With a `content_id` it is an image that the body shows by cid: and this name.
    """

    filename: str
    content_type: str
    data: bytes = field(repr=False)
    content_id: str = ""
