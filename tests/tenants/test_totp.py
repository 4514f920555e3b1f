"""Codes of authenticator apps, against the numbers of RFC 6238."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from tenants import totp

SECRET = b"12345678901234567890"  # RFC 6238, appendix B; its eight digits end in these


@pytest.mark.parametrize(
    ("now", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1234567890, "005924"),
        (20000000000, "353130"),
    ],
)
def test_the_numbers_of_the_rfc_are_right(now, code):
    assert totp.step_of(SECRET, code, now=now, after=-1) == now // 30


@pytest.mark.parametrize(("off", "accepted"), [(-60, 0), (-30, 1), (30, 1), (60, 0)])
def test_the_code_before_and_the_next_are_accepted(off, accepted):
    found = totp.step_of(SECRET, "005924", now=1234567890 + off, after=-1)

    assert (found is not None) == bool(accepted)


def test_no_code_works_twice():
    step = totp.step_of(SECRET, "287082", now=59, after=-1)

    assert totp.step_of(SECRET, "287082", now=59, after=step) is None
    assert totp.step_of(SECRET, "287082", now=89, after=step) is None


@pytest.mark.parametrize("code", ["", "28708", "2870823", "28708é", "٢٨٧٠٨٢", "287083"])
def test_anything_else_is_wrong(code):
    assert totp.step_of(SECRET, code, now=59, after=-1) is None


def test_the_picture_says_who_and_where():
    parts = urlsplit(totp.uri(SECRET, account="jane@example.org", issuer="Notify here"))

    asked = parse_qs(parts.query)
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert "jane%40example.org" in parts.path
    assert asked["issuer"] == ["Notify here"]
    assert asked["secret"] == [totp.spelled(SECRET).replace(" ", "")]


def test_secrets_differ_and_are_long():
    assert len({totp.new_secret() for _one in range(5)}) == 5
    assert len(totp.new_secret()) == 20
