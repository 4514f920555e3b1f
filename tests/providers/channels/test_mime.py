"""A payload as the bytes of a mail: exact, ASCII, unforgeable."""

from __future__ import annotations

import email
import email.policy
import tracemalloc
from email.header import decode_header

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from providers.channels.mime import message_bytes
from providers.files import File
from tests.providers.email.servers import mail

TEXTS = st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=300)


def parsed(payload):
    return email.message_from_bytes(message_bytes(payload), policy=email.policy.default)


def unix(text):
    return text.replace("\r\n", "\n").replace("\r", "\n")


@settings(deadline=None, max_examples=60)
@given(TEXTS)
def test_any_text_arrives_exactly(text):
    raw = message_bytes(mail(text=text))

    part = email.message_from_bytes(raw, policy=email.policy.default)
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    got = payload.decode()

    assert unix(got) == unix(text)
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert not {b"\r", b"\n"} & {bytes([b]) for b in raw.replace(b"\r\n", b"")}


SUBJECTS = [
    "Grüße",
    "中" * 255,
    "a" * 255,
    "ü " * 127,
    ".",
    "=?utf-8?q?fake?= and =?utf-8?q?a=0D=0ABcc:_e=40x.org?=",
    "🎉 " * 100,
    '  "quoted" <a@b.example>, x  ',
]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_any_subject_arrives_exactly(subject):
    got = parsed(mail(subject=subject, headers=(("X-Same", subject),)))

    assert got["Subject"].strip() == subject.strip()
    assert got["X-Same"].strip() == subject.strip()
    assert got["Bcc"] is None


@pytest.mark.parametrize(
    "name",
    [
        "Ministère, des «X»",
        'The "Office" \\',
        "a@b.example",
        "=?utf-8?q?a=40b.example?=",
        "中" * 10,
        "",
    ],
)
def test_a_display_name_cannot_become_an_address(name):
    sender = parsed(mail(sender_name=name))["From"]

    assert [one.addr_spec for one in sender.addresses] == ["office@dept.example.org"]
    assert sender.addresses[0].display_name == name


def test_a_long_display_name_arrives_whole():
    raw = message_bytes(mail(sender_name="中" * 100))

    written = email.message_from_bytes(raw)["From"]
    name, address = (words for words, _charset in decode_header(written))
    assert name.decode() == "中" * 100
    assert address.strip() == b"<office@dept.example.org>"


def test_fifty_recipients_are_all_named_on_lines_of_legal_length():
    everybody = tuple(f"{n:02}{'a' * 60}@{'b' * 60}.example.org" for n in range(50))

    raw = message_bytes(mail(to=everybody, cc=everybody))

    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert [
        one.addr_spec
        for one in email.message_from_bytes(raw, policy=email.policy.default)[
            "To"
        ].addresses
    ] == list(everybody)


def test_a_line_break_in_a_header_is_refused():
    with pytest.raises(ValueError, match="line break"):
        message_bytes(mail(subject="a\r\nBcc: e@example.org"))


def test_only_blind_copies_leave_an_honest_to():
    got = parsed(mail(to=(), bcc=("hidden@example.org",)))

    assert got["To"] == "undisclosed-recipients:;"
    assert "hidden" not in str(got)


def test_attached_mails_are_not_unpacked():
    raw = File("old.eml", "message/rfc822", b"Subject: x\r\n\r\nFrom me")
    got = parsed(mail(attachments=(raw,)))

    (attached,) = got.iter_attachments()
    assert attached.get_content_type() == "application/octet-stream"
    assert attached.get_payload(decode=True) == raw.data


@pytest.mark.parametrize("size", [0, 1, 57, 57 * 4096 - 1, 57 * 4096, 57 * 4096 + 1])
def test_files_of_any_size_arrive_exactly_beside_the_words(size):
    files = tuple(
        File(name, "application/pdf", bytes(size)) for name in ("one.pdf", "zwei ä.pdf")
    )
    raw = message_bytes(mail(text="Words\n", html="<p>Words</p>", attachments=files))
    got = email.message_from_bytes(raw, policy=email.policy.default)

    attached = list(got.iter_attachments())
    assert [one.get_filename() for one in attached] == ["one.pdf", "zwei ä.pdf"]
    assert {one.get_payload(decode=True) for one in attached} == {bytes(size)}
    body = got.get_body(("plain",))
    assert body is not None
    assert unix(body.get_content()) == "Words\n"
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert not {b"\r", b"\n"} & {bytes([b]) for b in raw.replace(b"\r\n", b"")}


def test_a_large_file_costs_little_more_memory_than_the_mail_itself():
    large = mail(attachments=(File("a.bin", "application/pdf", bytes(4_000_000)),))
    tracemalloc.start()
    raw = message_bytes(large)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 1.5 * len(raw)


def test_a_mail_without_text_is_still_a_mail():
    assert parsed(mail(text="", html="")).get_payload(decode=True) == b""


def test_images_stand_beside_the_page_that_shows_them():
    """Files come after, and the text part first, as readers expect it."""
    logo = File("logo.png", "image/png", b"picture", content_id="logo")
    plan = File("plan.pdf", "application/pdf", b"%PDF")

    got = parsed(mail(text="T", html='<img src="cid:logo">', attachments=(logo, plan)))

    kinds = [part.get_content_type() for part in got.walk()]
    assert kinds == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "application/pdf",
    ]
    image = next(one for one in got.walk() if one["Content-ID"])
    assert image["Content-ID"] == "<logo>"
    assert image.get_payload(decode=True) == b"picture"
