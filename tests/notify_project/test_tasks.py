"""Bells as tasks: acknowledged early, without expiry, harmless when they lie."""

from __future__ import annotations

import json
import sys
import threading

import pytest
import redis
from django.conf import settings

from notify_project import tasks
from notify_project.celery import app
from notify_project.embedded import waiting
from notify_project.queue import pumps, transport
from tests.notify_project.amqp_stub import PUBLISH, full_broker

OURS = [tasks.pump, tasks.sweep, tasks.chores]


@pytest.mark.parametrize("task", OURS)
def test_a_bell_is_disposable(task):
    assert (task.acks_late, task.ignore_result, task.max_retries) == (False, True, 0)
    assert task.expires is None


def test_a_bell_runs_its_lane(monkeypatch):
    run = []
    monkeypatch.setattr(pumps, "run", run.append)
    tasks.pump.run("email-hi")

    assert run == ["email-hi"]


def test_a_bell_carries_a_lane_and_nothing_else():
    url = settings.BROKER_URL.replace("redis+socket://", "unix://")
    client = redis.Redis.from_url(url.replace("virtual_host", "db"))
    client.delete("email-hi")
    try:
        tasks.Ringer()("email-hi")
        [stored] = client.lrange("email-hi", 0, -1)
    finally:
        client.delete("email-hi")
        client.close()
    message = json.loads(stored)

    assert "eta" not in message["headers"] or message["headers"]["eta"] is None
    assert message["headers"]["expires"] is None
    assert message["headers"]["argsrepr"] == "('email-hi',)"


def test_a_rabbitmq_that_takes_no_more_is_given_up_within_seconds(monkeypatch):
    """It would confirm when its memory is free again: the bell cannot wait for that."""
    ended = []

    def publish():
        try:
            tasks.Ringer()("email-hi")
        except Exception as error:
            ended.append(error)

    with full_broker() as stub:
        options = transport.options(stub.url, settings.VAR_DIR)
        monkeypatch.setattr(app.conf, "broker_write_url", stub.url)
        monkeypatch.setitem(app.conf, "broker_transport_options", options)
        ringing = threading.Thread(target=publish, daemon=True)
        ringing.start()
        ringing.join(15)

        assert PUBLISH in stub.methods
        assert ended
        assert stub.hung_up.wait(5), "the connection that failed is closed"


def test_a_shutdown_takes_nothing_new():
    pumps.stopping.clear()
    try:
        tasks.stop_claiming()
        assert pumps.stopping.is_set()
    finally:
        pumps.stopping.clear()


def test_a_worker_that_is_told_to_stop_before_the_database_is_there_stops(
    tmp_path, monkeypatch
):
    monkeypatch.setenv(waiting.VARIABLE, str(tmp_path / "prepared"))
    pumps.stopping.set()
    try:
        with pytest.raises(SystemExit):
            tasks.HeartbeatStep(None).start(None)
    finally:
        pumps.stopping.clear()


def test_the_worker_has_a_heart():
    assert tasks.HeartbeatStep in app.steps["worker"]


def test_calls_wait_for_pythons_lock_a_fifth_of_its_usual_time():
    before = sys.getswitchinterval()
    try:
        tasks.take_short_turns()
        assert sys.getswitchinterval() == pytest.approx(before / 5)
    finally:
        sys.setswitchinterval(before)
