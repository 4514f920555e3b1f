"""SMTP against real and misbehaving servers: bytes, outcomes, reuse, deadlines."""

from __future__ import annotations

import email
import email.policy
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from providers.base import Word
from providers.config import InvalidConfig
from providers.email.smtp import Smtp
from providers.errors import Misconfigured, Permanent, Temporary, Unknown
from providers.files import File
from tests.providers.email.servers import (
    certificate,
    free_port,
    mail,
    mail_server,
    stub_server,
)


@pytest.fixture(autouse=True)
def _loopback_allowed(settings):
    settings.EGRESS_ALLOW = ["127.0.0.0/8", "::1/128"]
    settings.EGRESS_CA_FILE = ""


@pytest.fixture
def smtp():
    """Make providers that are closed after the test."""
    made = []

    def make(port, **values):
        given = {"host": "127.0.0.1", "port": port, "security": "none", **values}
        made.append(Smtp.configured(given))
        return made[-1]

    yield make
    for provider in made:
        provider.close()


def parsed(raw):
    return email.message_from_bytes(raw, policy=email.policy.default)


def test_a_mail_arrives_as_it_was_written(smtp):
    text = "Grüezi\n.\n..two dots\nline with trailing space \nno end"
    payload = mail(
        to=("ann@example.org", "bob@example.org"),
        cc=("carl@example.org",),
        bcc=("hidden@example.org",),
        subject="Bewilligung für Zoë 🎉",
        text=text,
        html="<p>Grüezi</p>",
        reply_to=("answers@example.org",),
        headers=(("X-Case", "42"),),
        attachments=(File("Beilage ä.pdf", "application/pdf", b"\x00\xff"),),
    )

    with mail_server() as mailbox:
        smtp(mailbox.port).send(payload)

    sender, recipients, raw = mailbox.mails[0]
    got = parsed(raw)
    assert sender == "office@dept.example.org"
    assert recipients == [
        "ann@example.org",
        "bob@example.org",
        "carl@example.org",
        "hidden@example.org",
    ]
    assert b"hidden@" not in raw
    assert got["Bcc"] is None
    assert got["Subject"] == "Bewilligung für Zoë 🎉"
    assert got["To"] == "ann@example.org, bob@example.org"
    assert got["Cc"] == "carl@example.org"
    assert got["From"] == "The Office <office@dept.example.org>"
    assert got["Reply-To"] == "answers@example.org"
    assert got["X-Case"] == "42"
    assert got["Message-ID"] == "<0199-ref@dept.example.org>"
    body = got.get_body(("plain",)).get_content()
    assert body.replace("\r\n", "\n") == text
    assert got.get_body(("html",)).get_content() == "<p>Grüezi</p>"
    (attached,) = got.iter_attachments()
    assert attached.get_filename() == "Beilage ä.pdf"
    assert attached.get_content() == b"\x00\xff"


def test_the_envelope_sender_can_be_a_return_path(smtp):
    with mail_server() as mailbox:
        smtp(mailbox.port, envelope_sender="bounces@example.org").send(mail())

    assert mailbox.mails[0][0] == "bounces@example.org"


def test_no_text_can_smuggle_a_second_mail(smtp):
    smuggled = "x\n.\n\r.\r\n\r\n.\r\nMAIL FROM:<evil@example.org>\r\n.\n"

    def script(line):
        line.greet()
        line.until_data()
        line.hear(b"\r\n.\r\n")
        line.say("250 ok")
        line.hear()

    with stub_server(script) as stub:
        provider = smtp(stub.port)
        provider.send(mail(text=smuggled, subject=".", html=smuggled))
        provider.close()

    wire = stub.heard
    content = wire[wire.index(b"DATA\r\n") + 6 : wire.index(b"QUIT")]
    assert content.count(b"\r\n.\r\n") == 1
    assert content.endswith(b"\r\n.\r\n")
    lonely = content.replace(b"\r\n", b"")
    assert b"\n" not in lonely
    assert b"\r" not in lonely
    assert content.isascii()


def test_custom_headers_go_out_byte_for_byte(smtp):
    url = "<https://example.org/" + "u" * 300 + ">"
    payload = mail(headers=(("List-Unsubscribe", url), ("X-Long", "y" * 400)))

    with mail_server() as mailbox:
        smtp(mailbox.port).send(payload)

    raw = mailbox.mails[0][2]
    assert f"\r\nList-Unsubscribe: {url}\r\n".encode() in raw
    assert b"\r\nX-Long: " + b"y" * 400 + b"\r\n" in raw


