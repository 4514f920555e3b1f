"""Do the books balance? What must be true of all messages, whatever has crashed.

Each rule finds the messages that break it, by one statement over a slice of rows: one
statement sees one moment, so the check may run while workers do. It changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Now

from delivery.attempts import HELD
from delivery.models import Attempt, Chunk, LedgerEntry, Message
from delivery.models.fan_out import CANCELLED, DEAD, OPEN_CHUNK
from delivery.outcomes import MAY_HAVE_ARRIVED, Kind
from delivery.states import ENDED, GOOD, OPEN_OVERALL, Overall, Status
from notify_project.queue.models import OPEN
from providers.accounts import capabilities

SLICE = 2000
# What a crash leaves is put right by the sweeper within this time.
GRACE = timedelta(minutes=5)
_NEVER_SENT = (Status.CANCELLED, Status.EXPIRED, Status.SUPPRESSED)
_RECEIVED = (Status.DELIVERED, Status.TEMP_FAILED, Status.PERM_FAILED)

Messages = QuerySet[Message]


@dataclass(frozen=True, slots=True)
class Violation:
    """One message that breaks one rule."""

    rule: str
    message_id: UUID

    def __str__(self) -> str:
        return f"{self.rule}: message {self.message_id}"


def check(
    *, since: datetime | None = None, grace: timedelta = GRACE
) -> Iterator[Violation]:
    """Violations among the messages accepted since then, or among all.

    A few statements for each 2,000 messages, each bounded by that slice.
    """
    rows = Message.across_tenants().order_by("id")
    if since is not None:
        rows = rows.filter(created_at__gte=since)
    after: UUID | None = None
    while True:
        ahead = rows.filter(id__gt=after) if after else rows
        ids = list(ahead.values_list("id", flat=True)[:SLICE])
        if not ids:
            return
        yield from _slice(Message.across_tenants().filter(id__in=ids), grace)
        after = ids[-1]


def _slice(rows: Messages, grace: timedelta) -> Iterator[Violation]:
    for rule, find in RULES.items():
        for message_id in find(rows, grace).values_list("id", flat=True):
            yield Violation(rule, message_id)


def _entries() -> QuerySet[LedgerEntry]:
    return LedgerEntry.across_tenants().filter(message=OuterRef("id"))


def _attempts(**wanted: object) -> QuerySet[Attempt]:
    return Attempt.across_tenants().filter(message=OuterRef("id"), **wanted)


def _called() -> QuerySet[Attempt]:
    return _attempts().exclude(outcome=HELD)


def _counted(rows: QuerySet[LedgerEntry] | QuerySet[Attempt]) -> Coalesce:
    counts = rows.order_by().values("message").annotate(n=Count("id")).values("n")
    return Coalesce(Subquery(counts), Value(0))


def _no_beginning(rows: Messages, grace: timedelta) -> Messages:
    return rows.filter(~Exists(_entries().filter(was="", became=Status.QUEUED)))


def _another_end(rows: Messages, grace: timedelta) -> Messages:
    """The last entry tells the state; claimed is custody and still reads queued."""
    last = Subquery(_entries().order_by("-id").values("became")[:1])
    told = rows.annotate(told=last)
    claimed = Q(state=Status.CLAIMED, told=Status.QUEUED)
    return told.exclude(Q(told=F("state")) | claimed)


def _broken_chain(rows: Messages, grace: timedelta) -> Messages:
    """Each entry begins where the one before it ended."""
    before = LedgerEntry.across_tenants().filter(
        message=OuterRef("message"), id__lt=OuterRef("id")
    )
    told = Subquery(before.order_by("-id").values("became")[:1])
    claimed = Q(was=Status.CLAIMED, told=Status.QUEUED)
    lost = _entries().exclude(was="").annotate(told=told)
    return rows.filter(Exists(lost.exclude(Q(told=F("was")) | claimed)))


def _attempts_differ(rows: Messages, grace: timedelta) -> Messages:
    """Each attempt has a row; each that called somebody has begun in the ledger."""
    begun = _counted(_entries().filter(became=Status.SENDING))
    called = _counted(_called())
    told = rows.annotate(tried=_counted(_attempts()), begun=begun, called=called)
    return told.exclude(tried=F("attempts"), begun=F("called"))


def _sent_by_nobody(rows: Messages, grace: timedelta) -> Messages:
    accepted = Exists(_attempts(outcome=Kind.ACCEPTED))
    told = Exists(_entries().filter(cause="receipt", became=Status.SENT))
    return rows.filter(
        Q(state=Status.SENT) & ~accepted & ~told
        | Q(state__in=_RECEIVED) & ~Exists(_called())
    )


def _sent_twice(rows: Messages, grace: timedelta) -> Messages:
    """Taken twice, and not said so; where our key is known, a repeat is no second."""
    known = [one for one in _providers(rows) if "key" in capabilities(one)]
    told = rows.annotate(taken=_counted(_attempts(outcome=Kind.ACCEPTED, kind="send")))
    return told.filter(taken__gt=1, maybe_duplicate=False).exclude(provider__in=known)


def _repeated(rows: Messages, grace: timedelta) -> Messages:
    """Given away again though it may have arrived, and not said so.

    Harmless where our key is known, and after look-ups that did not find it.
    """
    known = [one for one in _providers(rows) if "key" in capabilities(one)]
    arrived = _attempts(outcome__in=MAY_HAVE_ARRIVED, kind="send")
    told = rows.annotate(given=_counted(arrived))
    absent = Exists(_attempts(outcome=Kind.ABSENT))
    return told.filter(~absent, given__gt=1, maybe_duplicate=False).exclude(
        provider__in=known
    )


def _given_up_and_taken(rows: Messages, grace: timedelta) -> Messages:
    """Said to be unknown, though an attempt knows that it arrived."""
    taken = Exists(_attempts(outcome=Kind.ACCEPTED))
    return rows.filter(taken, state=Status.DEAD, error_code="outcome_unknown")


def _providers(rows: Messages) -> list[str]:
    return list(rows.order_by().values_list("provider", flat=True).distinct())


def _ended_and_sent(rows: Messages, grace: timedelta) -> Messages:
    """Said to be cancelled, expired or suppressed, and yet perhaps handed over."""
    left = Exists(_attempts(outcome__in=MAY_HAVE_ARRIVED, kind="send"))
    return rows.filter(left, state__in=_NEVER_SENT, unknowns__gt=0) | rows.filter(
        Exists(_attempts(outcome=Kind.ACCEPTED)), state__in=_NEVER_SENT
    )


def _unfinished(rows: Messages, grace: timedelta) -> Messages:
    return rows.filter(state__in=ENDED, finished_at=None) | rows.filter(
        state__in=OPEN, finished_at__isnull=False
    )


def _stuck(rows: Messages, grace: timedelta) -> Messages:
    """Held by nobody alive, and nobody has noticed."""
    held = Q(state__in=(Status.CLAIMED, Status.SENDING), lease_until__lt=Now() - grace)
    return rows.filter(held | Q(state=Status.UNKNOWN, due_at__lt=Now() - grace))


def _sum_is_early(rows: Messages, grace: timedelta) -> Messages:
    """Its notification has a final status already."""
    return rows.filter(state__in=OPEN).exclude(notification__status__in=OPEN_OVERALL)


def _sum_is_late(rows: Messages, grace: timedelta) -> Messages:
    """All have ended long ago, and the notification does not say so."""
    others = Message.across_tenants().filter(
        notification=OuterRef("notification"), state__in=OPEN
    )
    to_compose = Chunk.across_tenants().filter(
        notification=OuterRef("notification"), state__in=OPEN_CHUNK
    )
    return rows.filter(
        ~Exists(others),
        ~Exists(to_compose),
        notification__status__in=OPEN_OVERALL,
        finished_at__lt=Now() - grace,
    )


def _sum_is_wrong(rows: Messages, grace: timedelta) -> Messages:
    """Its notification has ended otherwise than its messages, and nobody will look."""
    all_of_it = Message.across_tenants().filter(notification=OuterRef("notification"))
    good = Exists(all_of_it.filter(state__in=GOOD))
    never = Chunk.across_tenants().filter(
        notification=OuterRef("notification"), state__in=(CANCELLED, DEAD)
    )
    bad = Exists(all_of_it.exclude(state__in=GOOD)) | Exists(never)
    stopped = (Status.CANCELLED, Status.SUPPRESSED)
    failed = Exists(all_of_it.exclude(state__in=(*GOOD, *stopped)))
    given_up = Exists(never.filter(state=DEAD))
    not_suppressed = Exists(all_of_it.exclude(state=Status.SUPPRESSED))
    wrong = {
        Overall.COMPLETED: bad,
        Overall.PARTIALLY_COMPLETED: ~good | ~bad,
        Overall.FAILED: good | (~failed & ~given_up),
        Overall.CANCELLED: good | failed | (~not_suppressed & ~Exists(never)),
        Overall.SUPPRESSED: not_suppressed | Exists(never),
    }
    found = Q()
    for status, condition in wrong.items():
        found |= Q(condition, notification__status=status)
    # Whoever changes a message sees to it that the sum is made anew (rollup_at).
    summed = rows.filter(notification__rollup_at=None).exclude(state__in=OPEN)
    return summed.filter(found)


RULES: Mapping[str, Callable[[Messages, timedelta], Messages]] = {
    "ledger has no beginning": _no_beginning,
    "ledger ends in another state": _another_end,
    "ledger is broken": _broken_chain,
    "attempts and ledger differ": _attempts_differ,
    "sent, but accepted by nobody": _sent_by_nobody,
    "accepted twice without a word": _sent_twice,
    "repeated without a word": _repeated,
    "given up, but accepted by somebody": _given_up_and_taken,
    "ended unsent, but may have been sent": _ended_and_sent,
    "end and time of end differ": _unfinished,
    "stuck": _stuck,
    "notification has ended before it": _sum_is_early,
    "notification has not ended after it": _sum_is_late,
    "notification tells another sum": _sum_is_wrong,
}
