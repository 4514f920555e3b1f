"""Amazon SES as moto's server has it: our own signature and order, on a real wire."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from providers.email.ses import Ses
from providers.errors import Permanent
from providers.files import File
from tests.providers.clouds import CREDENTIALS, amazon, inside, verify
from tests.providers.email.servers import mail


@pytest.fixture(autouse=True)
def _loopback(settings):
    settings.EGRESS_ALLOW = ["127.0.0.0/8"]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with amazon() as url:
        yield url


@pytest.fixture
def ses(url: str) -> Ses:
    return Ses(Ses.config_class.from_values({**CREDENTIALS, "api_base": url}))


def test_a_mail_from_a_verified_sender_is_taken_whole(ses, url):
    verify(url, "office@dept.example.org")

    accepted = ses.send(
        mail(
            subject="Été",
            bcc=("di@example.org",),
            attachments=(File("é.pdf", "application/pdf", b"%PDF"),),
        )
    )

    (taken,) = [
        one
        for one in inside(url)["ses"]["RawMessage"]
        if one["id"] == accepted.provider_ref
    ]
    assert taken["source"] == "office@dept.example.org"
    assert {"ann@example.org", "di@example.org"} <= set(taken["destinations"])
    assert "Subject: =?utf-8?" in taken["raw_data"]
    assert "di@example.org" not in taken["raw_data"]


def test_a_sender_that_nobody_verified_is_refused(ses):
    with pytest.raises(Permanent) as raised:
        ses.send(mail(sender="stranger@nowhere.example"))

    assert raised.value.code == "MessageRejected"
    assert "stranger" not in raised.value.detail
