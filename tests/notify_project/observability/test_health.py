"""/health: well or not, which part, and nothing more."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.urls import path

from notify_project.errors import Unavailable
from notify_project.observability import health

urlpatterns = [
    path("health", health.HealthView.as_view()),
    path("health/live", health.LiveView.as_view()),
]

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def part(monkeypatch):
    """Registers one more part, for this test only."""
    monkeypatch.setattr(health, "_checks", {"database": health.check_database})

    def add(name, error=None):
        def check():
            if error:
                raise error

        health.register(name, check)

    return add


def test_all_is_well(part):
    part("queue")

    response = Client().get("/health")

    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "checks": {"database": "ok", "queue": "ok"},
    }
    assert response["Cache-Control"] == "no-store"


def test_a_part_that_is_unwell_is_named_with_its_sentence(part):
    part("queue", Unavailable("No worker has reported for 40 s. Start one."))

    response = Client().get("/health")

    assert response.status_code == 503
    assert response["Retry-After"]
    problem = response.json()
    assert problem["type"].endswith("/docs/errors#unwell")
    assert problem["detail"] == "queue: No worker has reported for 40 s. Start one."
    assert [error["field"] for error in problem["errors"]] == ["queue"]


def test_an_unforeseen_failure_says_nothing_but_the_part(part):
    part("queue", ValueError("redis://user:secret@10.0.0.5"))

    response = Client().get("/health")

    assert response.status_code == 503
    assert "queue: It does not answer." in response.json()["detail"]
    assert "secret" not in response.content.decode()


def test_a_database_that_is_gone_is_503(part, monkeypatch):
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "NAME", "/nowhere/at/all")
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")

    response = Client().get("/health")

    assert response.status_code == 503
    assert response.json()["detail"] == "database: It does not answer."
    assert "nowhere" not in response.content.decode()


def test_a_connection_that_died_since_is_replaced(part):
    connection.ensure_connection()
    connection.connection.close()

    assert Client().get("/health").status_code == 200


def test_the_process_answers_even_if_parts_do_not(part):
    part("queue", Unavailable("x"))

    assert Client().get("/health/live").json() == {"status": "ok"}


def test_head_is_enough_and_post_is_a_problem(part):
    assert Client().head("/health").status_code == 200
    response = Client().post("/health")
    assert response.status_code == 405
    assert response["Content-Type"] == "application/problem+json"


def test_probes_write_a_line_for_each_change_and_no_more(part, written, monkeypatch):
    monkeypatch.setattr(health, "_told", frozenset())
    part("queue", Unavailable("It rests."))
    for _ in range(3):
        Client().get("/health")
    part("queue")
    Client().get("/health")

    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert [(one["event"], one["kind"]) for one in lines] == [
        ("unwell", "queue"),
        ("well_again", "queue"),
    ]
