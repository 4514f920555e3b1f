"""The books of a proof: what was to arrive, what the receiver wrote down, compared."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

# Each must be 0.
ZERO = ("lost", "doubles_after_an_answer", "forged", "not_delivered")


def audit(
    expected: Collection[str], notes: Iterable[Mapping[str, Any]]
) -> dict[str, int]:
    """`doubles` are takes beyond the first; one is excused if no answer to any take
    before it had gone out."""
    what: Counter[str] = Counter()
    story: dict[str, list[str]] = defaultdict(list)
    for note in notes:
        what[note["what"]] += 1
        if "id" in note:
            story[note["id"]].append(note["what"])
    taken = {key for key, one in story.items() if "took" in one}
    return {
        "events": len(expected),
        "distinct_ids": len(taken & set(expected)),
        "lost": len(set(expected) - taken),
        "doubles": what["took"] - len(taken),
        "doubles_after_an_answer": sum(map(_unexcused, story.values())),
        "forged": what["forged"],
        "refused": what["refused"],
        "hung": what["hung"],
    }


def _unexcused(story: list[str]) -> int:
    """How often it was taken once more after it had been answered."""
    if "answered" not in story:
        return 0
    return story[story.index("answered") :].count("took")


def notes_of(log: Path) -> list[dict[str, Any]]:
    """Whole lines; the last may have been cut short by a kill."""
    found = []
    for line in log.read_text("utf-8").splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def is_clean(found: Mapping[str, Any]) -> bool:
    """Whether the claim holds: everything arrived, and no double is our fault."""
    return all(found[name] == 0 for name in ZERO) and (
        found["distinct_ids"] == found["events"]
    )