def test_a_hundred_mails_need_few_connections(smtp):
    with mail_server() as mailbox:
        provider = smtp(mailbox.port, connections=4)
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda n: provider.send(mail()), range(100)))

    assert len(mailbox.mails) == 100
    assert mailbox.connections <= 4


def test_a_connection_is_renewed_after_its_share_of_messages(smtp):
    with mail_server() as mailbox:
        provider = smtp(mailbox.port, messages_per_connection=2)
        for _ in range(5):
            provider.send(mail())

    assert mailbox.connections == 3


def test_a_connection_that_died_while_idle_is_replaced_unnoticed(smtp):
    def dies_when_asked_again(line):
        line.greet()
        line.until_data()
        line.hear(b"\r\n.\r\n")
        line.say("250 ok")
        line.hear()  # takes the second MAIL, and hangs up without an answer

    def healthy(line):
        line.greet()
        line.until_data()
        line.hear(b"\r\n.\r\n")
        line.say("250 second")
        line.hear()

    with stub_server(dies_when_asked_again, healthy) as stub:
        provider = smtp(stub.port)
        provider.send(mail())
        second = provider.send(mail())
        provider.close()

    assert second.detail == "second"
    assert stub.heard.count(b"DATA\r\n") == 2


REFUSALS = [
    ("450 4.2.1 greylisted", Temporary, False),
    ("451 4.7.1 greylisted, please try again later", Temporary, False),
    ("451 4.3.0 local error, try again later", Temporary, False),
    ("452 4.2.2 the mailbox is over its quota", Temporary, False),
    ("450 4.2.1 that user receives mail at too high a rate", Temporary, False),
    ("421 too busy, try again later", Temporary, True),
    ("451 4.7.1 sending rate exceeded", Temporary, True),
    ("452 too many messages, slow down", Temporary, True),
    ("421 4.7.28 try again later", Temporary, True),
    ("550 5.1.1 no such user", Permanent, False),
    ("530 5.7.0 authentication required", Misconfigured, False),
    ("535 5.7.8 bad credentials", Misconfigured, False),
]


@pytest.mark.parametrize(("answer", "error", "throttled"), REFUSALS)
@pytest.mark.parametrize("at", ["MAIL", "RCPT", "DATA", "dot"])
def test_an_answer_before_or_to_the_final_dot_means_not_sent(
    smtp, at, answer, error, throttled
):
    def script(line):
        line.greet()
        for step, good in (("MAIL", "250 ok"), ("RCPT", "250 ok"), ("DATA", "354 go")):
            line.hear()
            line.say(answer if step == at else good)
            if step == at:
                break
        else:
            line.hear(b"\r\n.\r\n")
            line.say(answer)
        line.hear()

    with stub_server(script) as stub, pytest.raises(error) as raised:
        smtp(stub.port).send(mail())

    assert raised.value.code.startswith(answer[:3])
    assert getattr(raised.value, "throttled", False) is throttled


@pytest.mark.parametrize("at", ["greeting", "EHLO"])
def test_a_session_refused_for_good_is_a_matter_of_the_account(smtp, at):
    def script(line):
        line.say("220 hi" if at == "EHLO" else "554 5.7.1 your address is blocked")
        for _ in range(2):
            line.hear()
            line.say("554 5.7.1 your address is blocked")

    with stub_server(script) as stub, pytest.raises(Misconfigured, match="blocked"):
        smtp(stub.port).send(mail())


@pytest.mark.parametrize("heard", [b"\r\n", b"\r\n.\r\n"], ids=["before", "after"])
def test_a_line_lost_before_the_dot_is_temporary_and_after_it_unknown(smtp, heard):
    def script(line):
        line.greet()
        if heard == b"\r\n":
            line.hear()
            line.say("250 ok")
            line.hear()
            return
        line.until_data()
        line.hear(heard)

    with stub_server(script) as stub, pytest.raises((Temporary, Unknown)) as raised:
        smtp(stub.port).send(mail())

    assert type(raised.value) is (Unknown if heard == b"\r\n.\r\n" else Temporary)


def test_nonsense_after_the_dot_is_unknown(smtp):
    def script(line):
        line.greet()
        line.until_data()
        line.hear(b"\r\n.\r\n")
        line.say("what?")

    with stub_server(script) as stub, pytest.raises(Unknown):
        smtp(stub.port).send(mail())


