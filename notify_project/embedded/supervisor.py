"""Starts the parts, watches them, says what is worth saying, and stops them in order.

Runs without Django (`python -m notify_project.embedded.supervisor`): `manage.py run`
prepares the folder and then turns into this, which leaves the memory to the parts.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import NoReturn

from notify_project.embedded import announcing, parts
from notify_project.embedded.place import LOOPBACK, Place, gate
from notify_project.embedded.watching import Watched, rotate

TICK_SECONDS = 0.05
# After this long, what is not yet well is told with its reason.
PATIENCE_SECONDS = 30.0
NO_BROKER = (
    "There is no broker for this machine's kind of processor or system: door-bells "
    "go through files in {folder}. Everything works, with up to a second's delay."
)


class Supervisor:
    """The parts of one place, from the start to the last one's end."""

    def __init__(self, place: Place, say: Callable[[str], None]) -> None:
        self.place = place
        self.say = say
        self._signals = 0
        environment = parts.environment(place)
        self._watched = [
            Watched(part, place.logs, environment, say) for part in parts.table(place)
        ]
        self._up: list[Watched] = []

    def run(self, *, preparer: int, started_at: float) -> int:
        """Until a signal has come and all parts have ended; returns the exit code.

        `preparer` is the child process that prepares the database: what needs it
        starts when that has ended well. When it has not, everything stops.
        """
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._told_to_stop)  # `nohup` is respected
        if parts.broker_address(self.place) == "filesystem://":
            self.say(NO_BROKER.format(folder=self.place.var / "bells"))
        self._start(early=True)
        well = self._prepared(preparer)
        if well and not self._signals:
            gate(self.place.var).touch()
            self._start(early=False)
            greeter = threading.Thread(target=self._greet, args=(started_at,))
            greeter.daemon = True
            greeter.start()
            self._watch()
        self._stop()
        return 0 if well or self._signals else 1

    def _start(self, *, early: bool) -> None:
        for watched in self._watched:
            if watched.part.early == early:
                rotate(watched.log)
                watched.start()
                self._up.append(watched)

    def _prepared(self, preparer: int) -> bool:
        """Wait for the preparing child; its own words say what went wrong."""
        while True:
            pid, status = os.waitpid(preparer, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status) == 0
            self._look()

    def _watch(self) -> None:
        while not self._signals:
            self._look()

    def _look(self) -> None:
        for watched in self._up:
            watched.look()
        time.sleep(TICK_SECONDS)

    def _told_to_stop(self, number: int, frame: FrameType | None) -> None:
        self._signals += 1

    def _stop(self) -> None:
        self.say("Stopping: what is in flight is finished first.")
        by_name = {watched.part.name: watched for watched in self._up}
        for part in parts.stop_order([watched.part for watched in self._up]):
            by_name[part.name].stop(hurry=lambda: self._signals > 1)
        self.say("Stopped. Your data is kept for the next start.")

    def _greet(self, started_at: float) -> None:
        """Wait until all is well, then say where; or say why it is not."""
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        state = health(self.place.port)
        while state != "" and time.monotonic() < give_up_at and not self._signals:
            time.sleep(TICK_SECONDS)
            state = health(self.place.port)
        if self._signals:
            return
        demo = announcing.Demo.read(self.place.demo_file)
        seconds = time.time() - started_at
        self.say(announcing.welcome(demo, seconds=seconds, logs=self.place.logs))
        if state:
            self.say(f"Not everything is well: {state} Look into {self.place.logs}.")


def health(port: int) -> str:
    """Empty when GET /health answers 200, else what is the matter."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=5)
    try:
        connection.request("GET", "/health", headers={"Host": "localhost"})
        answer = connection.getresponse()
        body = answer.read(2000).decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return f"the web process does not answer ({error})."
    finally:
        connection.close()
    return "" if answer.status == 200 else f"GET /health: {answer.status} {body}"


def turn_into(place: Place, *, preparer: int, started_at: float) -> NoReturn:
    """Replace this process: same id, same lock and children, without Django."""
    sys.stdout.flush()
    order = {
        "var": str(place.var),
        "port": place.port,
        "mailbox": str(place.mailbox),
        "mailbox_port": place.mailbox_port,
        "broker_url": place.broker_url,
    }
    moment = [str(preparer), str(started_at)]
    words = [sys.executable, "-m", __name__, json.dumps(order), *moment]
    os.execv(sys.executable, words)  # noqa: S606, our own interpreter


def main() -> None:
    """Not for hands: the arguments are what `turn_into` wrote."""
    order = json.loads(sys.argv[1])
    order |= {"var": Path(order["var"]), "mailbox": Path(order["mailbox"])}
    supervisor = Supervisor(Place(**order), _say)
    code = supervisor.run(preparer=int(sys.argv[2]), started_at=float(sys.argv[3]))
    sys.exit(code)


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201, it is a command


if __name__ == "__main__":
    main()
