"""Amazon SNS as moto's server has it: our own signature and order, on a real wire."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from providers.errors import Permanent
from providers.sms.sns import Sns
from tests.providers.clouds import CREDENTIALS, amazon, inside
from tests.providers.sms.texts import payload


@pytest.fixture(autouse=True)
def _loopback(settings):
    settings.EGRESS_ALLOW = ["127.0.0.0/8"]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with amazon() as url:
        yield url


@pytest.fixture
def sns(url: str) -> Sns:
    given = {**CREDENTIALS, "api_base": url, "sender": "GovBC"}
    return Sns(Sns.config_class.from_values(given))


def test_a_text_is_taken_with_all_its_letters(sns, url):
    accepted = sns.send(payload(text="It's 5 € & more\n😀"))

    (taken,) = [
        one
        for one in inside(url)["sns"]["SMS"]
        if one["message_id"] == accepted.provider_ref
    ]
    assert taken["phone_number"] == "+447900900123"
    assert taken["message"] == "It's 5 € & more\n😀"


def test_a_number_that_cannot_be_is_refused(sns):
    with pytest.raises(Permanent) as raised:
        sns.send(payload(to="+1x"))

    assert raised.value.code == "InvalidParameter"
