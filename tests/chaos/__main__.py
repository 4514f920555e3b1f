"""`make chaos`: every fault, or those that FAULT names, with the seed of SEED."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from notify_project.embedded import lifeline
from tests.chaos import report
from tests.chaos.faults import FAULTS, turns

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "var" / "proof"
_USUAL_SEED = 20261121
# Several times what the longest takes: a fault that hangs is told as one.
_LONGEST_SECONDS = 1200


def main() -> int:
    """0 if every fault was survived."""
    seed = int(os.environ.get("SEED") or _USUAL_SEED)
    chosen = (os.environ.get("FAULT") or " ".join(FAULTS)).split()
    unknown = [name for name in chosen if name not in FAULTS]
    if unknown:
        _say(f"There is no fault {unknown[0]}. There are: {', '.join(FAULTS)}.")
        return 2
    FOLDER.mkdir(parents=True, exist_ok=True)
    _say(f"Seed {seed}: SEED={seed} FAULT={chosen[0]} make chaos repeats one of these.")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="notify-chaos-", dir="/tmp") as folder:
        found = _all(chosen, seed, Path(folder))
    seconds = round(time.monotonic() - began)
    report.write(found, seed=seed, seconds=seconds, file=FOLDER / "chaos.json")
    _say(report.table(found))
    survived = all(report.is_clean(one) for one in found)
    ending = "All was survived" if survived else "Not all was survived"
    _say(f"{ending}, in {seconds // 60} min {seconds % 60} s.")
    return 0 if survived else 1


def _all(chosen: Sequence[str], seed: int, folder: Path) -> list[dict[str, Any]]:
    """What was found of each, told when it is known."""
    if any(FAULTS[name].database == "postgresql" for name in chosen):
        # Once for all of them: each begins with a copy.
        words = [sys.executable, "-m", "tests.chaos.ground", str(folder)]
        subprocess.run(words, cwd=ROOT, check=True)
    found = []
    with ThreadPoolExecutor() as side_by_side:
        for names in turns(chosen):
            _say("\n".join(f"{name}: {FAULTS[name].what} ..." for name in names))
            for one in side_by_side.map(lambda name: _one(name, seed, folder), names):
                found.append(one)
                for sentence in one["broken"]:
                    _say(f"  {one['fault']}: {sentence}")
    return found


def _one(name: str, seed: int, folder: Path) -> dict[str, Any]:
    """The findings; a fault whose own process breaks has proved nothing."""
    result = FOLDER / f"{name}.json"
    result.unlink(missing_ok=True)
    words = ["tests.chaos.one", name, str(seed), str(result), str(folder)]
    child = subprocess.Popen(
        [sys.executable, "-m", *words],
        cwd=ROOT,
        preexec_fn=lifeline.tied_to_me(signal.SIGTERM),
    )
    try:
        code = child.wait(_LONGEST_SECONDS)
    except subprocess.TimeoutExpired:
        child.terminate()
        code = child.wait()
    if code or not result.is_file():
        why = f"the run itself ended with {code}"
        return {**dict.fromkeys(report.ZERO, 0), **_NOTHING, "fault": name} | {
            "broken": [why]
        }
    found: dict[str, Any] = json.loads(result.read_text())
    result.unlink()
    return found


_NOTHING: dict[str, Any] = {
    "flagged_duplicates": 0,
    "accepted": 0,
    "p99_s": None,
    "seconds": 0,
}


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201, it is a command


if __name__ == "__main__":
    sys.exit(main())
