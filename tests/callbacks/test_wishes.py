"""What may be asked of an endpoint: refused with its field, and never repeated."""

from __future__ import annotations

from typing import Any

import pytest

from callbacks.errors import InvalidEndpoint
from callbacks.wishes import Wish, granted

URL = "http://127.0.0.1:9/hook"


def test_lone_words_are_events_of_messages():
    made = granted(Wish(events=["delivered", "sms.*"]))

    assert made.values["events"] == ["message.delivered", "sms.*"]


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"url": "ftp://127.0.0.1/"}, "url"),
        ({"url": "https://user:word@127.0.0.1/"}, "url"),
        ({"url": "http://10.0.0.1/"}, "url"),
        ({"url": "https://169.254.169.254/"}, "url"),
        ({"url": f"http://127.0.0.1/{'a' * 2000}"}, "url"),
        ({"events": ["message.sent", "nonsense.*"]}, "events[1]"),
        ({"channels": ["post"]}, "channels[0]"),
        ({"secret": "whsec_short"}, "secret"),
        ({"bearer_token": "short"}, "bearerToken"),
        ({"bearer_token": "with a space"}, "bearerToken"),
        ({"secret_headers": {"Webhook-Id": "x"}}, "headers"),
        ({"secret_headers": {"Host": "x"}}, "headers"),
        ({"secret_headers": {"X-A": "two\nlines"}}, "headers"),
        ({"secret_headers": {"X A": "x"}}, "headers"),
        ({"secret_headers": {f"X-{n}": "x" for n in range(11)}}, "headers"),
    ],
)
def test_what_cannot_be_used_is_refused_and_not_repeated(
    wish: dict[str, Any], field: str
):
    with pytest.raises(InvalidEndpoint) as refused:
        granted(Wish(**{"url": URL, **wish}))

    [error] = refused.value.errors
    assert error.field == field
    assert "short" not in error.message


def test_the_service_api_takes_https_alone():
    with pytest.raises(InvalidEndpoint):
        granted(Wish(url=URL), kind="delivery_status")

    made = granted(Wish(url="https://127.0.0.1:9/"), kind="delivery_status")

    assert made.kind == "delivery_status"


def test_what_was_granted_shows_no_secret_when_it_is_logged():
    assert "canary" not in repr(granted(Wish(bearer_token="canary-token")))
