"""What the terminal says can be used as it stands."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from notify_project.embedded import announcing

VALUES = {
    "base_url": "http://localhost:8000",
    "api_key": "ntf_live_abc_def",
    "admin_url": "http://localhost:8000/admin/",
    "admin_email": "admin@example.org",
    "admin_password": "a-password",
    "mailbox": "/home/o'neil/notify/var/mailbox",
}


@pytest.fixture
def demo(tmp_path):
    path = tmp_path / "demo.json"
    path.write_text(json.dumps(VALUES))
    return announcing.Demo.read(path)


def test_the_line_is_one_command_that_posts_a_mail(demo):
    words = shlex.split(announcing.curl(demo))

    assert words[0] == "curl"
    assert "http://localhost:8000/notifysimple/email" in words
    assert "X-API-KEY: ntf_live_abc_def" in words
    assert "\n" not in announcing.curl(demo)


def test_the_line_works_a_second_time(demo):
    body = json.loads(shlex.split(announcing.curl(demo))[-1])

    assert body["allowDuplicate"] is True
    assert body["recipients"]["to"]


def test_the_welcome_names_all_that_one_needs(demo):
    text = announcing.welcome(demo, seconds=3.21, logs=Path("/srv/var/log"))

    for value in (*VALUES.values(), "3.2 s", "/srv/var/log", "Ctrl-C"):
        assert value in text
