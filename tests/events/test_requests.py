"""One shape of a request, whatever path and spelling it came by."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.errors import ConflictingContent, InvalidField, InvalidTime
from events.requests import NotifyRequest, bare, moment, simple
from providers.files import File

MAIL = {"recipients": {"to": ["a@b.org"]}, "content": {"subject": "S", "body": "B"}}


def test_bare_and_wrapped_are_the_same_layer():
    params = {"a": 1}

    wrapped = simple({"params": params, "email": MAIL})

    assert bare({"params": params, **MAIL}, "email").layer == wrapped.layer


def test_bare_fields_are_called_as_the_caller_wrote_them():
    assert bare(MAIL, "email").path("email") == ""
    assert simple({"email": MAIL}).path("email") == "email."


def content(request: NotifyRequest, channel: str = "email") -> Any:
    return request.layer[channel]["content"]


@pytest.mark.parametrize(
    ("given_content", "read", "spelling"),
    [
        ({"body": "B"}, {"body": "B"}, {"body": "body"}),
        ({"message": "B"}, {"body": "B"}, {"body": "message"}),
        ({"message": "B", "body": "B"}, {"body": "B"}, {"body": "body"}),
        ({"message": None, "body": "B"}, {"body": "B"}, {"body": "body"}),
        ({"message": "B", "body": None}, {"body": "B"}, {"body": "message"}),
        ({"message": None, "body": None}, {"body": None}, {}),
        (
            {"template": None, "templateId": "T"},
            {"template": "T"},
            {"template": "templateId"},
        ),
        (
            {"template": {"body": "T"}, "templateId": None},
            {"template": None, "body": "T"},
            {"template": "template"},
        ),
        ({"templateId": None}, {"template": None}, {}),
        ({"templateId": "T"}, {"template": "T"}, {"template": "templateId"}),
        ({"template": "T"}, {"template": "T"}, {"template": "template"}),
        (
            {"template": {"templateId": "T"}},
            {"template": "T"},
            {"template": "template"},
        ),
        (
            {"template": {"templateId": "T"}, "templateId": "T"},
            {"template": "T"},
            {"template": "template"},
        ),
        (
            {"template": {"message": "M"}},
            {"template": None, "body": "M"},
            {"template": "template"},
        ),
        (
            {"template": {"subject": "T", "body": "T"}, "subject": "own"},
            {"template": None, "subject": "own", "body": "T"},
            {"template": "template"},
        ),
        ({"template": None}, {"template": None}, {}),
        ({"subject": "S"}, {"subject": "S"}, {}),
    ],
)
def test_each_thing_has_one_name(given_content: Any, read: Any, spelling: Any):
    request = simple({"sms": {"content": given_content}})

    assert content(request, "sms") == read
    assert request.spelling["sms"] == spelling


@pytest.mark.parametrize(
    ("given_content", "field"),
    [
        ({"body": "A", "message": "B"}, "sms.content.message"),
        ({"template": "A", "templateId": "B"}, "sms.content.templateId"),
        ({"template": {"body": "A", "message": "B"}}, "sms.content.template.message"),
        ({"template": {"body": "A"}, "templateId": "B"}, "sms.content.templateId"),
    ],
)
def test_two_names_with_two_values_are_a_contradiction(given_content: Any, field: str):
    [problem] = simple({"sms": {"content": given_content}}).problems

    assert isinstance(problem, ConflictingContent)
    assert problem.errors[0].field == field


@pytest.mark.parametrize("nothing", [None, {}])
def test_an_empty_channel_stays_to_take_away_what_is_inherited(nothing: Any):
    assert simple({"email": nothing}).layer == {"email": nothing}


def test_what_is_said_for_all_channels_holds_where_a_channel_says_nothing():
    request = simple(
        {
            "priority": "low",
            "delayedSend": "2026-01-01T00:00:00Z",
            "email": MAIL,
            "sms": {"priority": "high", "content": {"body": "x"}},
        }
    )

    assert request.layer["email"]["priority"] == "low"
    assert request.layer["sms"]["priority"] == "high"
    assert request.layer["sms"]["delayedSend"] == "2026-01-01T00:00:00+00:00"
    assert request.where("email", "priority") == "priority"
    assert request.where("sms", "priority") == "sms.priority"
    assert request.where("sms", "delayedSend") == "delayedSend"
    assert "delayedSend" not in request.layer


def test_a_wrong_time_for_all_is_told_once_where_it_was_written():
    [problem] = simple({"delayedSend": "soon", "email": MAIL}).problems

    assert isinstance(problem, InvalidTime)
    assert problem.errors[0].field == "delayedSend"


def test_files_are_read_into_the_layer():
    file = {"filename": "a.txt", "content": b"hello", "mimeType": "text/plain"}
    request = bare({**MAIL, "attachments": [file]}, "email")

    assert request.layer["email"]["attachments"] == [
        File("a.txt", "text/plain", b"hello")
    ]


def test_a_file_that_cannot_be_read_is_told_where_it_is_written():
    files = [{"filename": "a", "template": "x", "convertTo": "rtf"}]
    request = simple({"email": {**MAIL, "attachments": files}})

    [problem] = request.problems
    assert problem.errors[0].field == "email.attachments[0].convertTo"


def test_a_file_without_a_type_is_bytes():
    file = {"filename": "a", "content": b"", "contentType": None}

    layer = bare({**MAIL, "attachments": [file]}, "email").layer["email"]

    [found] = layer["attachments"]
    assert (found.content_type, found.data) == ("application/octet-stream", b"")


def test_tags_of_both_names_are_joined():
    request = simple({"email": MAIL, "tags": ["a", "b"], "tag": ["b", "c"]})

    assert request.tags == ("a", "b", "c")


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"tags": ["a", ""]}, "tags[1]"),
        ({"tag": ["\u2028"]}, "tag[0]"),
        ({"tags": ["a" * 101]}, "tags[0]"),
        ({"tags": [str(n) for n in range(8)], "tag": ["x", "y", "z"]}, "tags"),
        ({"correlationId": "a b"}, "correlationId"),
        ({"correlationId": "é"}, "correlationId"),
    ],
)
def test_words_that_are_none_are_refused(data: Any, field: str):
    [problem] = simple({"email": MAIL, **data}).problems

    assert isinstance(problem, InvalidField)
    assert problem.errors[0].field == field


def test_what_is_wrong_is_told_together_and_left_out():
    request = simple(
        {
            "email": {**MAIL, "delayedSend": "soon", "expiresAt": "late"},
            "sms": {"content": {"body": "A", "message": "B"}},
            "tags": [""],
            "correlationId": "a b",
        }
    )

    assert [one.field for each in request.problems for one in each.errors] == [
        "correlationId",
        "tags[0]",
        "email.delayedSend",
        "email.expiresAt",
        "sms.content.message",
    ]
    assert request.tags == ()
    assert content(request, "sms") == {}


def test_nulls_say_nothing():
    request = simple(
        {
            "email": {"content": None, "attachments": None, "delayedSend": None},
            "tags": None,
            "correlationId": None,
            "allowDuplicate": None,
            "params": None,
        }
    )

    assert request.tags == ()
    assert request.correlation_id == ""
    assert request.allow_duplicate is False


def test_its_own_correlation_id_goes_before_that_of_the_call():
    own = simple({"email": MAIL, "correlationId": "own"})

    assert own.correlated("call", made=False).correlation_id == "own"
    assert (
        simple({"email": MAIL}).correlated("call", made=False).correlation_id == "call"
    )


@given(st.text(max_size=40))
def test_any_text_is_a_time_in_utc_or_refused(text: str):
    with suppress(InvalidTime):
        assert moment(text, "at").tzinfo is UTC


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.datetimes(timezones=st.timezones()))
def test_what_isoformat_writes_is_read(at: datetime):
    try:
        expected = at.astimezone(UTC)
    except OverflowError:
        return

    assert moment(at.isoformat(), "at") == expected
