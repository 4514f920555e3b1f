"""Document 001's sentences."""

from __future__ import annotations

from typing import Any

import pytest

from callbacks.service_schema import CREATE_REQUIRED, UPDATE_REQUIRED, wrong

ID = "6ce466d0-fd6a-11e5-82f5-e0accb9d11a6"
WELL = {
    "url": "https://some.service/receipts",
    "bearer_token": "some-unique-string",
    "updated_by_id": ID,
}


def test_what_is_well_is_not_spoken_of():
    assert wrong(WELL, CREATE_REQUIRED) == []
    assert wrong({**WELL, "callback_type": "complaint"}, CREATE_REQUIRED) == []


def test_what_has_to_be_there():
    assert wrong({}, CREATE_REQUIRED) == [
        "url is a required property",
        "bearer_token is a required property",
        "updated_by_id is a required property",
    ]
    assert wrong({}, UPDATE_REQUIRED) == [
        "updated_by_id is a required property",
        "callback_type is a required property",
    ]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"url": "http://some.service"}, "url is not a valid https url"),
        ({"url": "httpsish"}, "url is not a valid https url"),
        ({"url": 7}, "url is not a valid https url"),
        ({"bearer_token": "canary"}, "bearer_token is too short"),
        ({"bearer_token": "c" * 1001}, "bearer_token is too long"),
        ({"bearer_token": 1234567890}, "bearer_token is not of type string"),
        (
            {"bearer_token": "canary\ncanary"},
            "bearer_token has characters that a header cannot have",
        ),
        ({"updated_by_id": "me"}, "updated_by_id is not a valid UUID"),
        ({"updated_by_id": None}, "updated_by_id is not a valid UUID"),
        ({"more": 1}, "Additional properties are not allowed (more)"),
        (
            {"callback_type": "letters"},
            "callback_type is not one of "
            "[delivery_status, inbound_sms, complaint, returned_letter]",
        ),
    ],
)
def test_what_is_wrong_is_said_without_the_token(
    changes: dict[str, Any], sentence: str
):
    [said] = wrong({**WELL, **changes}, CREATE_REQUIRED)

    assert said == sentence
    assert "canary" not in said
