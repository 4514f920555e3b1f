"""Who keeps the answers given under an Idempotency-Key: the app that has their rows.

That is events, which lies above; it registers itself when it is ready.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from tenants.callers import Caller

Body = Mapping[str, Any]


class Once(Protocol):
    """The first answer's body, and whether it was given before.

    `make` gives JSON, in the transaction that stores the key; what it raises leaves the
    key free. Raises Invalid for another body under the key, and Conflict while an equal
    request takes too long.
    """

    def __call__(
        self,
        caller: Caller,
        endpoint: str,
        text: str,
        given: Body,
        make: Callable[[], Body],
    ) -> tuple[Body, bool]: ...


_registered: list[Once] = []


def register(once: Once) -> None:
    """The latest is the one that is asked."""
    _registered[:] = [once]


def keeper() -> Once:
    """What was registered."""
    [once] = _registered
    return once
