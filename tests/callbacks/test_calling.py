"""One attempt: its headers, its deadlines, and what is kept of an answer."""

from __future__ import annotations

from typing import Any

import pytest

from callbacks import calling, signing
from callbacks.calling import Order
from tests.callbacks.scene import OK, SILENCE, receiving

SECRET = signing.new_secret()


def order(url: str, **changes: Any) -> Order:
    values = {"event_id": "evt", "body": b"{}", "secrets": [SECRET], **changes}
    return Order(url=url, **values)


def test_further_headers_go_along_and_never_replace_ours():
    theirs = {"X-Case": "7", "Webhook-Id": "forged", "CONTENT-TYPE": "text/plain"}
    with receiving() as receiver:
        calling.call(order(receiver.url, headers=theirs))

    [post] = receiver.posts
    assert post.headers["x-case"] == "7"
    assert post.headers["webhook-id"] == "evt"
    assert post.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("answer", "status", "error"),
    [(OK, 200, ""), ((404, {}), 404, "status"), (SILENCE, None, "broken")],
)
def test_what_was_answered(answer: Any, status: int | None, error: str):
    with receiving(answer=lambda _post: answer) as receiver:
        outcome = calling.call(order(receiver.url))

    assert (outcome.answer.status, outcome.answer.error) == (status, error)
    assert outcome.duration_ms >= 0


def test_nobody_there_is_an_outcome_too():
    with receiving() as receiver:
        url = receiver.url
    outcome = calling.call(order(url))

    assert outcome.answer.status is None
    assert outcome.answer.error == "connect"


def test_retry_after_is_read():
    with receiving(answer=lambda _post: (503, {"Retry-After": "7"})) as receiver:
        outcome = calling.call(order(receiver.url))

    assert outcome.answer.retry_after_seconds == 7


def test_of_a_long_answer_the_beginning_is_kept_without_what_no_text_has():
    with receiving(text=b"a\x00\xff" + b"b" * 100_000) as receiver:
        outcome = calling.call(order(receiver.url))

    assert outcome.excerpt.startswith("a\ufffd\ufffdbbb")
    assert len(outcome.excerpt) == 4096


def test_an_order_shows_no_secret_when_it_is_logged():
    shown = repr(order("https://example.org/?key=canary", bearer_token="canary"))

    assert "canary" not in shown
    assert SECRET not in shown
