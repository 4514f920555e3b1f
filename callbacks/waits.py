"""A schedule of tries as people write it: "0 s, 5 s, 5 min, 2 h"; read and shown."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _

MOST_TRIES = 20
LONGEST_WAIT_HOURS = 24
LONGEST_DAYS = 7

_HOUR, _DAY = 3600, 86_400
# As it is typed, then by how much it counts; shown by the largest that fits.
_UNITS = {"h": _HOUR, "min": 60, "m": 60, "s": 1}
_SHOWN = ("h", "min", "s")
_WAIT = re.compile(r"(\d{1,6})\s*(h|min|m|s)")
_BETWEEN = re.compile(r"[,;\n]")


class NotASchedule(ValueError):
    """In words: what is wrong, where, and how it would be right."""


def read(text: str) -> list[int]:
    """The seconds before each try, the first of them 0; raises NotASchedule."""
    parts = [one.strip() for one in _BETWEEN.split(text)]
    waits = [_seconds(one) for one in parts if one]
    if not waits or waits[0] != 0:
        raise NotASchedule(_("Begin with 0 s: the first try is made at once."))
    if len(waits) > MOST_TRIES:
        raise NotASchedule(
            _("These are %(count)s tries. Write %(most)s at most.")
            % {"count": len(waits), "most": MOST_TRIES}
        )
    for wait in waits[1:]:
        if not 0 < wait <= LONGEST_WAIT_HOURS * _HOUR:
            raise NotASchedule(
                _("Between two tries are 1 s to %(most)s h, and not %(wait)s.")
                % {"most": LONGEST_WAIT_HOURS, "wait": shown([wait])}
            )
    if sum(waits) > LONGEST_DAYS * _DAY:
        raise NotASchedule(
            _("All of it takes more than %(most)s days. Leave out some of the tries.")
            % {"most": LONGEST_DAYS}
        )
    return waits


def shown(waits: Sequence[float]) -> str:
    """As `read` takes it."""
    return ", ".join(_text(round(one)) for one in waits)


def _seconds(text: str) -> int:
    found = _WAIT.fullmatch(text)
    if found is None:
        raise NotASchedule(
            _("“%(text)s” is no time. Write a number with s, min or h, as in 5 min.")
            % {"text": text[:40]}
        )
    return int(found[1]) * _UNITS[found[2]]


def _text(seconds: int) -> str:
    fits = (one for one in _SHOWN if seconds and seconds % _UNITS[one] == 0)
    unit = next(fits, "s")
    return f"{seconds // _UNITS[unit]} {unit}"
