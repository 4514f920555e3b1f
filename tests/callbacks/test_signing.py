"""Standard Webhooks: our bytes are those that everybody's library verifies."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from callbacks import signing

# The specification's own example.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
AT = 1614265330
BODY = b'{"test": 2432232314}'


def test_the_golden_vector():
    assert (
        signing.signature(SECRET, ID, AT, BODY)
        == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


@given(st.text(max_size=200), st.integers(0, 2**32 - 1))
def test_we_sign_as_the_official_library_does(text: str, at: int):
    theirs = Webhook(SECRET).sign(ID, datetime.fromtimestamp(at, UTC), text)

    assert signing.signature(SECRET, ID, at, text.encode()) == theirs


def test_the_official_library_verifies_each_of_several_signatures():
    now = int(datetime.now(UTC).timestamp())
    new, old = signing.new_secret(), signing.new_secret()
    headers = signing.headers([new, old], ID, now, BODY)

    assert Webhook(new).verify(BODY, headers) == {"test": 2432232314}
    assert Webhook(old).verify(BODY, headers) == {"test": 2432232314}
    with pytest.raises(WebhookVerificationError):
        Webhook(signing.new_secret()).verify(BODY, headers)


def test_a_new_secret_has_32_bytes_and_is_never_the_same():
    first, second = signing.new_secret(), signing.new_secret()

    assert first != second
    assert len(signing.key_of(first)) == 32
    assert first.startswith("whsec_")


@pytest.mark.parametrize("size", [23, 65])
def test_a_key_has_24_to_64_bytes(size: int):
    with pytest.raises(ValueError, match="24 to 64"):
        signing.key_of("whsec_" + base64.b64encode(bytes(size)).decode())


def test_what_is_not_base64_is_no_key():
    with pytest.raises(ValueError, match="base64"):
        signing.key_of("whsec_nonsense!")


def test_document_002_s_header_is_hex_over_the_time_and_the_body():
    headers = signing.hex_headers(SECRET, AT, BODY)

    expected = hmac.new(SECRET.encode(), b"1614265330." + BODY, hashlib.sha256)
    assert headers == {
        "X-Webhook-Signature": expected.hexdigest(),
        "X-Webhook-Timestamp": "1614265330",
    }
