"""One part that is kept running: started, looked at, started again, stopped."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from notify_project.embedded import lifeline
from notify_project.embedded.parts import Part

FIRST_DELAY_SECONDS = 0.5
LONGEST_DELAY_SECONDS = 30.0
# A part that ran this long was well: its next trouble starts from the first delay.
WELL_AFTER_SECONDS = 60.0
OLD_LOGS_KEPT = 3

Say = Callable[[str], None]


def rotate(log: Path) -> None:
    """Move web.log to web.log.1, that to web.log.2, and so on; the oldest goes."""
    for number in range(OLD_LOGS_KEPT, 0, -1):
        older = log.with_name(f"{log.name}.{number}")
        newer = log.with_name(f"{log.name}.{number - 1}") if number > 1 else log
        if newer.exists():
            newer.replace(older)


class Watched:
    """A part and its process. `say` is told of what goes wrong, one sentence each."""

    def __init__(
        self, part: Part, logs: Path, environment: Mapping[str, str], say: Say
    ) -> None:
        self.part = part
        self.log = logs / f"{part.name}.log"
        self._environment = {**os.environ, **environment, **part.environment}
        self._say = say
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._delay_seconds = FIRST_DELAY_SECONDS
        self._again_at = 0.0

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """In a session of its own: Ctrl-C in the terminal reaches the watcher alone."""
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603, the table in parts.py
                self.part.command,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=lifeline.tied_to_me(self.part.stop_signal),
            )
        self._started_at = time.monotonic()

    def look(self) -> None:
        """Start it again when it has ended and its delay is over; costs no waiting."""
        if self.running:
            return
        now = time.monotonic()
        if self._process is not None:
            self._ended(now, self._process.returncode)
        elif now >= self._again_at:
            self.start()

    def _ended(self, now: float, code: int) -> None:
        if now - self._started_at > WELL_AFTER_SECONDS:
            self._delay_seconds = FIRST_DELAY_SECONDS
        self._say(
            f"{self.part.name} ended ({_reason(code)}); starting it again in "
            f"{self._delay_seconds:g} s. Its last words: {self.log}"
        )
        self._process = None
        self._again_at = now + self._delay_seconds
        self._delay_seconds = min(self._delay_seconds * 2, LONGEST_DELAY_SECONDS)

    def stop(self, hurry: Callable[[], bool]) -> None:
        """Ask it to end and wait its grace; then, or when `hurry()`, end it."""
        process = self._process
        if process is None or process.poll() is not None:
            return
        process.send_signal(self.part.stop_signal)
        give_up_at = time.monotonic() + self.part.grace_seconds
        while process.poll() is None:
            if hurry() or time.monotonic() > give_up_at:
                self._say(f"{self.part.name} does not end by itself; ending it.")
                self._end_session(process)
                process.wait()
                return
            time.sleep(0.02)

    def _end_session(self, process: subprocess.Popen[bytes]) -> None:
        """The part with what it started: its session is its process group."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _reason(code: int) -> str:
    return f"exit {code}" if code >= 0 else signal.Signals(-code).name
