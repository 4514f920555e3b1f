"""E-mail addresses, custom headers and attachments: taken or refused with a reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.channels.base import InvalidAddress, InvalidContent
from providers.channels.email import (
    Email,
    InvalidAttachment,
    InvalidHeader,
    check_attachments,
    check_headers,
)
from providers.files import File

EMAIL = Email()


@pytest.mark.parametrize(
    ("given", "normal"),
    [
        ("ann@example.org", "ann@example.org"),
        (" ann@example.org ", "ann@example.org"),
        ("Ann.O'Neil+tag@EXAMPLE.Org", "Ann.O'Neil+tag@example.org"),
        ("jo@bücher.example", "jo@xn--bcher-kva.example"),
        ("jo@XN--BCHER-KVA.example", "jo@xn--bcher-kva.example"),
        ("jo@例え。example", "jo@xn--r8jz45g.example"),
        ("a@sub.sub.example.test", "a@sub.sub.example.test"),
        ("a" * 64 + "@example.org", "a" * 64 + "@example.org"),
        ("delivered@simulator.notify", "delivered@simulator.notify"),
    ],
)
def test_an_address_has_one_form(given, normal):
    assert EMAIL.normalise(given, region="CA") == normal
    assert EMAIL.normalise(normal, region="CA") == normal


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("", "empty"),
        ("ann", "no @"),
        ("ann@example.org, bob@example.org", "exactly one"),
        ("ann@example.org;bob@example.org", "exactly one"),
        ("ann@example.org bob@example.org", "exactly one"),
        ("ann@example.org\nBcc: e@example.org", "line break"),
        ("ann@example.org\r\n", "line break"),
        ("ann\0@example.org", "control"),
        ("ann@exam\u202eple.org", "control"),
        ("ann@\ud800.org", "control"),
        ("Ann<ann@example.org>", "bare"),
        ('"ann,bob"@example.org', "exactly one"),
        ('"ann"@example.org', "bare"),
        ("ann(comment)@example.org", "bare"),
        ("ann@[192.0.2.1]", "bare"),
        ("änn@example.org", "letters"),
        ("a" * 65 + "@example.org", "64"),
        ("a@" + "b" * 250 + ".org", "254"),
        ("ann@localhost", "dot"),
        ("ann@example..org", "not a valid"),
        ("ann@192.0.2.1", "not a valid"),
        (".ann@example.org", "not a valid"),
        ("a@b@example.org", "not a valid"),
        ("ann@-x.org", "not a valid"),
        ("@example.org", "not a valid"),
        ("a\u0301" * 10_000 + "@example.org", "letters"),
    ],
)
def test_whatever_is_not_one_bare_address_is_refused(given, reason):
    with pytest.raises(InvalidAddress, match=reason) as raised:
        EMAIL.normalise(given, region="CA")

    assert raised.value.kind == "invalid_address"
    assert "example.org" not in raised.value.message.replace("jane@example.org", "")


@given(st.text(max_size=60))
def test_any_text_is_refused_or_becomes_one_safe_address(text):
    try:
        normal = EMAIL.normalise(text, region="CA")
    except InvalidAddress:
        return

    assert normal.isascii()
    assert normal.count("@") == 1
    assert not set(normal) & set(' ,;<>"()[]\\\r\n\t')


def test_case_does_not_make_two_people_of_one():
    first, second = (
        EMAIL.normalise(a, region="CA") for a in ("Ann@x.org", "ann@X.org")
    )

    assert EMAIL.folded(first) == EMAIL.folded(second)


def test_harmless_headers_are_allowed():
    check_headers(
        {
            "X-Case-Number": "42",
            "X-Ünsinn".replace("Ü", "U"): "grün",
            "List-Unsubscribe": "<https://example.org/u?t=1>",
            "References": "<a@example.org> <b@example.org>",
        }
    )


@pytest.mark.parametrize(
    "name",
    [
        "From",
        "bcc",
        "Subject",
        "Content-Type",
        "Return-Path",
        "DKIM-Signature",
        "X-A: 1\r\nBcc",
        "X-",
        "X-" + "a" * 61,
        "X-Ü",
        "X-A ",
        "",
        "X-SMTPAPI",
        "x-smtpapi",
        "X-SES-Source-ARN",
        "X-MC-BccAddress",
        "X-Mailgun-Recipient-Variables",
        "X-PM-Message-Stream",
        "X-MSYS-API",
    ],
)
def test_headers_that_could_change_sender_or_recipients_are_refused(name):
    with pytest.raises(InvalidHeader):
        check_headers({name: "value"})


@pytest.mark.parametrize(
    "value", ["a\r\nBcc: e@x", "a\x0bb", "a\x85b", "\u202ea", "\0"]
)
def test_a_header_s_value_stays_in_its_line(value):
    with pytest.raises(InvalidContent) as raised:
        check_headers({"X-A": value}, field="email.headers")

    assert raised.value.errors[0].field == "email.headers.X-A"


def test_headers_are_few_short_and_given_once():
    with pytest.raises(InvalidHeader):
        check_headers({f"X-{n}": "" for n in range(21)})
    with pytest.raises(InvalidHeader):
        check_headers({"X-A": "1", "x-a": "2"})
    with pytest.raises(InvalidContent):
        check_headers({"X-A": "a" * 900})
    with pytest.raises(InvalidHeader):
        check_headers({"References": "<ü@example.org>"})


def file(**changes):
    given = {"filename": "a.pdf", "content_type": "application/pdf", "data": b"x"}
    return File(**{**given, **changes})


def test_ordinary_files_are_taken():
    check_attachments([file(), file(filename="Übersicht 2026 (final).tar.gz")])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"filename": ""}, "filename"),
        ({"filename": ".."}, "filename"),
        ({"filename": "../a"}, "filename"),
        ({"filename": "a\\b"}, "filename"),
        ({"filename": "a\r\nX: 1"}, "filename"),
        ({"filename": "exe.\u202efdp"}, "filename"),
        ({"filename": "a" * 201}, "filename"),
        ({"content_type": "pdf"}, "contentType"),
        ({"content_type": "text/html\r\nX: 1"}, "contentType"),
        ({"content_type": "text/html; charset=x"}, "contentType"),
    ],
)
def test_a_bad_name_or_type_is_refused_at_its_place(changes, field):
    with pytest.raises(InvalidContent) as raised:
        check_attachments([file(), file(**changes)], field="email.attachments")

    assert raised.value.errors[0].field == f"email.attachments[1].{field}"


def test_number_and_sizes_of_files_are_bounded():
    big = bytes(10_000_000)
    check_attachments([file(data=big), file(data=big), file(data=big[:5_000_000])])

    with pytest.raises(InvalidAttachment, match="10"):
        check_attachments([file()] * 11)
    with pytest.raises(InvalidAttachment, match="10 MB"):
        check_attachments([file(data=big + b"x")])
    with pytest.raises(InvalidAttachment, match="25 MB"):
        check_attachments([file(data=big)] * 3)


def test_a_payload_shows_no_content_in_logs():
    assert "secret" not in repr(file(data=b"secret"))
