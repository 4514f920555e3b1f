"""The shapes of requests: what is taken, what is refused, and by which field."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.exceptions import ValidationError

from events.api.serializers import (
    BARE,
    NotifyEmailSerializer,
    NotifySimpleSerializer,
)
from notify_project.api.foreign_errors import translate


def fields_of(serializer: Any, data: Any) -> dict[str, str]:
    """What is wrong, by the path that the caller is told."""
    with pytest.raises(ValidationError) as caught:
        serializer(data=data).is_valid(raise_exception=True)
    problem = translate(caught.value)
    assert problem
    return {one.field: one.code for one in problem.errors}


def values_of(serializer: Any, data: Any) -> dict[str, Any]:
    checked = serializer(data=data)
    checked.is_valid(raise_exception=True)
    found: dict[str, Any] = checked.validated_data
    return found


@pytest.mark.parametrize(
    ("data", "field", "code"),
    [
        ({"overides": {}}, "overides", "unknown_field"),
        ({"content": {"subjet": "x"}}, "content.subjet", "unknown_field"),
        ({"recipients": {"to": [1]}}, "recipients.to[0]", "invalid"),
        ({"recipients": {"to": ["a", None]}}, "recipients.to[1]", "null"),
        ({"recipients": []}, "recipients", "invalid"),
        ({"recipients": {"to": {}}}, "recipients.to", "not_a_list"),
        ({"attachments": [{"content": ""}]}, "attachments[0].filename", "required"),
        ({"attachments": {}}, "attachments", "not_a_list"),
        ({"headers": {"X-A": []}}, "headers.X-A", "invalid"),
        ({"priority": "urgent"}, "priority", "invalid_choice"),
        ({"allowDuplicate": "true"}, "allowDuplicate", "invalid"),
        ({"params": []}, "params", "not_a_dict"),
        ({"identityId": "x"}, "identityId", "invalid"),
        ({"content": {"body": 5}}, "content.body", "invalid"),
        ({"content": {"template": []}}, "content.template", "invalid"),
        ({"content": {"template": {}}}, "content.template", "invalid"),
        ({"content": {"template": {"title": "x"}}}, "content.template", "invalid"),
        (
            {"content": {"template": {"templateId": "x", "body": "y"}}},
            "content.template",
            "invalid",
        ),
    ],
)
def test_a_mistake_is_told_by_its_path(data: Any, field: str, code: str):
    assert fields_of(NotifyEmailSerializer, data) == {field: code}
    about_request = {"allowDuplicate", "params", "overides"}
    if field not in about_request:
        wrapped = fields_of(NotifySimpleSerializer, {"email": data})
        assert wrapped == {f"email.{field}": code}


def test_all_mistakes_are_told_at_once():
    data = {"email": {"a": 1, "content": {"b": 1}}, "sms": {"c": 1}, "d": 1}

    assert set(fields_of(NotifySimpleSerializer, data)) == {
        "email.a",
        "email.content.b",
        "sms.c",
        "d",
    }


@pytest.mark.parametrize("channel", BARE)
def test_null_stands_for_what_is_not_said(channel: str):
    names = [name for name, one in BARE[channel]().fields.items() if not one.required]

    found = values_of(BARE[channel], dict.fromkeys(names))

    assert found == dict.fromkeys(names)
    assert "from" in names or channel == "msgApp"


def test_a_lone_text_is_a_list_of_one():
    found = values_of(
        NotifyEmailSerializer, {"recipients": {"to": "a@b.org"}, "tag": "x"}
    )

    assert found["recipients"] == {"to": ["a@b.org"]}
    assert found["tag"] == ["x"]


def test_texts_and_params_stay_as_they_came():
    params = {"a": [1, 2.5, None, {"b": True}], "": "", " x ": " y "}
    content = {"subject": " S ", "body": "\tB\n"}

    found = values_of(NotifyEmailSerializer, {"params": params, "content": content})

    assert found["params"] == params
    assert found["content"] == content


@pytest.mark.parametrize("length", [1_000_001])
def test_a_body_has_a_limit(length: int):
    data = {"content": {"body": "x" * length}}

    assert fields_of(NotifyEmailSerializer, data) == {"content.body": "max_length"}
