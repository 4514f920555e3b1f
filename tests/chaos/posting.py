"""Clients that post as a good program does: with a key, until they are answered."""

from __future__ import annotations

import http.client
import json
import queue
import threading
import time
from collections import Counter
from collections.abc import Sequence
from math import ceil
from typing import Any

from tests.chaos.moods import word_of
from tests.chaos.world import World
from tests.faults.processes import HOST, until

_PATHS = {"email": "/notifysimple/email", "sms": "/notifysimple/sms"}
CHANNELS = ("email", "sms", "hook", "room")
_ANSWER_SECONDS = 10.0
_AGAIN_SECONDS = 0.2
# After this long a client gives up; it must not come to that.
_PATIENCE_SECONDS = 90.0


def body_of(number: int, channel: str) -> tuple[str, dict[str, Any]]:
    """Path and body of one message; `hook` and `room` are destinations of msgApp."""
    word = word_of(number)
    to = {"email": f"{word}@example.org", "sms": f"+1604{2000000 + number}"}
    content = {"body": f"This is {word}."}
    if channel == "email":
        content["subject"] = f"About {word}"
    return _PATHS.get(channel, "/notifysimple/msgApp"), {
        "recipients": {"to": [to.get(channel, channel)]},
        "content": content,
        "correlationId": word,
    }


class Clients:
    """Threads that post to one or more web processes; the next one where one fails."""

    def __init__(self, world: World, ports: Sequence[int], *, threads: int = 8) -> None:
        self._world = world
        self._ports = list(ports)
        self._waiting: queue.Queue[int | None] = queue.Queue()
        self._lock = threading.Lock()
        self._pacing: threading.Thread | None = None
        self._stop = threading.Event()
        self._next = 0
        self.answered = 0
        self.unanswered: list[str] = []
        # Everything that was not a 202, by what it was.
        self.refusals: Counter[str] = Counter()
        self.seconds: list[tuple[float, float]] = []  # when, and how long it took
        self._threads = [
            threading.Thread(target=self._run, args=(one,), daemon=True)
            for one in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def flood(self, count: int) -> None:
        """So many posts, as fast as they are answered."""
        for _ in range(count):
            self._ask()

    def pace(self, per_second: float) -> None:
        """Posts at this rate, answered or not, until `finish`."""
        self._pacing = threading.Thread(
            target=self._paced, args=(per_second,), daemon=True
        )
        self._pacing.start()

    def _paced(self, per_second: float) -> None:
        due = time.monotonic()
        while not self._stop.wait(max(0.0, due - time.monotonic())):
            self._ask()
            due += 1 / per_second

    def _ask(self) -> None:
        with self._lock:
            self._next += 1
            number = self._next
        self._waiting.put(number)

    def serve_also(self, port: int) -> None:
        """From now on there is one web process more."""
        self._ports.append(port)

    def have_answers(self, count: int, seconds: float = 60) -> bool:
        """Wait until so many posts are answered."""
        return until(lambda: self.answered >= count, seconds)

    def finish(self) -> None:
        """Returns when all posts are answered, or given up; then says which."""
        self._stop.set()
        if self._pacing:
            self._pacing.join()
        for _ in self._threads:
            self._waiting.put(None)
        for thread in self._threads:
            thread.join()
        self._world.notes["posts"] = self.answered + len(self.unanswered)
        self._world.notes["refusals"] = dict(self.refusals)
        self._world.claim(
            not self.unanswered, f"{len(self.unanswered)} posts were never answered"
        )

    def p99_ms(self, since: float, until: float) -> int | None:
        """Of the answers to posts that began between these times (time.monotonic)."""
        took = sorted(s for at, s in list(self.seconds) if since <= at < until)
        return round(took[ceil(len(took) * 0.99) - 1] * 1000) if took else None

    def _run(self, which: int) -> None:
        caller = _Caller(self._world.key, self._ports, which)
        while (number := self._waiting.get()) is not None:
            self._post(caller, number)

    def _post(self, caller: _Caller, number: int) -> None:
        """The same post under the same key, until there is an answer."""
        word = word_of(number)
        path, body = body_of(number, CHANNELS[number % len(CHANNELS)])
        began = time.monotonic()
        while time.monotonic() < began + _PATIENCE_SECONDS:
            told, answer = caller.post(path, body, key=word)
            if told == "202":
                with self._lock:
                    self._world.words[word] = answer["notifyId"]
                    self.answered += 1
                    self.seconds.append((began, time.monotonic() - began))
                return
            with self._lock:
                self.refusals[told] += 1
            time.sleep(_AGAIN_SECONDS)
        with self._lock:
            self.unanswered.append(word)


class _Caller:
    """One connection, kept for as long as it holds."""

    def __init__(self, key: str, ports: list[int], which: int) -> None:
        self._key = key
        self._ports = ports
        self._which = which
        self._connection: http.client.HTTPConnection | None = None

    def post(
        self, path: str, body: dict[str, Any], *, key: str
    ) -> tuple[str, dict[str, Any]]:
        """The status, or what went wrong instead; and the answer's JSON."""
        headers = {
            "X-API-KEY": self._key,
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }
        try:
            if self._connection is None:
                port = self._ports[self._which % len(self._ports)]
                self._connection = http.client.HTTPConnection(
                    HOST, port, timeout=_ANSWER_SECONDS
                )
            self._connection.request("POST", path, json.dumps(body), headers)
            response = self._connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException) as error:
            self._next_one()
            return type(error).__name__, {}
        told = str(response.status)
        if response.status == 503 and response.headers.get("Retry-After"):
            told = "503 with Retry-After"
        return told, json.loads(content) if response.status == 202 else {}

    def _next_one(self) -> None:
        if self._connection:
            self._connection.close()
        self._connection = None
        self._which += 1
