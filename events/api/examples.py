"""Examples of the OpenAPI description; tests/events/api/test_examples.py sends each."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample

BODIES: dict[str, dict[str, Any]] = {
    "email": {
        "recipients": {
            "to": ["me@example.com", "you@example.com"],
            "cc": ["copyto@example.com"],
            "bcc": ["blindcopyto@example.com"],
        },
        "content": {
            "subject": "A really simple email",
            "body": "This is an example of how simple the API can be",
            "bodyType": "text",
        },
    },
    "emailWithParams": {
        "params": {"email": "me@example.com", "program": "Small Business Fund"},
        "recipients": {"to": ["{{email}}"]},
        "content": {
            "subject": "Your application to {{program}}",
            "body": "We have received it.",
            "renderer": "handlebars",
        },
    },
    "sms": {
        "recipients": {"to": ["+17787001234"]},
        "content": {"message": "Your code is 4711"},
    },
    "chat": {
        "recipients": {"to": ["operations"]},
        "content": {"title": "Deployed", "body": "Version 4.2 is live."},
    },
}
BODIES["simple"] = {"email": BODIES["email"], "sms": BODIES["sms"]}

# Of document 003: the demo of `make run` has this event type.
BODIES["event"] = {
    "notificationEventType": "funding-approval",
    "params": {
        "firstname": "Lucky",
        "lastname": "Applicant",
        "program": "Small Business Development Fund",
        "amount": "1000",
        "emailaddress": "lucky@me.com",
        "phonenumber": "7787001234",
    },
}
BODIES["eventOverridden"] = {
    **BODIES["event"],
    "overrides": {"sms": {}},
    "augments": {"email": {"recipients": {"cc": ["tom@gov.bc.ca"]}}},
}


def _example(name: str, summary: str) -> OpenApiExample:
    return OpenApiExample(name, BODIES[name], summary=summary, request_only=True)


EMAIL = [
    _example("email", "A simple e-mail"),
    _example("emailWithParams", "With parameters"),
]
SMS = [_example("sms", "A text message")]
CHAT = [_example("chat", "A chat message")]
SIMPLE = [_example("simple", "E-mail and text message in one call")]
EVENT = [
    _example("event", "An event type and its params"),
    _example("eventOverridden", "Without SMS, with one more copy"),
]
