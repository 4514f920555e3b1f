"""What a claim, a look at a status and a search cost, and how they are planned.

`python -m tests.bench.growth fill COUNT | plans | times TURNS NAME...` works on the
database of DATABASE_URL, or on others of its server, and prints JSON: milliseconds by
database and question, or sequential scans.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import uuid4

import django

if __name__ == "__main__":
    django.setup()

from django.db import connection, transaction

from delivery import presenting, querying, searching
from delivery.models import LedgerEntry, Message, Notification
from notify_project.api.pagination import page
from notify_project.queue import claiming
from tests.bench import rows
from tests.bench.rows import Past

_WARM, _ASKED = 2, 5
_ADMIN_PAGE = 31

Question = Callable[[Past], object]


def claim(past: Past) -> object:
    """The next 32 messages of the lane, as a worker claims them; rolled back."""
    with transaction.atomic():
        found = claiming.claim(Message, "email-bulk", 32, token=uuid4())
        transaction.set_rollback(True)
    assert found
    return found


def status(past: Past) -> object:
    """GET /notify/{id} without HTTP."""
    found = querying.find_whole(past.tenant, past.notification)
    history = LedgerEntry.for_tenant(past.tenant).filter(message__notification=found)
    return presenting.whole(found, list(history.order_by("id")[:1000]))


def search(**wanted: str) -> Question:
    """GET /notify without HTTP: the first page."""

    def ask(past: Past) -> object:
        found = querying.with_messages(querying.search(past.tenant, **wanted))
        listed = page(found, cursor=None, limit=rows.FOUND, bind="bench")
        assert len(listed.rows) == rows.FOUND
        return listed.body(presenting.summary)

    return ask


def by_text(text: str) -> Question:
    """The admin's search field: the first page."""

    def ask(past: Past) -> object:
        own = Notification.for_tenant(past.tenant).defer("params")
        found = searching.by_text(own, text, tenant=past.tenant)
        ordered = found.prefetch_related("tags").order_by("-created_at", "-id")
        listed = list(ordered[:_ADMIN_PAGE])
        assert listed
        return listed

    return ask


def by_id(past: Past) -> object:
    """The admin's search field, given a notifyId."""
    return by_text(str(past.notification))(past)


QUESTIONS: Mapping[str, Question] = {
    "claim": claim,
    "status": status,
    "search: newest": search(),
    "search: correlationId": search(correlation_id=rows.CORRELATION),
    "search: tag": search(tag=rows.TAG),
    "search: a tag of many": search(tag=rows.COMMON_TAG),
    "search: status": search(status="failed"),
    "search: channel": search(channel="email"),
    "search: a channel of few": search(channel="sms"),
    "search: eventType": search(event_type=rows.RARE_EVENT),
    "admin: address": by_text(rows.ADDRESS),
    "admin: tag": by_text(rows.TAG),
    "admin: a tag of many": by_text(rows.COMMON_TAG),
    "admin: correlation id": by_text(rows.CORRELATION),
    "admin: notifyId": by_id,
}


def times(names: Sequence[str], repeats: int) -> dict[str, dict[str, float]]:
    """Milliseconds by database and question, the median of so many.

    The databases take turns at each question, so that a busy minute meets them alike.
    """
    taken: dict[str, dict[str, list[float]]] = {
        name: {question: [] for question in QUESTIONS} for name in names
    }
    for question, ask in QUESTIONS.items():
        for _turn in range(repeats):
            for name in names:
                use(name)
                taken[name][question] += _times(ask, rows.found_again())
    return {
        name: {question: statistics.median(all_) for question, all_ in found.items()}
        for name, found in taken.items()
    }


def use(name: str) -> None:
    """Speak to the database of this name from now on."""
    if connection.settings_dict["NAME"] != name:
        connection.close()
        connection.settings_dict["NAME"] = name
        connection.ensure_connection()


def _times(ask: Question, past: Past) -> list[float]:
    taken = []
    for number in range(_WARM + _ASKED):
        began = time.perf_counter()
        ask(past)
        if number >= _WARM:
            taken.append((time.perf_counter() - began) * 1000)
    return taken


def plans(past: Past) -> dict[str, list[str]]:
    """By question, the big tables that a statement of it reads from end to end."""
    return {name: sorted(set(_scans(ask, past))) for name, ask in QUESTIONS.items()}


def _scans(ask: Question, past: Past) -> list[str]:
    asked: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        ask(past)
    found = []
    with connection.cursor() as cursor:
        for sql, params in asked:
            if sql.split()[0] in {"SELECT", "WITH", "UPDATE"}:
                cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
                found += list(_read_whole(cursor.fetchone()[0][0]["Plan"]))
    return found


def _read_whole(plan: Mapping[str, Any]) -> list[str]:
    own = plan.get("Relation Name", "")
    whole = plan["Node Type"] in {"Seq Scan", "Parallel Seq Scan"}
    big = own.removeprefix("delivery_") in rows.BIG
    found = [own] if whole and big else []
    for below in plan.get("Plans", ()):
        found += _read_whole(below)
    return found


def main(what: str, *words: str) -> object:
    """The command's answer."""
    if what == "fill":
        return str(rows.fill(int(words[0])).notification)
    if what == "times":
        return times(words[1:], int(words[0]))
    return plans(rows.found_again())


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*sys.argv[1:])) + "\n")
