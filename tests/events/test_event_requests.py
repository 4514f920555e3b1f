"""A request that names an event type, in its one shape."""

from __future__ import annotations

import base64
from typing import Any

from events.event_requests import event
from events.requests import NotifyRequest


def read(**data: Any) -> NotifyRequest:
    return event({"notificationEventType": "e", **data})


def test_three_layers_are_told_apart():
    request = read(
        params={"a": 1},
        sms={"content": {"message": "m"}},
        overrides={"email": {"content": {"templateId": "t"}}, "sms": None},
        augments={"email": {"recipients": {"cc": ["c@x.org"]}}},
    )

    assert request.event == "e"
    assert request.layer == {"params": {"a": 1}, "sms": {"content": {"body": "m"}}}
    assert request.overrides == {"email": {"content": {"template": "t"}}, "sms": None}
    assert request.augments == {"email": {"recipients": {"cc": ["c@x.org"]}}}


def test_the_highest_layer_decides_what_a_word_is_called():
    request = read(
        sms={"content": {"message": "m"}}, overrides={"sms": {"content": {"body": "b"}}}
    )

    assert request.spelling["sms"] == {"template": "template", "body": "body"}
    assert request.spelling["email"] == {"template": "template", "body": "message"}


def test_mistakes_are_told_where_they_were_written():
    request = read(
        email={"delayedSend": "x"},
        overrides={"email": {"expiresAt": "y"}},
        augments={"sms": {"content": {"body": "a", "message": "b"}}},
        tags=["\n"],
    )

    fields = {one.field for each in request.problems for one in each.errors}
    assert fields == {
        "tags[0]",
        "email.delayedSend",
        "overrides.email.expiresAt",
        "augments.sms.content.message",
    }


def file(name: str) -> dict[str, Any]:
    return {"filename": name, "content": base64.b64decode("YQ==")}


def test_files_are_read_in_each_layer():
    own = {"email": {"attachments": [file("own")]}}
    other = {"email": {"attachments": [file("other")]}}

    request = read(**own, overrides=other, augments=other)

    layers = (request.layer, request.overrides, request.augments)
    assert [one["email"]["attachments"][0].filename for one in layers] == [
        *("own", "other", "other")
    ]


def test_what_is_said_for_all_is_where_the_caller_wrote_it():
    request = read(
        delayedSend="2999-01-01", overrides={"sms": {"delayedSend": "2999-01-02"}}
    )

    assert request.where("email", "delayedSend") == "delayedSend"
    assert request.where("sms", "delayedSend") == "sms.delayedSend"
