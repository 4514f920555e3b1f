"""Signing, with botocore as the oracle; and the names of Amazon's errors."""

from __future__ import annotations

from datetime import UTC, datetime

import botocore.auth
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from notify_project.egress import Response
from providers.aws import AmazonConfig, Signer, address, error_word, error_words
from providers.config import SecretStr

KEY_ID = "AKIAIOSFODNN7EXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def as_botocore_signs(
    monkeypatch, method: str, url: str, headers: dict[str, str], body: bytes
) -> str:
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda: NOW)
    asked = AWSRequest(method=method, url=url, headers=headers, data=body)
    SigV4Auth(Credentials(KEY_ID, SECRET), "ses", "eu-west-1").add_auth(asked)
    return str(asked.headers["Authorization"])


@pytest.mark.parametrize(
    ("method", "url", "body"),
    [
        (
            "POST",
            "https://email.eu-west-1.amazonaws.com/v2/email/outbound-emails",
            b"{}",
        ),
        ("GET", "https://email.eu-west-1.amazonaws.com/v2/email/account", b""),
        ("GET", "https://email.eu-west-1.amazonaws.com", b""),
        (
            "GET",
            "https://example.org/v2/email/identities?PageSize=100&NextToken=a%2Fb%3D",
            b"",
        ),
        ("GET", "https://example.org/v2/email/identities/jane%40example.org", b""),
        ("POST", "http://127.0.0.1:5000/", b"Message=h%C3%A9"),
        ("POST", "https://Example.ORG:443/", b"\xff\x00"),
    ],
)
def test_a_request_is_signed_as_amazons_own_client_signs_it(
    monkeypatch, method, url, body
):
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    signer = Signer("ses", "eu-west-1", KEY_ID, SecretStr(SECRET))

    sent = signer.headers(method, url, headers=headers, body=body, now=NOW)

    expected = as_botocore_signs(monkeypatch, method, url, headers, body)
    assert sent["X-Amz-Date"] == "20260304T050607Z"
    assert sent["Authorization"] == expected
    assert SECRET not in repr(signer)


@pytest.mark.parametrize(
    ("region", "api_base", "expected"),
    [
        ("ca-central-1", "", "https://email.ca-central-1.amazonaws.com"),
        ("cn-north-1", "", "https://email.cn-north-1.amazonaws.com.cn"),
        ("eu-west-1", "http://127.0.0.1:5000/", "http://127.0.0.1:5000"),
    ],
)
def test_where_a_service_is(region, api_base, expected):
    config = AmazonConfig(
        region=region,
        access_key_id=KEY_ID,
        secret_access_key=SecretStr(SECRET),
        api_base=api_base,
    )

    assert address(config, "email") == expected


@pytest.mark.parametrize(
    ("headers", "body", "word"),
    [
        ({"x-amzn-errortype": "MessageRejected"}, b"{}", "MessageRejected"),
        (
            {"x-amzn-errortype": "NotFoundException:http://x/y"},
            b"",
            "NotFoundException",
        ),
        ({}, b'{"__type": "com.amazon#ThrottlingException"}', "ThrottlingException"),
        ({}, b"<E><Error><Code>Throttled</Code></Error></E>", "Throttled"),
        ({}, b"<html>", ""),
        ({"x-amzn-errortype": "no word\t"}, b"", ""),
    ],
)
def test_the_name_of_an_error_is_read_wherever_it_stands(headers, body, word):
    assert error_word(Response(400, headers, body)) == word


@pytest.mark.parametrize("body", [b'{"message": "no"}', b'{"Message": "no"}'])
def test_the_words_of_an_error_are_read_in_both_spellings(body):
    assert error_words(Response(400, {}, body)) == "no"
