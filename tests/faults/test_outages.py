"""A provider that is slow (F11) or down (F12): itself alone suffers, and is spared.

Small, with a real pump, real calls and a real outage; test_outages_by_the_rules.py has
20,000 messages and ten minutes.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connections, transaction

from delivery import sweeping, unknowns
from delivery.models import Message
from delivery.sending import pump
from notify_project.queue.pumps import Wake
from providers import breaker
from providers.models import Account, Breaker
from tenants.models import Tenant
from tests.delivery.receiver import OK, Answer, Receiver, receiving
from tests.delivery.scene import (
    LANE,
    account_of,
    again,
    assert_books_balance,
    chat_account,
    many,
)
from tests.tenants.factories import TenantFactory

BROKEN: Answer = (503, {})

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.each_database]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    """A short outage, and breakers to match."""
    monkeypatch.setattr(breaker, "_FIRST_SECONDS", 0.4)
    monkeypatch.setattr(breaker, "_LONGEST_SECONDS", 0.8)


def stored(tenant: Tenant, count: int, account: Account) -> list[Message]:
    """As a request stores them: all at once, or a worker would find half of them."""
    with transaction.atomic():
        found: list[Message] = many(tenant, count, pinned_account=account)
        return found


@contextmanager
def worker() -> Iterator[Wake]:
    """What a worker does: pump when the bell rings, sweep now and then."""
    wake, stop = Wake(), threading.Event()

    def run() -> None:
        try:
            while not stop.is_set():
                pump(LANE, wake, stop)
                sweeping.release_held()
                stop.wait(0.02)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield wake
    finally:
        stop.set()
        thread.join(60)


def until(condition, seconds: float = 60.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def left(messages: list[Message]) -> int:
    ids = [one.id for one in messages]
    return Message.across_tenants().filter(id__in=ids).exclude(state="sent").count()


def states_of(messages: list[Message]) -> list[tuple[object, ...]]:
    """What a failing test wants to know."""
    rows = Message.across_tenants().filter(id__in=[one.id for one in messages])
    columns = ("state", "hold_reason", "error_code", "tries", "due_at", "claims")
    return list(rows.exclude(state="sent").values_list(*columns)[:5])


def waits_of(receiver: Receiver, wake: Wake, times: int) -> list[float]:
    """How long single messages of a tenant of its own take, from stored to sent."""
    tenant = TenantFactory()
    account = chat_account(tenant, receiver.url)
    found = []
    for _ in range(times):
        began = time.monotonic()
        [message] = stored(tenant, 1, account)
        wake.ring()
        assert until(lambda one=message: again(one).state == "sent", 20)
        found.append(time.monotonic() - began)
    return sorted(found)


def test_a_provider_that_is_down_is_spared_and_everything_arrives_when_it_is_back():
    up = threading.Event()

    def answer(_key, _nth):
        return OK if up.is_set() else BROKEN

    tenant = TenantFactory()
    with receiving(answer=answer) as receiver, receiving() as other, worker() as wake:
        account = chat_account(tenant, receiver.url)
        messages = stored(tenant, 300, account)
        began = time.monotonic()
        wake.ring()
        assert until(lambda: Breaker.objects.filter(open_until__isnull=False).exists())

        others = waits_of(other, wake, 10)
        time.sleep(3)
        called, outage = len(receiver.posts), time.monotonic() - began
        up.set()
        assert until(lambda: left(messages) == 0), states_of(messages)

    # A window, what was begun ahead of it, and a try every 0.4 to 0.8 seconds.
    assert called <= 34 + outage / 0.4, "of 300 that waited"
    assert others[-1] < 5.0, "another provider's messages do not wait for it"
    assert {again(one).state for one in messages} == {"sent"}
    assert max(again(one).tries for one in messages) <= 3
    assert_books_balance()


def test_in_an_outage_nobody_is_given_up_for_having_tried_again(monkeypatch):
    """Of a provider that knows no key, a second 503 would be the end of a message: what
    may have arrived leaves it to others to try whether it is back."""
    monkeypatch.setattr(unknowns, "_SETTLE_SECONDS", 0.2)
    up = threading.Event()

    def answer(_key, _nth):
        return OK if up.is_set() else BROKEN

    tenant = TenantFactory()
    with receiving(answer=answer) as receiver, worker() as wake:
        account = account_of(tenant, "msgapp.teams", config={"url": receiver.url})
        messages = stored(tenant, 60, account)
        wake.ring()
        assert until(lambda: Breaker.objects.filter(open_until__isnull=False).exists())
        assert not until(sweeping.settle_unknown, 4)
        up.set()
        assert until(lambda: sweeping.settle_unknown() or left(messages) == 0), (
            states_of(messages)
        )

    assert {again(one).state for one in messages} == {"sent"}
    assert_books_balance()


def test_a_slow_provider_holds_up_no_other_in_its_lane():
    """It takes two seconds for each call, and has more to do than there are places."""
    tenant = TenantFactory()
    with (
        receiving(delay_seconds=2.0) as slow,
        receiving() as quick,
        worker() as wake,
    ):
        account = chat_account(tenant, slow.url)
        stored(tenant, 80, account)
        wake.ring()
        assert until(lambda: len(slow.posts) >= 16)

        waits = waits_of(quick, wake, 10)

    assert waits[len(waits) // 2] < 1.0, "less than one slow call"
    assert_books_balance()


def test_an_account_with_a_rate_is_never_called_faster():
    tenant, times = TenantFactory(), []

    def answer(_key, _nth):
        times.append(time.monotonic())
        return OK

    with receiving(answer=answer) as receiver, worker() as wake:
        account = chat_account(tenant, receiver.url)
        account.rate_per_second = 20.0
        account.save()
        messages = stored(tenant, 100, account)
        wake.ring()
        assert until(lambda: left(messages) == 0)

    most = max(sum(begin <= one < begin + 1 for one in times) for begin in times)
    assert most <= 22, "one more at the edge of a second, and the network's own delay"
    assert {again(one).tries for one in messages} == {0}
    assert_books_balance()
