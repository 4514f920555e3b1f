"""Is it well? Said to probes and people, without giving anything away."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from notify_project.api.problems import problem_of
from notify_project.api.views import JsonView
from notify_project.errors import FieldError, Unavailable

Check = Callable[[], None]

log = structlog.get_logger(__name__)

_STATEMENT_TIMEOUT_MS = 2000
_checks: dict[str, Check] = {}
_told: frozenset[str] = frozenset()


class Unwell(Unavailable):
    """A part of this installation does not work just now."""

    code = "unwell"
    title = gettext_noop("Not well")


def register(part: str, check: Check) -> None:
    """Ask `check` whenever /health is asked; it raises when `part` is not well.

    An Unavailable's sentence is shown to anybody, so it names no host and no tenant;
    of any other exception only the part is. A check bounds its own time to about 2 s.
    """
    _checks[part] = check


def examine() -> dict[str, str]:
    """Each part's complaint, "" where it is well. Runs all checks."""
    return {part: _complaint(part, check) for part, check in sorted(_checks.items())}


def _complaint(part: str, check: Check) -> str:
    try:
        check()
    except Unavailable as error:
        return error.message
    except Exception as error:  # whatever a part throws, it is that part that is unwell
        log.warning("health_check_failed", kind=part, exc_info=error)
        return _("It does not answer.")
    return ""


def check_database() -> None:
    """One trivial query, again on a fresh connection if the kept one has died.

    Bounded by a statement timeout; a host that is gone is bounded by connect_timeout
    in DATABASES.
    """
    try:
        _select_one()
    except (DatabaseError, InterfaceError):
        if connection.in_atomic_block:
            raise
        connection.close()
        _select_one()


def _select_one() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"SET LOCAL statement_timeout = {_STATEMENT_TIMEOUT_MS}")
        cursor.execute("SELECT 1")


register("database", check_database)


class _OpenView(JsonView):
    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()


class HealthView(_OpenView):
    """GET /health: 200 when all parts are well, else 503 naming those that are not."""

    @extend_schema(summary="Is it well?", responses={200: OpenApiTypes.OBJECT}, auth=[])
    def get(self, request: Request) -> HttpResponse:
        found = examine()
        unwell = {part: complaint for part, complaint in found.items() if complaint}
        _tell(frozenset(unwell))
        if unwell:
            return _unlogged(problem_of(_unwell(unwell)).response())
        return Response(
            {"status": "ok", "checks": dict.fromkeys(found, "ok")},
            headers={"Cache-Control": "no-store"},
        )


class LiveView(_OpenView):
    """GET /health/live: the process answers; asks nothing else."""

    @extend_schema(
        summary="Does the process answer?",
        responses={200: OpenApiTypes.OBJECT},
        auth=[],
    )
    def get(self, request: Request) -> HttpResponse:
        return Response({"status": "ok"}, headers={"Cache-Control": "no-store"})


def _tell(unwell: frozenset[str]) -> None:
    """A line for each change; probes ask every few seconds."""
    global _told
    for part in sorted(unwell - _told):
        log.warning("unwell", kind=part)
    for part in sorted(_told - unwell):
        log.info("well_again", kind=part)
    _told = unwell


def _unlogged(response: HttpResponse) -> HttpResponse:
    """Django would write a failed request for each probe; `_tell` says it once."""
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def _unwell(complaints: dict[str, str]) -> Unwell:
    sentence = " ".join(f"{part}: {said}" for part, said in complaints.items())
    errors = [FieldError(part, "unwell", said) for part, said in complaints.items()]
    return Unwell(sentence, errors=errors)
