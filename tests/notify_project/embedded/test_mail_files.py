"""Reading kept mails."""

from __future__ import annotations

import pytest

from notify_project.embedded.mail_files import newest, read
from notify_project.embedded.mailbox import keep
from providers.channels.mime import message_bytes
from providers.files import File
from tests.providers.email.servers import mail

MAIL = b"""Delivered-To: jane@example.org\r
From: =?utf-8?q?Caf=C3=A9?= <a@example.org>\r
Subject: =?utf-8?b?w4l0w6k=?=\r
MIME-Version: 1.0\r
Content-Type: multipart/mixed; boundary=x\r
\r
--x\r
Content-Type: multipart/alternative; boundary=y\r
\r
--y\r
Content-Type: text/plain; charset=utf-8\r
\r
Hello\r
--y\r
Content-Type: text/html; charset=utf-8\r
\r
<p>Hello</p>\r
--y--\r
--x\r
Content-Type: application/pdf\r
Content-Disposition: attachment; filename=a.pdf\r
Content-Transfer-Encoding: base64\r
\r
QUJD\r
--x--\r
"""


def test_a_mail_is_read_with_its_parts(tmp_path):
    path = keep(tmp_path, MAIL)

    mail = read(tmp_path, path.name)

    assert mail is not None
    assert (mail.subject, mail.sender) == ("Été", "Café <a@example.org>")
    assert mail.recipients == ("jane@example.org",)
    assert (mail.text.strip(), mail.html.strip()) == ("Hello", "<p>Hello</p>")
    assert mail.attachments == (("a.pdf", "application/pdf", 3),)


def test_the_newest_come_first_and_other_files_are_passed_over(tmp_path):
    names = [keep(tmp_path, MAIL).name for _mail in range(3)]
    (tmp_path / "notes.txt").write_text("x")

    assert [one.name for one in newest(tmp_path)] == sorted(names, reverse=True)
    assert len(newest(tmp_path, limit=2)) == 2


def test_no_folder_is_no_mail(tmp_path):
    assert list(newest(tmp_path / "none")) == []


@pytest.mark.parametrize(
    "name", ["../secrets.env", "x.eml", "", "a\x00b", "/etc/passwd"]
)
def test_only_the_mailboxs_own_names_are_opened(tmp_path, name):
    (tmp_path / "x.eml").write_bytes(MAIL)

    assert read(tmp_path, name) is None


def test_a_mail_that_is_gone_is_none(tmp_path):
    path = keep(tmp_path, MAIL)
    path.unlink()

    assert read(tmp_path, path.name) is None


@pytest.mark.parametrize(
    "mail",
    [
        b"",
        b"\xff\xfe\x00",
        b"Content-Type: text/plain; charset=martian\r\n\r\nx",
        b"Content-Type: multipart/mixed\r\n\r\nx",
        b"Subject: =?utf-8?b?!!?=\r\nContent-Type: ;;;\r\n\r\nx",
    ],
)
def test_damaged_mails_are_shown_as_far_as_they_go(tmp_path, mail):
    path = keep(tmp_path, mail)

    found = read(tmp_path, path.name)
    assert found is not None
    assert found.name == path.name
    assert len(newest(tmp_path)) == 1


def test_images_that_came_with_a_mail_stand_in_its_page(tmp_path):
    logo = File("logo.png", "image/png", b"bytes", content_id="logo")
    page = '<img src="cid:logo"><img src="cid:logo2">'
    path = keep(tmp_path, message_bytes(mail(html=page, attachments=(logo,))))

    found = read(tmp_path, path.name)

    assert found is not None
    shown = '<img src="data:image/png;base64,Ynl0ZXM="><img src="cid:logo2">'
    assert found.html.strip() == shown
