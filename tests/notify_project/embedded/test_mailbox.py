"""Each mail that the local server accepts is a file, whole and private."""

from __future__ import annotations

import asyncio
import smtplib
import socket
import stat
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from notify_project.embedded import mailbox
from notify_project.embedded.place import free_port
from tests.servers import wait_for


@pytest.fixture
def port(tmp_path):
    """The real server, in a thread of its own."""
    number = free_port(0)
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    thread = threading.Thread(
        target=loop.run_until_complete, args=(mailbox.serve(tmp_path, number, stop),)
    )
    thread.start()
    _until_open(number)
    yield number
    loop.call_soon_threadsafe(stop.set)
    thread.join(10)
    loop.close()


def test_a_mail_is_kept_with_its_envelope(port, tmp_path):
    mail = EmailMessage()
    mail["Subject"] = "Grüße"
    mail["To"] = "me@example.com"
    mail.set_content("A line with ü.\n.\nA lone dot before this.")

    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        client.send_message(mail, "notify@example.org", ["me@example.com", "b@x.org"])

    [path] = tmp_path.iterdir()
    kept = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert path.suffix == ".eml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert kept["Return-Path"] == "<notify@example.org>"
    assert kept.get_all("Delivered-To") == ["me@example.com", "b@x.org"]
    assert kept["Subject"] == "Grüße"
    assert ".\nA lone dot" in kept.get_content().replace("\r\n", "\n")


def test_many_mails_on_one_connection_are_as_many_files(port, tmp_path):
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        for number in range(20):
            client.sendmail("a@x.org", ["b@x.org"], f"Subject: {number}\r\n\r\nHi")

    assert len(list(tmp_path.glob("*.eml"))) == 20


def test_addresses_with_letters_beyond_ascii_are_taken(port, tmp_path):
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        client.ehlo()
        assert client.has_extn("SMTPUTF8")
        client.sendmail(
            "a@x.org", ["jürgen@x.org"], "Subject: x\r\n\r\nHi", ["SMTPUTF8"]
        )

    [path] = tmp_path.iterdir()
    assert "Delivered-To: jürgen@x.org" in path.read_text(encoding="utf-8")


def test_files_sort_in_the_order_of_their_coming(tmp_path):
    kept = [mailbox.keep(tmp_path, b"Subject: x\r\n\r\n") for _ in range(5)]

    assert sorted(kept) == kept


def _until_open(port: int) -> None:
    place = ("127.0.0.1", port)
    wait_for("the mailbox", lambda: socket.create_connection(place, 1).close())
