"""Each kind of broker is spoken to in a way that never makes a caller wait."""

from pathlib import Path

import pytest
from kombu import Connection

from notify_project.embedded.place import make_folders
from notify_project.queue import transport

FOLDER = Path("/srv/notify")


@pytest.mark.parametrize(
    "url", ["redis://queue:6379/0", "rediss://queue", "redis+socket:///run/q.sock"]
)
def test_redis_is_given_a_second_to_connect_and_no_second_try(url):
    options = transport.options(url, FOLDER)

    assert options["socket_connect_timeout"] == 1
    assert (options["max_retries"], options["retry_on_timeout"]) == (1, False)


@pytest.mark.parametrize("url", ["amqp://queue:5672//", ""])
def test_rabbitmq_confirms_what_it_took(url):
    assert transport.options(url, FOLDER) == {"confirm_publish": True}


def test_bells_as_files_lie_in_the_folder():
    options = transport.options("filesystem://", FOLDER)

    assert options["data_folder_in"] == options["data_folder_out"]
    assert Path(options["control_folder"]).parent == FOLDER


def test_a_bell_as_a_file_arrives(tmp_path):
    make_folders(tmp_path, tmp_path / "mailbox")
    url = "filesystem://"

    with Connection(url, transport_options=transport.options(url, tmp_path)) as line:
        queue = line.SimpleQueue("email-hi")
        queue.put("ring")

        assert queue.get(timeout=10).payload == "ring"
