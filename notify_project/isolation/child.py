"""The child's side: a script of its own, started with `python -I`.

Reads length and payload from descriptor 0, a socket; answers status, length and body.
Length 0 asks whether it is there. The end of the socket is its own end.
"""

from __future__ import annotations

import math
import resource
import signal
import socket
import struct
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from pkgutil import resolve_name

_LENGTH = struct.Struct("!I")
_IDLE_SECONDS = 300
_TIMERS = (signal.SIGPROF, signal.SIGALRM, signal.SIGXCPU)


def main() -> None:
    root, target, memory, cpu_seconds, wall_seconds = sys.argv[1:]
    sys.path.append(root)
    function: Callable[[bytes], bytes] = resolve_name(target)
    _confine(int(memory))
    channel = socket.socket(fileno=0)
    channel.settimeout(_IDLE_SECONDS)
    channel.sendall(b"r")
    while (payload := _next(channel)) is not None:
        if not payload:
            channel.sendall(b"r")
            continue
        _arm(float(cpu_seconds), float(wall_seconds))
        status, body = _call(function, payload)
        _arm(0, 0)
        channel.sendall(status + _LENGTH.pack(len(body)) + body)
        if status == b"m":
            return  # what is left of the heap is not worth trusting


def _confine(memory_bytes: int) -> None:
    """Limits that hold for the whole life; a system that lacks one goes without."""
    for number in _TIMERS:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _TIMERS)
    with suppress(OSError):
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
        _limit(resource.RLIMIT_AS, pages * resource.getpagesize() + memory_bytes)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_NOFILE, 32)


def _limit(which: int, value: int) -> None:
    with suppress(ValueError, OSError):
        resource.setrlimit(which, (value, value))


def _arm(cpu_seconds: float, wall_seconds: float) -> None:
    """Kill this process after so much more time; 0 takes the timers back."""
    signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
    signal.setitimer(signal.ITIMER_REAL, wall_seconds)
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = used.ru_utime + used.ru_stime
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    soft = math.ceil(spent + cpu_seconds) + 1 if cpu_seconds else hard
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _next(channel: socket.socket) -> bytes | None:
    """The next payload; None when the parent is gone or has nothing to do for long."""
    try:
        size = _LENGTH.unpack(_read(channel, _LENGTH.size))[0]
        return _read(channel, size)
    except (EOFError, OSError):
        return None


def _read(channel: socket.socket, count: int) -> bytes:
    data = bytearray()
    while len(data) < count:
        chunk = channel.recv(min(count - len(data), 65536))
        if not chunk:
            raise EOFError
        data += chunk
    return bytes(data)


def _call(function: Callable[[bytes], bytes], payload: bytes) -> tuple[bytes, bytes]:
    try:
        return b"k", function(payload)
    except MemoryError:
        return b"m", b""
    except Exception as error:
        # Its text may hold what a tenant wrote; the type is enough to find it.
        return b"e", type(error).__name__.encode("ascii", "replace")


if __name__ == "__main__":
    main()
