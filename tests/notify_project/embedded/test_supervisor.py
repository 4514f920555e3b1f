"""What the supervisor finds out about the web process.

Its whole course is tests/notify_project/management/commands/test_run.py.
"""

from __future__ import annotations

import pytest
from pytest_httpserver import HTTPServer

from notify_project.embedded import supervisor
from notify_project.embedded.place import free_port


@pytest.fixture
def web():
    with HTTPServer(host="127.0.0.1") as server:
        yield server


def test_a_healthy_web_has_nothing_to_say(web):
    web.expect_request("/health").respond_with_json({"status": "ok"})

    assert supervisor.health(web.port) == ""


def test_an_unwell_web_is_told_with_its_own_words(web):
    web.expect_request("/health").respond_with_data("no worker", status=503)

    assert supervisor.health(web.port) == "GET /health: 503 no worker"


def test_a_silent_web_is_told():
    assert "does not answer" in supervisor.health(free_port(0))
