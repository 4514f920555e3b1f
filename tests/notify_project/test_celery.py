"""The Celery app as operators meet it: its queues, what beat runs, who logs."""

from __future__ import annotations

import logging
import signal

import pytest
from celery import signals
from django.conf import settings
from structlog.stdlib import ProcessorFormatter

from notify_project import tasks
from notify_project.celery import SWEEPS, app


def test_there_is_a_queue_for_each_lane_and_one_for_sweeps():
    assert {queue.name for queue in app.amqp.queues.values()} == {
        *settings.LANES,
        SWEEPS,
    }


def test_each_queue_is_bound_to_its_own_name_alone():
    """One key for all would take a bell for one lane to every lane."""
    keys = {queue.name: queue.routing_key for queue in app.amqp.queues.values()}

    assert keys == {name: name for name in keys}


def test_a_bell_for_a_queue_that_nobody_reads_is_an_error_not_a_new_queue():
    assert app.conf.task_create_missing_queues is False


def test_what_names_no_lane_goes_to_the_sweeps():
    [route] = {
        app.amqp.router.route({}, task.name)["queue"].name
        for task in (tasks.sweep, tasks.chores)
    }

    assert route == SWEEPS


def test_beat_runs_only_what_there_is():
    app.loader.import_default_modules()
    planned = {one["task"] for one in app.conf.beat_schedule.values()}

    assert planned == {"notify.sweep", "notify.chores"}
    assert planned <= app.tasks.keys()


def test_a_worker_waits_for_its_broker_for_ever():
    assert app.conf.broker_connection_max_retries is None
    assert app.conf.broker_connection_retry_on_startup is True


def test_a_worker_is_given_bells_one_at_a_time_and_no_other_format_than_json():
    assert app.conf.worker_prefetch_multiplier == 1
    assert app.conf.accept_content == ["json"]


def test_beat_told_to_stop_does_nothing_within_the_signal():
    kept = {n: signal.getsignal(n) for n in (signal.SIGTERM, signal.SIGINT)}
    try:
        signals.beat_init.send(sender=None)
        for number in kept:
            with pytest.raises(SystemExit):
                signal.raise_signal(number)
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


def test_celery_does_not_set_up_logging_itself():
    """Without a receiver of this signal it would, and nothing would be redacted."""
    signals.setup_logging.send(sender=None)
    [handler] = logging.getLogger("celery").handlers or logging.getLogger().handlers[:1]

    assert isinstance(handler.formatter, ProcessorFormatter)
