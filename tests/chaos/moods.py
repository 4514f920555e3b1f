"""How the provider outside behaves at each call: by chance, yet the same each run.

A mood follows from the seed, the message's word and the how-manyeth call for it this
is, never from the order in which calls happen to come.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from enum import StrEnum

WORD = re.compile(r"chaos-\d{6}")


class Mood(StrEnum):
    """What the provider does with one call."""

    WELL = "well"
    RESET = "reset"  # breaks the connection; took nothing
    REFUSE = "refuse"  # says that it took nothing: busy
    FAULT = "fault"  # says 502, or the like; took nothing
    LATE = "late"  # takes it, and answers when nobody listens any more
    SWALLOW = "swallow"  # takes it, and closes without a word

    @property
    def takes(self) -> bool:
        """Whether the message has arrived."""
        return self in (Mood.WELL, Mood.LATE, Mood.SWALLOW)


KIND: Mapping[Mood, float] = {}
CRUEL: Mapping[Mood, float] = {
    Mood.RESET: 0.02,
    Mood.REFUSE: 0.01,
    Mood.FAULT: 0.02,
    Mood.LATE: 0.005,
    Mood.SWALLOW: 0.03,
}
# For runs of a few seconds, which cannot wait for who is late.
RUDE: Mapping[Mood, float] = {Mood.RESET: 0.05, Mood.FAULT: 0.05, Mood.SWALLOW: 0.05}
TABLES: Mapping[str, Mapping[Mood, float]] = {
    "kind": KIND,
    "cruel": CRUEL,
    "rude": RUDE,
}


def word_of(number: int) -> str:
    """What a message is known by on both sides: in its text and correlation id."""
    return f"chaos-{number:06}"


def mood(seed: int, word: str, nth: int, table: Mapping[Mood, float]) -> Mood:
    """The mood for the nth call (from 1) that brings this word."""
    left = random.Random(f"{seed}:{word}:{nth}").random()
    for one, share in table.items():
        if left < share:
            return one
        left -= share
    return Mood.WELL
