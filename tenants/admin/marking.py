"""A mark of what somebody looked at, which their page brings back."""

from __future__ import annotations

from hashlib import sha256


def mark(said: object) -> str:
    """Different for whatever is printed differently."""
    return sha256(repr(said).encode("utf-8", "surrogatepass")).hexdigest()[:32]
