"""What a vendor says, made fit to be shown."""

from __future__ import annotations

import base64

import pytest

from providers.errors import Temporary, redacted


@pytest.mark.parametrize(
    "text",
    [
        "550 <ann@example.org> unknown",
        "no such user ann@example.org",
        "key s3cret-key is wrong",
        f"got {base64.b64encode(b's3cret-key').decode()}",
    ],
)
def test_addresses_and_secrets_are_taken_out(text):
    shown = redacted(text, ["s3cret-key"])

    for private in ("ann@", "s3cret", "czNjcmV0"):
        assert private not in shown


def test_codes_and_queue_ids_stay():
    words = "2.0.0 OK 1732179000 d9443c01a7336 - gsmtp"

    assert redacted(words) == words


def test_control_characters_cannot_forge_log_lines():
    assert redacted("a\r\nFAKE\x00b\u2028c") == "a FAKE b c"


def test_detail_is_bounded():
    assert len(redacted("x" * 1000)) == 250
    assert len(Temporary("x" * 1000).detail) == 300
