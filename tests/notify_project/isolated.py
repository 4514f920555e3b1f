"""Functions for the child processes of test_isolation.py: bytes in, bytes out."""

from __future__ import annotations

import json
import os
import signal
import time


def echo(payload: bytes) -> bytes:
    return payload


def pid(_payload: bytes) -> bytes:
    return str(os.getpid()).encode()


def spin(_payload: bytes) -> bytes:
    while True:
        pass


def nap(payload: bytes) -> bytes:
    time.sleep(float(payload))
    return b"rested"


def eat(payload: bytes) -> bytes:
    return b"%d" % len(bytearray(int(payload)))


def answer(payload: bytes) -> bytes:
    return b"x" * int(payload)


def crash(_payload: bytes) -> bytes:
    os.kill(os.getpid(), signal.SIGSEGV)
    return b""


def leave(_payload: bytes) -> bytes:
    os._exit(3)


def fail(payload: bytes) -> bytes:
    raise ValueError(payload.decode())


def surroundings(_payload: bytes) -> bytes:
    """What of its parent a child can see."""
    descriptors = [
        os.readlink(f"/proc/self/fd/{name}")
        for name in os.listdir("/proc/self/fd")
        if os.path.lexists(f"/proc/self/fd/{name}")
    ]
    facts = {
        "environment": sorted(os.environ),
        "descriptors": descriptors,
        "directory": os.getcwd(),
        "session": os.getsid(0) == os.getpid(),
    }
    return json.dumps(facts).encode()


def write(payload: bytes) -> bytes:
    with open(payload.decode(), "wb", buffering=0) as file:
        file.write(b"x")
    return b"written"
