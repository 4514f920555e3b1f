"""`make chaos`: every fault, or those that FAULT names, with the seed of SEED."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from notify_project.embedded import lifeline
from tests.chaos import report
from tests.chaos.faults import FAULTS

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
    found = []
    for name in chosen:
        _say(f"{name}: {FAULTS[name].what} ...")
        found.append(_one(name, seed))
        for sentence in found[-1]["broken"]:
            _say(f"  {sentence}")
    report.write(found, seed=seed, file=FOLDER / "chaos.json")
    _say(report.table(found))
    survived = all(report.is_clean(one) for one in found)
    _say("All was survived." if survived else "Not all was survived.")
    return 0 if survived else 1


def _one(name: str, seed: int) -> dict[str, Any]:
    """The findings; a fault whose own process breaks has proved nothing."""
    result = FOLDER / f"{name}.json"
    result.unlink(missing_ok=True)
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.chaos.one", name, str(seed), str(result)],
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
