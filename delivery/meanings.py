"""What a state is called by those who are told of it; the table is in states.py."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Meaning:
    """One state in the words of the API, of our callbacks, and of document 004.

    `statistics` is document 000's word: how many have arrived, how many have not; where
    nothing is said, nobody knows yet.
    """

    api: str
    event: str = ""
    receipt: str = ""
    retryable: bool | None = None
    statistics: str = "requested"