def test_nobody_listening_is_temporary(smtp):
    with pytest.raises(Temporary):
        smtp(free_port()).send(mail())


def test_a_forbidden_address_is_never_connected(smtp, settings):
    settings.EGRESS_ALLOW = []

    with mail_server() as mailbox, pytest.raises(Misconfigured) as raised:
        smtp(mailbox.port).send(mail())

    assert raised.value.code == "address_not_allowed"
    assert mailbox.connections == 0


def test_a_mail_goes_to_those_who_were_not_refused(smtp):
    payload = mail(
        to=("ann@example.org", "gone@example.org", "full@example.org"),
    )

    with mail_server() as mailbox:
        mailbox.refuse = {
            "gone@example.org": "550 5.1.1 <gone@example.org> unknown",
            "full@example.org": "452 4.2.2 mailbox full",
        }
        accepted = smtp(mailbox.port).send(payload)

    assert mailbox.mails[0][1] == ["ann@example.org"]
    words = {one.address: (one.word, one.code) for one in accepted.receipts}
    assert words == {
        "gone@example.org": (Word.PERM_FAILED, "550 5.1.1"),
        "full@example.org": (Word.TEMP_FAILED, "452 4.2.2"),
    }
    assert all("gone@" not in one.detail for one in accepted.receipts)
    assert {one.message_id for one in accepted.receipts} == {payload.message_id}


def test_if_everybody_is_refused_one_who_may_be_taken_later_decides(smtp):
    with mail_server() as mailbox:
        mailbox.refuse = {"a@example.org": "550 no", "b@example.org": "451 later"}
        provider = smtp(mailbox.port)

        with pytest.raises(Temporary):
            provider.send(mail(to=("a@example.org", "b@example.org")))
        with pytest.raises(Permanent):
            provider.send(mail(to=("a@example.org",)))
        provider.send(mail())

    assert len(mailbox.mails) == 1
    assert mailbox.connections == 1  # a refusal does not cost the connection


def test_a_server_that_drips_cannot_hold_a_thread(smtp):
    over = threading.Event()

    def drip(line):
        line.say("220 hi")
        line.hear()
        while not over.wait(0.05):
            line.sock.sendall(b"2")

    with stub_server(drip) as stub:
        provider = smtp(stub.port)
        provider.call_seconds = 1.0
        started = time.monotonic()
        with pytest.raises(Temporary):
            provider.send(mail())
        took = time.monotonic() - started
        over.set()

    assert took < 5


def test_silence_after_the_dot_is_unknown_at_the_deadline(smtp):
    over = threading.Event()

    def script(line):
        line.greet()
        line.until_data()
        line.hear(b"\r\n.\r\n")
        over.wait(10)

    with stub_server(script) as stub:
        provider = smtp(stub.port)
        provider.call_seconds = 1.0
        with pytest.raises(Unknown, match="in time"):
            provider.send(mail())
        over.set()


def test_a_server_that_talks_without_end_is_left(smtp):
    def chatter(line):
        line.say("220 hi")
        line.hear()
        for _ in range(100_000):
            line.say("250-" + "x" * 500)

    with stub_server(chatter) as stub, pytest.raises(Temporary):
        smtp(stub.port).send(mail())


def test_all_connections_busy_ends_as_temporary(smtp):
    over = threading.Event()

    def hold(line):
        line.say("220 hi")
        over.wait(10)

    with stub_server(hold) as stub, ThreadPoolExecutor(1) as other:
        provider = smtp(stub.port, connections=1)
        provider.call_seconds = 3.0
        holding = other.submit(provider.send, mail())
        while not stub.lines:
            time.sleep(0.01)
        provider.call_seconds = 0.2
        with pytest.raises(Temporary) as raised:
            provider.send(mail())
        over.set()

        assert isinstance(holding.exception(timeout=20), Temporary)

    assert raised.value.code == "busy"


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_tls_is_verified_and_a_password_goes_over_it(
    smtp, settings, tmp_path, security
):
    context, authority = certificate(tmp_path)
    settings.EGRESS_CA_FILE = str(authority)

    with mail_server(context=context, security=security, password="s3cret") as mailbox:
        provider = smtp(
            mailbox.port,
            host="localhost",
            security=security,
            username="joe",
            password="s3cret",
        )
        provider.send(mail())
        found = provider.check()

    assert len(mailbox.mails) == 1
    assert "TLSv1.3" in found


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_that_nobody_vouches_for_stops_the_mail(smtp, tmp_path, security):
    context, _authority = certificate(tmp_path)

    with (
        mail_server(context=context, security=security) as mailbox,
        pytest.raises(Temporary) as raised,
    ):
        smtp(mailbox.port, host="localhost", security=security).send(mail())

    assert raised.value.code == "tls"
    assert mailbox.mails == []


