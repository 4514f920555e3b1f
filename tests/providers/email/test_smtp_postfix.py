"""SMTP through a Debian mail server, which hands on to a second one on loopback.

Postfix needs root and its own package: `make wires` runs these (docs/guide/proofs.md).
"""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from providers.base import Word
from providers.email.smtp import Smtp
from providers.errors import Permanent
from providers.files import File
from tests.providers.email.postfix import postfix, taken
from tests.providers.email.servers import Mailbox, mail, mail_server

pytestmark = pytest.mark.wires


@dataclass(frozen=True)
class Relayed:
    """Our adapter before Postfix, and the mailbox behind it."""

    smtp: Smtp
    mailbox: Mailbox
    home: Path

    def arrived(self, count: int):
        """The mails that came through, in their order."""
        taken(self.home, count=count, mails=self.mailbox.mails)
        return self.mailbox.mails


@pytest.fixture(scope="module")
def both(tmp_path_factory) -> Iterator[tuple[int, Mailbox, Path]]:
    home = tmp_path_factory.mktemp("postfix") / "home"
    with mail_server() as mailbox, postfix(home, sink=mailbox.port) as port:
        yield port, mailbox, home


@pytest.fixture
def relayed(both, settings) -> Iterator[Relayed]:
    settings.EGRESS_ALLOW = ["127.0.0.0/8"]
    port, mailbox, home = both
    mailbox.mails.clear()
    given = {"host": "127.0.0.1", "port": port, "security": "none"}
    smtp = Smtp(Smtp.config_class.from_values(given))
    yield Relayed(smtp, mailbox, home)
    smtp.close()


def test_a_mail_with_files_comes_through_whole(relayed):
    payload = mail(
        cc=("carl@example.org",),
        bcc=("hidden@example.org",),
        subject="Été",
        text="Grüezi\n.\n..two dots\n",
        html="<p>Grüezi</p>",
        attachments=(File("é.pdf", "application/pdf", b"%PDF\x00\xff" * 5000),),
    )

    accepted = relayed.smtp.send(payload)

    ((_sender, recipients, raw),) = relayed.arrived(1)
    letter = email.message_from_bytes(raw, policy=email.policy.default)
    assert "queued as" in accepted.detail
    assert letter["Message-ID"] == accepted.provider_ref
    assert letter["Subject"] == "Été"
    assert set(recipients) == {*payload.to, *payload.cc, *payload.bcc}
    assert b"hidden@example.org" not in raw
    (file,) = letter.iter_attachments()
    assert file.get_content() == b"%PDF\x00\xff" * 5000


def test_recipients_that_it_refuses_get_receipts_and_the_others_their_mail(relayed):
    accepted = relayed.smtp.send(
        mail(to=("ann@example.org", "gone@example.org", "full@example.org"))
    )

    ((_sender, recipients, _raw),) = relayed.arrived(1)
    assert recipients == ["ann@example.org"]
    words = {one.address: one.word for one in accepted.receipts}
    assert words == {
        "gone@example.org": Word.PERM_FAILED,
        "full@example.org": Word.TEMP_FAILED,
    }


def test_a_recipient_that_it_refuses_alone_is_a_refusal(relayed):
    with pytest.raises(Permanent):
        relayed.smtp.send(mail(to=("gone@example.org",)))


def test_a_mail_that_is_too_large_is_a_refusal_and_the_next_one_goes(relayed):
    with pytest.raises(Permanent):
        relayed.smtp.send(mail(text="a" * 400_000))

    relayed.smtp.send(mail())

    assert len(relayed.arrived(1)) == 1


def test_many_mails_share_connections(relayed):
    for number in range(20):
        relayed.smtp.send(mail(subject=f"Number {number}"))

    relayed.arrived(20)
    log = (relayed.home / "postfix.log").read_text()
    assert log.count(": connect from") < 10


def test_check_finds_it(relayed):
    assert "answers on port" in relayed.smtp.check()
