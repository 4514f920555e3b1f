"""Runs a function in child processes: spawned, kept warm, watched and replaced.

The child is spawned clean (no environment, no descriptor but its own socket, no Django
unless the function imports it), kept warm, used again and replaced after so many jobs.
It ends with its parent: the socket closes, and its own timers kill it while it works.
PR_SET_PDEATHSIG is not used on purpose: it fires when the *thread* that spawned dies.
"""

from __future__ import annotations

import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import weakref
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from notify_project.errors import Unavailable

_ROOT = Path(__file__).resolve().parents[2]
_CHILD = Path(__file__).with_name("child.py")
_LENGTH = struct.Struct("!I")
_START_SECONDS = 20.0
_BY_SIGNAL = {
    signal.SIGPROF: "time",
    signal.SIGXCPU: "time",
    signal.SIGALRM: "time",
    signal.SIGKILL: "memory",  # not ours: the system's out-of-memory killer
}
_BY_STATUS = {b"m": "memory", b"s": "size"}


class LimitReached(Exception):
    """The job used up its `reason`: "time", "memory" or "size" (of the answer)."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The limit of {reason} was reached.")
        self.reason = reason


class ChildFailed(Exception):
    """The function raised, or its process died of something else than a limit."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one job may use. `memory_bytes` is on top of the imported child's own."""

    memory_bytes: int = 256 * 1024 * 1024
    cpu_seconds: float = 2.0
    wall_seconds: float = 2.8
    answer_bytes: int = 8 * 1024 * 1024
    jobs_per_child: int = 500


class Isolated:
    """One function, `module:name` of bytes to bytes, run in up to `size` children.

    Threads may share it, and a fork gets none of its children. Linux keeps all limits;
    elsewhere that of memory may not hold.
    """

    def __init__(self, target: str, *, size: int = 2, limits: Limits) -> None:
        self.target = target
        self.limits = limits
        self._size = size
        self._reset()
        _POOLS.add(self)

    def run(self, payload: bytes) -> bytes:
        """The function's answer.

        Raises LimitReached, ChildFailed, and Unavailable when no child can be started
        or all stay busy for as long as one job may take.
        """
        slots = self._slots
        if not slots.acquire(timeout=self.limits.wall_seconds):
            message = _("All renderers are busy. Try again in a moment.")
            raise Unavailable(message, retry_after_seconds=2)
        try:
            return self._run(payload)
        finally:
            slots.release()

    def close(self) -> None:
        """End the idle children. A later job starts new ones."""
        while self._idle:
            self._idle.pop().end()

    def _reset(self) -> None:
        self._slots = threading.BoundedSemaphore(self._size)
        self._idle: list[_Child] = []

    def _run(self, payload: bytes) -> bytes:
        child = self._take()
        try:
            answer = child.run(payload)
        except BaseException:
            child.end()
            raise
        if child.jobs < self.limits.jobs_per_child:
            self._idle.append(child)
        else:
            child.end()
        return answer

    def _take(self) -> _Child:
        """A child that has said that it is there; one may have ended while idle."""
        while self._idle:
            with suppress(IndexError):  # another thread was quicker
                child = self._idle.pop()
                if child.is_there():
                    return child
                child.end()
        return _Child(self.target, self.limits)

    def forget(self) -> None:
        """After a fork: the children are the parent's. Close our ends, start afresh."""
        for child in self._idle:
            child.forget()
        self._reset()


_POOLS: weakref.WeakSet[Isolated] = weakref.WeakSet()


def _forget_all() -> None:
    for pool in list(_POOLS):
        pool.forget()


os.register_at_fork(after_in_child=_forget_all)


class _Child:
    def __init__(self, target: str, limits: Limits) -> None:
        self.limits = limits
        self.jobs = 0
        self._socket, inner = socket.socketpair()
        try:
            with inner:
                self._process = _spawn(target, limits, inner)
            self._expect(time.monotonic() + _START_SECONDS)
        except (OSError, ChildFailed):
            self._socket.close()
            message = _("The renderer cannot be started. Try again in a moment.")
            raise Unavailable(message, retry_after_seconds=5) from None

    def run(self, payload: bytes) -> bytes:
        self.jobs += 1
        deadline = time.monotonic() + self.limits.wall_seconds
        try:
            self._send(_LENGTH.pack(len(payload)) + payload, deadline)
            return self._answer(deadline)
        except TimeoutError:
            raise LimitReached("time") from None
        except (ConnectionError, EOFError):
            raise self._died() from None

    def is_there(self) -> bool:
        """Whether the child has not ended while it had nothing to do."""
        if self._process.poll() is not None:
            return False
        try:
            self._expect(time.monotonic() + self.limits.wall_seconds, ask=True)
        except (OSError, EOFError, ChildFailed):
            return False
        return True

    def end(self) -> None:
        """Kill it: it holds nothing that would need to be put in order."""
        self._socket.close()
        self._process.kill()
        self._process.wait()

    def forget(self) -> None:
        self._socket.close()
        self._process.returncode = 0  # not ours to wait for

    def _expect(self, deadline: float, *, ask: bool = False) -> None:
        """Wait for the child's word that it is ready; `ask` for it first."""
        if ask:
            self._send(_LENGTH.pack(0), deadline)
        try:
            ready = self._receive(1, deadline)
        except (TimeoutError, EOFError, ConnectionError):
            self.end()
            raise ChildFailed("The child process did not start.") from None
        if ready != b"r":
            raise ChildFailed("The child process spoke out of turn.")

    def _answer(self, deadline: float) -> bytes:
        status = self._receive(1, deadline)
        size = int(_LENGTH.unpack(self._receive(_LENGTH.size, deadline))[0])
        if size > self.limits.answer_bytes:
            raise LimitReached("size")
        body = self._receive(size, deadline)
        if status == b"k":
            return body
        if status in _BY_STATUS:
            raise LimitReached(_BY_STATUS[status])
        raise ChildFailed(f"The function raised {body[:80].decode('ascii', 'replace')}")

    def _send(self, data: bytes, deadline: float) -> None:
        self._socket.settimeout(_left(deadline))
        self._socket.sendall(data)

    def _receive(self, count: int, deadline: float) -> bytes:
        chunks: list[bytes] = []
        while count:
            self._socket.settimeout(_left(deadline))
            chunk = self._socket.recv(min(count, 65536))
            if not chunk:
                raise EOFError
            chunks.append(chunk)
            count -= len(chunk)
        return b"".join(chunks)

    def _died(self) -> Exception:
        """What its end says: a limit's signal, or a crash."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=1)
        code = self._process.returncode
        for number, reason in _BY_SIGNAL.items():
            if code == -number:
                return LimitReached(reason)
        return ChildFailed(f"The child process ended with {code}.")


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _spawn(
    target: str, limits: Limits, inner: socket.socket
) -> subprocess.Popen[bytes]:
    """-I: neither the environment nor the working directory is looked at."""
    numbers = (limits.memory_bytes, limits.cpu_seconds, limits.wall_seconds)
    return subprocess.Popen(  # noqa: S603  (our own interpreter and file)
        [sys.executable, "-I", str(_CHILD), str(_ROOT), target, *map(str, numbers)],
        stdin=inner.fileno(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"LC_ALL": "C.UTF-8"},
        cwd="/",
        close_fds=True,
        start_new_session=True,  # Ctrl-C is for the parent, which then ends us
    )
