"""The table of the parts."""

from __future__ import annotations

import platform
from dataclasses import replace

import pytest

from notify_project.embedded import parts, waiting
from notify_project.embedded.place import Place, gate


@pytest.fixture
def place(tmp_path):
    return Place(
        var=tmp_path,
        port=8123,
        mailbox=tmp_path / "mailbox",
        mailbox_port=2626,
        broker_url="",
    )


def test_the_broker_and_the_mailbox_start_before_those_who_use_them(place):
    names = [part.name for part in parts.table(place)]

    assert names == ["broker", "mailbox", "web", "worker", "beat"]


def test_requests_stop_first_and_what_they_need_stops_last(place):
    names = [part.name for part in parts.stop_order(parts.table(place))]

    assert names == ["web", "beat", "worker", "broker", "mailbox"]


def test_a_given_broker_is_used_and_none_of_our_own_started(place):
    given = replace(place, broker_url="redis://queue.example.org:6379/0")

    names = [part.name for part in parts.table(given)]

    assert "broker" not in names
    assert parts.environment(given)["BROKER_URL"] == given.broker_url


def test_without_a_wheel_for_the_machine_bells_go_through_files(place, monkeypatch):
    monkeypatch.setattr(platform, "machine", lambda: "s390x")

    assert parts.broker_address(place) == "filesystem://"
    assert "broker" not in {part.name for part in parts.table(place)}


def test_what_needs_the_database_waits_for_it(place):
    """Beat until it is prepared; web and worker load meanwhile, and wait at a gate."""
    late = [part.name for part in parts.table(place) if not part.early]

    assert late == ["beat"]
    worker = next(one for one in parts.table(place) if one.name == "worker")
    assert worker.environment == {waiting.VARIABLE: str(gate(place.var))}
