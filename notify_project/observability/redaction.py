"""What may stand in a log line: an allow-list, so that a new field starts as a secret.

Addresses, names, codes and bodies reach loggers in four ways: as a field, inside a
formatted message, in an exception's message, in a frame's locals. So: fields pass by
name and shape, messages only as they stand in the source, exceptions as type and place.
"""

from __future__ import annotations

import inspect
import linecache
import logging
import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from enum import Enum
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from uuid import UUID

HIDDEN = "…"

# fmt: off
_NAMES = frozenset({
    "action", "attempt", "attempts", "bytes", "cause", "channel", "claims", "code",
    "count", "done", "due", "duplicate", "duration", "engine", "error", "error_type",
    "event_type", "failed", "host_count", "id", "kind", "lane", "lanes", "left",
    "limit", "method", "mode", "model", "outcome", "pid", "port", "priority", "process",
    "provider", "provider_key", "queue", "queued", "reason", "retryable", "role",
    "rows", "scope", "sent", "signal", "size", "skipped", "state", "states", "status",
    "step", "task", "tries", "version", "waiting", "worker", "workers",
})
# fmt: on
_SUFFIXES = (
    "_at",
    "_bytes",
    "_code",
    "_count",
    "_id",
    "_ids",
    "_key_id",
    "_kind",
    "_ms",
    "_seconds",
    "_state",
    "_status",
)
# Words, ids, versions, dotted names. No "@", no blank, so no address and no sentence.
_WORD = re.compile(r"[A-Za-z0-9_.:/+-]{1,100}")
# Seven digits and more, however grouped, may be somebody's telephone.
_PHONE = re.compile(r"\+?[0-9.:/-]{7,}")
_CELERY_ARGS = frozenset({"name", "id", "runtime", "hostname"})
_FRAMES = 40
_CHAIN = 5


def allowed(fields: Mapping[str, object]) -> dict[str, object]:
    """The fields that may be logged; the names of the others under `withheld`."""
    kept: dict[str, object] = {}
    withheld: list[str] = []
    for name, value in fields.items():
        shown = _shown(value) if name in _NAMES or name.endswith(_SUFFIXES) else HIDDEN
        if shown == HIDDEN:
            withheld.append(name)
        else:
            kept[name] = shown
    if withheld:
        kept["withheld"] = sorted(withheld)
    return kept


def word(value: str) -> str:
    """`value` if it looks like a word or an id, else HIDDEN."""
    safe = _WORD.fullmatch(value) and not _PHONE.fullmatch(value)
    return value if safe else HIDDEN


def _shown(value: object) -> object:
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, (UUID, date)):
        return str(value)
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_shown(item) for item in list(value)[:50]]
    return word(value) if isinstance(value, str) else HIDDEN


def message(record: logging.LogRecord, template: str, arguments: object) -> str:
    """The message as written in the source, with numbers filled in and texts hidden.

    A text that is not found in its module's source was put together at run time and
    may hold anything: only its place is told.
    """
    path, line_number = _origin(record)
    text = _as_written(path, template)
    if not text:
        return f"{Path(path).stem}:{line_number}"
    try:
        return text % _fillers(record, arguments) if arguments else text
    except (TypeError, ValueError, KeyError):
        return text  # a %d that got a text: better without any argument


@lru_cache(maxsize=1000)
def _as_written(path: str, template: str) -> str:
    """The template on one line; "" if the source does not have it."""
    source = "".join(linecache.getlines(path))
    lines = [line.strip() for line in template.splitlines() if line.strip()]
    return " ".join(lines) if all(line in source for line in lines) else ""


def _origin(record: logging.LogRecord) -> tuple[str, int]:
    """Where the call was written; gunicorn's logger is a layer above the real one."""
    if not record.pathname.endswith("gunicorn/glogging.py"):
        return record.pathname, record.lineno
    frame = inspect.currentframe()
    while frame is not None and frame.f_code.co_filename != record.pathname:
        frame = frame.f_back
    caller = frame and frame.f_back
    if caller is None:
        return record.pathname, record.lineno
    return caller.f_code.co_filename, caller.f_lineno


def _fillers(record: logging.LogRecord, arguments: object) -> object:
    if isinstance(arguments, Mapping):
        open_names = _CELERY_ARGS if record.name.startswith("celery") else frozenset()
        return {
            name: _shown(value) if name in open_names else _number(value)
            for name, value in arguments.items()
        }
    return tuple(map(_number, arguments)) if isinstance(arguments, tuple) else ()


def _number(value: object) -> object:
    """Counts, ports and process ids; nine digits are too few for a telephone."""
    harmless = isinstance(value, (bool, int, float)) and abs(value) < 1_000_000_000
    return value if harmless else HIDDEN


def failure(error: BaseException, *, reveal: bool = False) -> dict[str, object]:
    """Type and places of an exception and of what caused it; no message, no locals.

    A message quotes what it complains of: an address, a row, a provider's answer.
    `reveal` adds it, for a developer's own machine.
    """
    chain = [_link(link, reveal) for link in _causes(error)]
    return chain[0] | ({"caused_by": chain[1:]} if chain[1:] else {})


def _link(error: BaseException, reveal: bool) -> dict[str, object]:
    kind = type(error)
    told: dict[str, object] = {
        "type": f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins."),
        "frames": list(_places(error.__traceback__))[-_FRAMES:],
    }
    return told | ({"message": str(error)} if reveal else {})


def _causes(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    for _ in range(_CHAIN):
        if link is None:
            return
        yield link
        hidden = link.__suppress_context__
        link = link.__cause__ or (None if hidden else link.__context__)


def _places(traceback: TracebackType | None) -> Iterator[str]:
    while traceback is not None:
        frame = traceback.tb_frame
        module = frame.f_globals.get("__name__", "?")
        yield f"{module}:{traceback.tb_lineno} {frame.f_code.co_name}"
        traceback = traceback.tb_next