def test_a_certificate_for_another_name_stops_the_mail(smtp, settings, tmp_path):
    context, authority = certificate(tmp_path, "elsewhere.example.org")
    settings.EGRESS_CA_FILE = str(authority)

    with (
        mail_server(context=context, security="tls") as mailbox,
        pytest.raises(Temporary),
    ):
        smtp(mailbox.port, host="localhost", security="tls").send(mail())


def test_a_wrong_password_is_misconfigured_and_not_repeated(smtp):
    with (
        mail_server(password="s3cret") as mailbox,
        pytest.raises(Misconfigured) as raised,
    ):
        smtp(mailbox.port, username="joe", password="wr0ngpass").send(mail())

    assert raised.value.code.startswith("535")
    assert "wr0ngpass" not in raised.value.detail


def test_a_server_that_echoes_the_password_cannot_publish_it(smtp):
    def script(line):
        line.greet("AUTH PLAIN")
        secret = line.hear().split()[-1].decode()
        line.say(f"535 5.7.8 what is {secret} or hunter22 of joe@example.org?")
        line.hear()

    with stub_server(script) as stub, pytest.raises(Misconfigured) as raised:
        smtp(stub.port, username="joe", password="hunter22").send(mail())

    assert "hunter22" not in raised.value.detail
    assert "AGpvZ" not in raised.value.detail
    assert "joe@" not in raised.value.detail


def test_without_tls_a_password_is_refused_before_anything_is_sent():
    values = {
        "host": "mail.example.org",
        "security": "none",
        "username": "joe",
        "password": "s3cret",
    }

    with pytest.raises(InvalidConfig) as raised:
        Smtp.configured(values)

    assert [one.field for one in raised.value.problems] == ["security"]


def test_starttls_that_is_not_offered_is_misconfigured(smtp):
    def script(line):
        line.greet("SIZE 1000000")
        line.hear()

    with stub_server(script) as stub, pytest.raises(Misconfigured) as raised:
        smtp(stub.port, security="starttls").send(mail())

    assert raised.value.code == "no_starttls"
    assert b"MAIL" not in stub.heard


def test_words_put_in_before_tls_are_forgotten(smtp, settings, tmp_path):
    context, authority = certificate(tmp_path)
    settings.EGRESS_CA_FILE = str(authority)

    def script(line):
        line.greet("STARTTLS")
        line.hear()
        line.say("220 go", "250-stub", "250 AUTH PLAIN")
        line.sock = context.wrap_socket(line.sock, server_side=True)
        line.hear()
        line.say("250 stub")
        line.hear()

    with stub_server(script) as stub, pytest.raises(Misconfigured) as raised:
        smtp(
            stub.port,
            host="localhost",
            security="starttls",
            username="joe",
            password="s3cret",
        ).send(mail())

    assert raised.value.code == "no_auth"
    assert b"AUTH" not in stub.heard


def test_a_mail_larger_than_the_server_takes_is_permanent(smtp):
    def script(line):
        line.greet("SIZE 500")
        line.hear()

    with stub_server(script) as stub, pytest.raises(Permanent):
        smtp(stub.port).send(mail(text="x" * 1000))


def test_a_check_says_what_it_found_and_sends_nothing(smtp):
    with mail_server() as mailbox:
        found = smtp(mailbox.port).check()

    assert str(mailbox.port) in found
    assert "no encryption" in found
    assert mailbox.mails == []


def test_reference_and_receiver_are_known_by_the_message_id(smtp):
    with mail_server() as mailbox:
        provider = smtp(mailbox.port)
        first = provider.send(mail(reference="r-1"))
        again = provider.send(mail(reference="r-1"))

    assert first.provider_ref == again.provider_ref == "<r-1@dept.example.org>"
    assert "ABC123" in first.detail


def test_idle_connections_are_closed(smtp):
    def script(line):
        line.greet()
        line.until_data()
        line.hear(b"\r\n.\r\n")
        line.say("250 ok")
        line.hear()

    with stub_server(script) as stub:
        provider = smtp(stub.port)
        provider.send(mail())
        provider.close()

    assert stub.heard.endswith(b"QUIT\r\n")
