"""What a run of `make chaos` tells: a table for people, chaos.json for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.chaos.faults import FAULTS

# What must be 0 of each fault.
ZERO = ("lost", "stuck", "unflagged_duplicates")
_COLUMNS = (
    ("fault", "fault"),
    ("accepted", "accepted"),
    ("lost", "lost"),
    ("stuck", "stuck"),
    ("unflagged_duplicates", "unflagged"),
    ("flagged_duplicates", "flagged"),
    ("p99_s", "p99 s"),
    ("seconds", "seconds"),
)

Found = Mapping[str, Any]


def is_clean(found: Found) -> bool:
    """Whether the fault was survived."""
    return not (any(found[name] for name in ZERO) or found["broken"])


def table(all_found: Sequence[Found]) -> str:
    """Rows of Markdown, as docs/guide/proofs.md shows them."""
    heads = [head for _name, head in _COLUMNS]
    rows = [[*heads, "what"], ["---"] * (len(heads) + 1)]
    for found in all_found:
        cells = [_cell(found.get(name)) for name, _head in _COLUMNS]
        rows.append([*cells, FAULTS[found["fault"]].what])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cell(value: object) -> str:
    return "-" if value is None else str(value)


def write(all_found: Sequence[Found], *, seed: int, seconds: int, file: Path) -> None:
    """chaos.json: the seed, how long all took, what was found of each by its number."""
    file.parent.mkdir(parents=True, exist_ok=True)
    by_name = {found["fault"]: dict(found) for found in all_found}
    whole = {
        "seed": seed,
        "seconds": seconds,
        "clean": all(is_clean(found) for found in all_found),
        "faults": by_name,
    }
    file.write_text(json.dumps(whole, indent=2) + "\n")
