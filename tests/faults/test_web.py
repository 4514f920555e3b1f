"""The web process is killed and restarted; what was answered is kept, and once."""

from __future__ import annotations

import http.client
import json
import threading

import pytest

from delivery.models import Message, Notification
from tests.chaos import web
from tests.chaos.posting import body_of
from tests.chaos.world import World
from tests.faults.commits import slow_commits, slow_inserts, somebody_dawdles
from tests.faults.conftest import assert_survived
from tests.faults.processes import HOST, until


def test_posts_survive_a_web_process_that_is_killed_in_between(world):
    web.killed(world, posts=60, kills=2)

    assert len(world.words) == 60
    assert_survived(world)


def test_a_rolling_restart_under_load_doubts_nothing(world):
    web.rolled(world, restarts=1, rate=20)

    assert_survived(world)


def _post(world: World, port: int) -> tuple[int, dict]:
    path, body = body_of(1, "email")
    headers = {
        "X-API-KEY": world.key,
        "Content-Type": "application/json",
        "Idempotency-Key": "one",
    }
    caller = http.client.HTTPConnection(HOST, port, timeout=20)
    try:
        caller.request("POST", path, json.dumps(body), headers)
        answer = caller.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        caller.close()


class Unanswered(threading.Thread):
    """A caller whose answer never comes."""

    def __init__(self, world: World, port: int) -> None:
        super().__init__()
        self.answer: object = None
        self._call = (world, port)

    def run(self) -> None:
        try:
            self.answer = _post(*self._call)
        except (OSError, http.client.HTTPException):
            self.answer = None


@pytest.fixture
def struck(world):
    """Kills the web process while it is in the middle of an accepting commit."""
    world.furnish()

    def strike(dawdling):
        port, process = world.web()
        caller = Unanswered(world, port)
        with dawdling("delivery_notification"):
            caller.start()
            assert until(somebody_dawdles, 20), process.said()
            process.kill()
            caller.join()
            assert until(lambda: not somebody_dawdles(), 20)
        assert caller.answer is None
        return port

    return strike


# Only PostgreSQL can be made to dawdle.
@pytest.mark.only_on("postgresql")
def test_killed_after_the_commit_the_callers_repeat_gets_the_first_answer(
    world, struck
):
    port = struck(slow_commits)
    [stored] = Notification.across_tenants().all()
    world.web(port)
    status, answer = _post(world, port)

    assert (status, answer["notifyId"]) == (202, str(stored.id))
    world.words["chaos-000001"] = answer["notifyId"]
    world.workers(1)
    world.drain()
    assert Message.across_tenants().count() == 1
    assert_survived(world)


# Only PostgreSQL can be made to dawdle.
@pytest.mark.only_on("postgresql")
def test_killed_before_the_commit_nothing_is_stored_and_a_repeat_is_the_first(
    world, struck
):
    port = struck(slow_inserts)
    assert until(lambda: not Notification.across_tenants().exists(), 5)
    world.web(port)
    status, answer = _post(world, port)

    [stored] = Message.across_tenants().all()
    assert (status, answer["notifyId"]) == (202, str(stored.notification_id))
