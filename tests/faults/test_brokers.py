"""The broker dies, freezes and forgets: bells are lost, messages are not."""

from __future__ import annotations

import signal
import threading
import time

import pytest
from django.db import transaction

from delivery.models import Message
from notify_project import tasks
from notify_project.celery import app
from notify_project.queue import bell, leases
from tests.delivery.receiver import receiving
from tests.delivery.scene import LANE, assert_books_balance, chat_account, many
from tests.faults.processes import until
from tests.tenants.factories import TenantFactory


def _open() -> int:
    return Message.across_tenants().exclude(state="sent").count()


@pytest.fixture
def ringing(own_broker, monkeypatch):
    """This process rings at the broker that is going to break."""
    monkeypatch.setattr(app.conf, "broker_write_url", own_broker.url)
    ours = bell.Bell(tasks.Ringer())
    monkeypatch.setattr(bell, "bell", ours)


def _accept(tenant, account, count=1) -> float:
    """Store messages and ring, as a request does; how long that took."""
    started = time.monotonic()
    with transaction.atomic():
        many(tenant, count, pinned_account=account)
        bell.ring(LANE)
    return time.monotonic() - started


def test_messages_go_out_while_the_broker_is_dead(stage, own_broker, ringing):
    with receiving() as receiver:
        tenant = TenantFactory()
        account = chat_account(tenant, receiver.url)
        stage.worker()
        _accept(tenant, account)
        assert until(lambda: receiver.posts, 20), stage.logs()
        own_broker.process.kill()
        slowest = max(_accept(tenant, account, 5) for _ in range(10))

        assert until(lambda: not _open(), 15), stage.logs()
        assert slowest < 2
        own_broker.start()
        _accept(tenant, account)
        assert until(lambda: not _open(), 15), stage.logs()
    assert max(receiver.counts.values()) == 1
    assert_books_balance()


def test_a_worker_that_starts_while_the_broker_is_dead_works(stage, own_broker):
    own_broker.process.kill()
    with receiving() as receiver:
        tenant = TenantFactory()
        many(tenant, 20, pinned_account=chat_account(tenant, receiver.url))
        worker = stage.worker()

        assert until(lambda: not _open(), 25), stage.logs()
        assert worker.running
    assert_books_balance()


def test_a_broker_that_is_wiped_all_the_time_delays_by_seconds_at_most(
    stage, own_broker, ringing
):
    with receiving() as receiver:
        tenant = TenantFactory()
        account = chat_account(tenant, receiver.url)
        stage.worker()
        stage.beat()
        _accept(tenant, account)
        assert until(lambda: receiver.posts, 20), stage.logs()
        done = threading.Event()

        def wipe() -> None:
            while not done.wait(0.1):
                own_broker.wipe()

        wiper = threading.Thread(target=wipe)
        wiper.start()
        try:
            for _ in range(30):
                _accept(tenant, account, 5)
                time.sleep(0.05)

            assert until(lambda: not _open(), 15), stage.logs()
        finally:
            done.set()
            wiper.join()
    assert max(receiver.counts.values()) == 1
    assert_books_balance()


def test_a_frozen_broker_slows_nobody_down(stage, own_broker, ringing):
    with receiving() as receiver:
        tenant = TenantFactory()
        account = chat_account(tenant, receiver.url)
        stage.worker()
        _accept(tenant, account)
        assert until(lambda: receiver.posts, 20), stage.logs()
        own_broker.process.signal(signal.SIGSTOP)
        slowest = max(_accept(tenant, account, 2) for _ in range(20))

        assert slowest < 2, "a request waits for no broker"
        assert until(lambda: not _open(), 15), stage.logs()
        own_broker.process.signal(signal.SIGCONT)
    assert_books_balance()


def test_two_beats_do_no_harm(stage, ringing):
    with receiving() as receiver:
        tenant = TenantFactory()
        account = chat_account(tenant, receiver.url)
        stage.worker()
        beats = [stage.beat(), stage.beat()]
        for _ in range(20):
            _accept(tenant, account, 5)
            time.sleep(0.05)

        assert until(lambda: not _open(), 25), stage.logs()
        time.sleep(2)
        assert all(one.running for one in beats), stage.logs()
    assert max(receiver.counts.values()) == 1
    assert leases.alive("worker:") == 1
    assert_books_balance()


def test_a_beat_stops_though_the_broker_does_not_answer_it(stage, own_broker):
    """Told to stop in the middle of a bell: what it holds then must not hold it."""
    beat = stage.beat(SWEEP_SECONDS="0.1")
    assert until(lambda: own_broker.waiting() > 2, 30), stage.logs()
    own_broker.process.signal(signal.SIGSTOP)
    time.sleep(1)

    assert beat.stop(30) == 0
