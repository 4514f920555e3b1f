"""Keeps refused calls for 30 days, so that support can say why nothing was sent.

A call that is refused after its credential is known to be a tenant's is that tenant's,
also where the key has expired or was revoked; any other is nobody's, and operators
find it. Written after the answer has left: one INSERT. Nobody fills the disk with
them: each key has its pace, each tenant as well, and each tenant keeps the latest only.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID
from zlib import crc32

import structlog
from django.core.signals import request_finished
from django.db import DatabaseError
from django.db.models import Count, QuerySet
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase

from notify_project.api.problems import Problem
from notify_project.db import clock
from notify_project.errors import FieldError
from notify_project.observability.correlation import current_correlation_id
from notify_project.queue.writing import writing
from tenants.authentication import presented_key
from tenants.callers import Caller
from tenants.keys import parse
from tenants.models import RefusedCall
from tenants.rate_stores import MemoryStore
from tenants.verifying import owner

KEPT_DAYS = 30
# A row has some 300 bytes: 15 MB for each tenant whose program never stops failing.
KEPT_OF_ONE_TENANT = 50_000
EVERY_SECONDS = 3600.0
# A whole minute's may come at once, as with the limit of requests (rates.py).
CALLS_A_MINUTE_OF_ONE_KEY = 30
CALLS_A_MINUTE_OF_ONE_TENANT = 120
_DELETED_AT_ONCE = 5000
_FIELDS = 10
_NOBODY = "nobody"
_GUESSES = 1000
# Names as a program's authors wrote them. An address or a number in their place is
# somebody's.
_NAME = re.compile(r"[A-Za-z_][\w.\[\]-]{0,199}")
_NUMBER = re.compile(r"\+?\d{7,}")
_ADDRESS = re.compile(r"[\w./-]{1,200}", re.ASCII)
_HIDDEN = "…"

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Pace:
    """How many of one owner may be written, and how many were not."""

    store: MemoryStore = field(default_factory=MemoryStore)
    skipped: dict[str, int] = field(default_factory=dict)

    def takes(self, owner: str, key: str) -> bool:
        """Whether there is room for one more; counts those for which there is none."""
        if self._fits(f"{owner}:{key}", CALLS_A_MINUTE_OF_ONE_KEY) and self._fits(
            owner, CALLS_A_MINUTE_OF_ONE_TENANT
        ):
            return True
        self.skipped[owner] = self.skipped.get(owner, 0) + 1
        return False

    def _fits(self, name: str, limit: int) -> bool:
        return self.store.take(name, limit).allowed


@dataclass(frozen=True, slots=True)
class _Refusal:
    """What the thread of a request remembers until the answer has left."""

    caller: Caller | None
    presented: str = field(repr=False)
    method: str
    path: str
    problem: Problem
    correlation_id: str


_pace = _Pace()
# By thread: a request's own thread writes what was refused of it.
_waiting = threading.local()


def forget() -> None:
    """As if nothing had been refused: between tests."""
    _pace.store, _pace.skipped = MemoryStore(), {}
    _waiting.refusal = None


class RefusedCallsMiddleware:
    """Remembers what a refused call was; stands inside the correlation id's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        problem = getattr(response, "problem", None)
        if isinstance(problem, Problem):
            _note(request, problem)
        return response


def _note(request: HttpRequest, problem: Problem) -> None:
    """Costs a microsecond or two, no query; of people without a key, nothing."""
    caller = getattr(request, "auth", None)
    caller = caller if isinstance(caller, Caller) else None
    presented = presented_key(request)
    if caller is None and not (presented or "Authorization" in request.headers):
        return
    if caller:
        fits = _pace.takes(str(caller.tenant.pk), caller.name)
    else:
        # Whoever makes keys up makes no new entries in our memory.
        fits = _pace.takes(_NOBODY, str(crc32(presented.encode()) % _GUESSES))
    if not fits:
        return
    _waiting.refusal = _Refusal(
        caller,
        presented,
        (request.method or "")[:10],
        request.path,
        problem,
        current_correlation_id(),
    )


@receiver(request_finished, dispatch_uid="tenants.refusals")
def write(**_signal: object) -> None:
    """One INSERT if this thread's request was refused; a look at the key before it
    where nobody was found to be the caller."""
    refusal: _Refusal | None = getattr(_waiting, "refusal", None)
    if refusal is None:
        return
    _waiting.refusal = None
    try:
        row = _row(refusal)
        with writing():
            row.save(force_insert=True)
    except DatabaseError as error:
        # The answer is out, and says what was wrong: its caller has it.
        log.warning("refused_call_not_kept", error=type(error).__name__)


def _row(refusal: _Refusal) -> RefusedCall:
    tenant_id, name, kind = _whose(refusal)
    return RefusedCall(
        tenant_id=tenant_id,
        key_name=name[:100],
        key_type=kind,
        method=refusal.method,
        path=_shown_path(refusal.path),
        status=refusal.problem.status,
        code=refusal.problem.code[:60],
        errors=list(_shown_errors(refusal.problem.errors)),
        correlation_id=refusal.correlation_id[:100],
        skipped=_pace.skipped.pop(str(tenant_id or _NOBODY), 0),
    )


def _whose(refusal: _Refusal) -> tuple[UUID | None, str, str]:
    """Tenant, key and its type. A key whose secret is right is its tenant's, whatever
    else is wrong with it; the id of a key alone proves nothing."""
    if refusal.caller:
        caller = refusal.caller
        return caller.tenant.pk, caller.name, caller.key_type
    key = owner(refusal.presented)
    if key:
        return key.tenant_id, key.prefix, key.key_type
    known = parse(refusal.presented)
    return (None, known.prefix, known.key_type) if known else (None, "", "")


def _shown_path(path: str) -> str:
    """Ours hold ids and names only; what leads nowhere may hold anything."""
    safe = _ADDRESS.fullmatch(path) and not any(
        _NUMBER.fullmatch(part) for part in path.split("/")
    )
    return path if safe else _HIDDEN


def _shown_errors(errors: Sequence[FieldError]) -> Iterator[dict[str, str]]:
    """Without the sentences, which quote what was sent."""
    for one in errors[:_FIELDS]:
        named = _NAME.fullmatch(one.field) and not _NUMBER.search(one.field)
        safe = not one.field or named
        yield {"field": one.field if safe else _HIDDEN, "code": one.code[:60]}


def forget_old() -> None:
    """A chore: delete what is older than 30 days, and of each tenant the oldest."""
    until = clock.now() - timedelta(days=KEPT_DAYS)
    _delete(RefusedCall.across_tenants().filter(at__lt=until))
    # Whoever has too many, and those that are nobody's together.
    counts = RefusedCall.across_tenants().order_by().values_list("tenant_id")
    for tenant_id, count in counts.annotate(Count("id")):
        if count > KEPT_OF_ONE_TENANT:
            own = RefusedCall.across_tenants().filter(tenant=tenant_id)
            last_kept = own.order_by("-at", "-id")[KEPT_OF_ONE_TENANT - 1]
            _delete(own.filter(at__lt=last_kept.at))


def _delete(rows: QuerySet[RefusedCall]) -> None:
    while ids := list(rows.values_list("id", flat=True)[:_DELETED_AT_ONCE]):
        with writing():
            RefusedCall.across_tenants().filter(id__in=ids).delete()
