"""What a bench found, as bench.json has it and as a table tells it."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

# Figure: (what it may be at least or at most, which of the two).
LIMITS: Mapping[str, tuple[float, str]] = {
    "accept_ratio": (0.5, ">="),
    "deliver_ratio.sms": (0.7, ">="),
    "deliver_ratio.email": (0.7, ">="),
    "latency_p99_ms": (250.0, "<="),
    "growth.claim": (1.5, "<="),
    "growth.status": (1.5, "<="),
    "growth.search": (1.5, "<="),
    "admin_page_ms": (500.0, "<="),
    "memory_mb.worker": (250.0, "<="),
    "peers.django-post_office": (1.0, ">="),
    "sequential_scans": (0.0, "<="),
}


def machine() -> dict[str, Any]:
    """Enough to judge the figures by, and nothing that names the machine."""
    return {"cpus": os.cpu_count(), "python": platform.python_version()}


def flat(found: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, float]]:
    """Each figure by its dotted name."""
    for name, value in found.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{prefix}{name}.")
        elif isinstance(value, int | float):
            yield f"{prefix}{name}", float(value)


def table(found: Mapping[str, Any]) -> str:
    """One line for each figure that has a limit, then the others."""
    figures = dict(flat(found))
    lines = [f"{'figure':<40} {'found':>10}   {'wanted':<10}"]
    for name, value in figures.items():
        limit = LIMITS.get(name)
        wanted = f"{limit[1]} {limit[0]:g}" if limit else ""
        word = "" if limit is None else ("ok" if _holds(value, limit) else "MISSED")
        lines.append(f"{name:<40} {value:>10.2f}   {wanted:<10} {word}".rstrip())
    return "\n".join(lines)


def missed(found: Mapping[str, Any]) -> list[str]:
    """The figures that are not as they should be."""
    figures = dict(flat(found))
    return [
        name
        for name, limit in LIMITS.items()
        if name in figures and not _holds(figures[name], limit)
    ]


def write(found: Mapping[str, Any], folder: Path) -> Path:
    """bench.json in the folder; its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "bench.json"
    path.write_text(json.dumps(found, indent=2) + "\n", "utf-8")
    return path


def _holds(value: float, limit: tuple[float, str]) -> bool:
    bound, way = limit
    return value >= bound if way == ">=" else value <= bound
