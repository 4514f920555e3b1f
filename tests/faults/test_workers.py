"""Workers die, stop and start; nothing is lost, nothing is doubled without a word."""

from __future__ import annotations

import random
import signal
import time

import pytest
from django.db import connection

from delivery.models import Attempt, Message
from delivery.retries import SCHEDULES
from tests.chaos import workers
from tests.delivery.receiver import receiving
from tests.delivery.scene import account_of, assert_books_balance, chat_account, many
from tests.faults.conftest import assert_survived
from tests.faults.processes import until
from tests.tenants.factories import TenantFactory

OPEN = ("queued", "claimed", "sending", "unknown")


def _open(*states: str) -> int:
    return Message.across_tenants().filter(state__in=states or OPEN).count()


def _sent() -> int:
    return Message.across_tenants().filter(state="sent").count()


@pytest.mark.each_database
def test_a_worker_sends_what_is_due(stage):
    with receiving() as receiver:
        tenant = TenantFactory()
        messages = many(tenant, 50, pinned_account=chat_account(tenant, receiver.url))
        worker = stage.worker()

        assert until(lambda: not _open(), 30), stage.logs()
        assert worker.stop() == 0
    assert receiver.counts == {str(one.id): 1 for one in messages}
    assert_books_balance()


def test_kill_9_again_and_again_loses_nothing(stage):
    """Two workers, one of which is killed every second or so."""
    dice = random.Random(7)
    with receiving(delay_seconds=0.1) as receiver:
        tenant = TenantFactory()
        messages = many(tenant, 500, pinned_account=chat_account(tenant, receiver.url))
        crew = [stage.worker(LANE_CONCURRENCY="4") for _ in range(2)]
        assert until(lambda: receiver.posts, 20), stage.logs()
        for _ in range(4):
            victim = dice.randrange(2)
            crew[victim].kill()
            crew[victim] = stage.worker(LANE_CONCURRENCY="4")
            time.sleep(dice.uniform(0.3, 2.0))

        assert until(lambda: not _open(), 60), stage.logs()
    counts = receiver.counts
    assert set(counts) == {str(one.id) for one in messages}, "nothing is lost"
    assert _sent() == 500
    # The receiver is told which posts are repeats: they have the id of the first.
    repeated = {key for key, count in counts.items() if count > 1}
    doubted = Message.across_tenants().filter(unknowns__gt=0)
    assert repeated <= {str(one.id) for one in doubted}
    assert_books_balance()


def test_kill_9_leaves_doubt_where_a_provider_knows_no_key(stage, mail_server):
    """Plain mail: whoever may have been sent is `unknown`, and nobody is doubled."""
    tenant = TenantFactory()
    mail_server.delay_seconds = 0.2
    account_of(
        tenant,
        "email.smtp",
        config={"host": "127.0.0.1", "port": mail_server.port, "security": "none"},
    )
    many(tenant, 150, channel="email", on_unknown="at_most_once")
    worker = stage.worker(LANE_CONCURRENCY="8")
    for _ in range(2):
        seen = len(mail_server.ids)
        assert until(lambda seen=seen: len(mail_server.ids) > seen + 15, 30)
        worker.kill()
        worker = stage.worker(LANE_CONCURRENCY="8")

    assert until(lambda: not _open("queued", "claimed", "sending"), 60), stage.logs()
    assert len(mail_server.ids) == len(set(mail_server.ids)), "nobody was mailed twice"
    doubted = set(Message.across_tenants().filter(state="unknown"))
    # Of each worker: its window, what was begun ahead, and what had just landed.
    assert 0 < len(doubted) <= 2 * (8 + 4 + 8), "only what was in flight"
    assert _sent() + len(doubted) == 150
    assert len(mail_server.ids) >= _sent()
    assert_books_balance()


def test_sigterm_finishes_what_is_in_flight_and_doubts_nothing(stage):
    with receiving(delay_seconds=0.5) as receiver:
        tenant = TenantFactory()
        many(tenant, 200, pinned_account=chat_account(tenant, receiver.url))
        for _ in range(2):
            posted = len(receiver.posts)
            worker = stage.worker()
            assert until(lambda posted=posted: len(receiver.posts) > posted, 20)
            assert worker.stop() == 0, stage.logs()

            assert _open("claimed", "sending", "unknown") == 0, stage.logs()
            assert _sent() == len(receiver.posts)
    assert max(receiver.counts.values()) == 1
    assert _open("queued") > 0, "the rest was given back"
    assert not Message.across_tenants().filter(claims__gt=0).exists()
    assert not Attempt.across_tenants().exclude(outcome="accepted").exists()
    assert_books_balance()


def test_a_worker_that_was_frozen_for_longer_than_its_lease_sends_nothing_twice(stage):
    with receiving(delay_seconds=0.3) as receiver:
        tenant = TenantFactory()
        many(tenant, 200, pinned_account=chat_account(tenant, receiver.url))
        frozen = stage.worker(LANE_CONCURRENCY="4")
        assert until(lambda: receiver.posts, 20), stage.logs()
        frozen.signal(signal.SIGSTOP)
        other = stage.worker()
        assert until(lambda: not _open(), 40), stage.logs()
        frozen.signal(signal.SIGCONT)
        time.sleep(1)
        assert other.stop() == frozen.stop() == 0

    assert _sent() == 200
    repeated = {key for key, count in receiver.counts.items() if count > 1}
    doubted = Message.across_tenants().filter(unknowns__gt=0)
    assert repeated <= {str(one.id) for one in doubted}
    assert len(repeated) <= 4 + 2 + 4, "only what was in flight when it froze"
    assert_books_balance()


def test_a_database_that_drops_all_connections_loses_no_outcome(stage):
    """As in a restart or a failover: outcomes wait until it is back."""
    with receiving(delay_seconds=0.3) as receiver:
        tenant = TenantFactory()
        many(tenant, 150, pinned_account=chat_account(tenant, receiver.url))
        worker = stage.worker()
        assert until(lambda: receiver.posts, 20), stage.logs()
        for _ in range(6):
            time.sleep(0.4)
            _drop_connections()

        assert until(lambda: not _open(), 40), stage.logs()
        assert worker.stop() == 0
    assert max(receiver.counts.values()) == 1, "what was called was not called again"
    assert _sent() == 150
    assert_books_balance()


def _drop_connections() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_what_is_retried_has_a_window():
    assert min(one.window_seconds for one in SCHEDULES.values()) > 3600


def test_workers_that_die_under_a_rude_provider_keep_each_policy(world):
    """A small F6: retry_once, hold, at_most_once, a look-up and a key."""
    workers.killed(world, messages=150, kills=3, crew=2, table="rude", lease_seconds=3)

    assert_survived(world)


def test_a_worker_that_freezes_between_commit_and_call_does_not_call(world):
    """A small F7."""
    workers.frozen(world, rounds=("mail",), each=6, seconds=(6.0, 0.0))

    assert_survived(world)
    assert _sent() == 6, "it woke up before anybody was asked for a policy"
