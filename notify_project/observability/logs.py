"""Logs: one JSON object a line on stdout, redacted, whoever wrote it.

In settings: `LOGGING_CONFIG = "notify_project.observability.logs.configure"` and
`LOGGING = {"readable": DEBUG, "reveal": DEBUG}`. Celery's `setup_logging` signal calls
`configure()`, gunicorn takes `logconfig_dict = logs.logging_config()`.
"""

from __future__ import annotations

import logging.config
import sys
from collections.abc import Mapping, MutableMapping
from datetime import UTC, datetime
from typing import Any

import structlog
from django.conf import settings
from structlog.stdlib import ProcessorFormatter

from notify_project.observability import redaction
from notify_project.observability.correlation import (
    LOGGED_AS,
    current_correlation_id,
)

Entry = MutableMapping[str, Any]

# Chatty, or writing whole requests; each says at these levels what an operator needs.
_LEVELS = {
    "django": "INFO",
    "django.request": "INFO",
    "django.server": "WARNING",
    "django.db.backends": "WARNING",
    "celery": "INFO",
    "celery.app.trace": "WARNING",
    "celery.worker.strategy": "WARNING",
    "gunicorn.error": "INFO",
    "gunicorn.access": "WARNING",
    "kombu": "WARNING",
    "urllib3": "WARNING",
    "urllib3.connection": "ERROR",  # its warnings hold whole URLs
    "twilio": "WARNING",
}
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {
    "message",
    "asctime",
    "request",
    "status_code",
    "server_time",
    "data",
    "_logger",
    "_name",
}


def configure(options: Mapping[str, Any] | None = None) -> None:
    """Send all logging of this process through our chain; safe to call again.

    `options` are logging_config's arguments; without them settings.LOGGING is used.
    """
    chosen = settings.LOGGING if options is None else options
    logging.config.dictConfig(logging_config(**chosen))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.contextvars.merge_contextvars,
            ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def logging_config(
    *, readable: bool = False, reveal: bool = False, level: str = "INFO"
) -> dict[str, Any]:
    """A dictConfig: `readable` lines for people instead of JSON; `reveal` adds the
    messages of exceptions, for a developer's own machine and nowhere else.
    """
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "redacted": {"()": _formatter, "readable": readable, "reveal": reveal}
        },
        "handlers": {
            "stdout": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stdout",
                "formatter": "redacted",
            }
        },
        "root": {"handlers": ["stdout"], "level": level},
        "loggers": {
            name: {"handlers": [], "level": least, "propagate": True}
            for name, least in _LEVELS.items()
        },
    }


def _formatter(*, readable: bool, reveal: bool) -> ProcessorFormatter:
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty())
        if readable
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )

    def shape(logger: object, method: str, entry: Entry) -> Entry:
        return _shape(entry, reveal=reveal)

    return ProcessorFormatter(
        processors=[shape, renderer], use_get_message=False, pass_foreign_args=True
    )


def _shape(entry: Entry, *, reveal: bool) -> Entry:
    record: logging.LogRecord = entry.pop("_record")
    entry.pop("_from_structlog")
    template, arguments = str(entry.pop("event", "")), entry.pop("positional_args", ())
    error = _error(entry.pop("exc_info", None))
    entry.pop("stack_info", None)
    extra = {k: v for k, v in vars(record).items() if k not in _STANDARD}
    line: dict[str, object] = {
        "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
        "level": record.levelname.lower(),
        "logger": record.name,
        "event": redaction.message(record, template, arguments),
    }
    if correlation_id := current_correlation_id() or _of_request(record):
        line["correlation_id"] = redaction.word(correlation_id)
    line |= redaction.allowed(extra | dict(entry)) | _request(record)
    if error is not None:
        line["exception"] = redaction.failure(error, reveal=reveal)
    return line


def _error(exc_info: object) -> BaseException | None:
    """The exception of a log call's exc_info: itself, a tuple, or True."""
    if isinstance(exc_info, BaseException):
        return exc_info
    if isinstance(exc_info, tuple):
        return exc_info[1] if isinstance(exc_info[1], BaseException) else None
    return sys.exc_info()[1] if exc_info else None


def _of_request(record: logging.LogRecord) -> str:
    meta = getattr(getattr(record, "request", None), "META", {})
    return str(meta.get(LOGGED_AS, ""))


def _request(record: logging.LogRecord) -> dict[str, object]:
    """Of Django's request records: method, route and status; never path or query.

    The route is the pattern, as in `api/v1/notify/<id:notify_id>`; an address that
    matched none may hold anything and is left out.
    """
    request = getattr(record, "request", None)
    status = getattr(record, "status_code", None)
    if request is None or not isinstance(status, int):
        return {}
    match = getattr(request, "resolver_match", None)
    return {
        "event": "request_failed" if status >= 500 else "request_refused",
        "status": status,
        "method": redaction.word(getattr(request, "method", None) or ""),
        "route": match.route if match else "",
    }
