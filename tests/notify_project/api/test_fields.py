"""Fields take a value as it is, or refuse it with a sentence."""

from __future__ import annotations

import base64
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework import serializers

from notify_project.api.fields import (
    Base64,
    Choice,
    Params,
    Partly,
    Strict,
    Switch,
    Text,
    Texts,
    Time,
)


def refused(field: serializers.Field[Any, Any, Any, Any], value: object) -> str:
    """The code of the refusal, and nothing of what was sent in its words."""
    with pytest.raises(serializers.ValidationError) as caught:
        field.run_validation(value)
    return str(caught.value.get_codes())


class TestText:
    @pytest.mark.parametrize("value", ["", "  two spaces  ", "\n", "é🙂", "12"])
    def test_it_stays_as_it_is(self, value):
        assert Text().run_validation(value) == value

    @pytest.mark.parametrize("value", [12, 1.5, True, [], {}, ["a"]])
    def test_only_text_is_text(self, value):
        assert "invalid" in refused(Text(), value)

    def test_a_limit_holds(self):
        assert "max_length" in refused(Text(max_length=3), "four")


class TestSwitch:
    @pytest.mark.parametrize("value", [True, False])
    def test_it_is_on_or_off(self, value):
        assert Switch().run_validation(value) is value

    @pytest.mark.parametrize("value", ["true", "false", "", 1, 0, [], {}])
    def test_what_only_looks_like_it_is_refused(self, value):
        assert "invalid" in refused(Switch(), value)


class TestChoice:
    def test_one_of_the_words_is_taken(self):
        assert Choice(choices=("high", "low")).run_validation("low") == "low"

    @pytest.mark.parametrize("value", ["LOW", "low ", "canary", 1, True, [], {}])
    def test_anything_else_is_told_the_words_and_not_repeated(self, value):
        with pytest.raises(serializers.ValidationError) as caught:
            Choice(choices=("high", "low")).run_validation(value)

        assert caught.value.get_codes() == ["invalid_choice"]
        assert str(caught.value.detail[0]) == "Must be one of: high, low."


class TestTexts:
    @pytest.mark.parametrize(
        ("value", "read"),
        [
            ([], []),
            (["a", " b "], ["a", " b "]),
            ("a", ["a"]),
            ("", [""]),
        ],
    )
    def test_a_lone_text_is_a_list_of_one(self, value, read):
        assert Texts().run_validation(value) == read

    @pytest.mark.parametrize("value", [{"a": "b"}, 1, True])
    def test_what_is_no_list_is_refused(self, value):
        assert "not_a_list" in refused(Texts(), value)

    @pytest.mark.parametrize("value", [["a", 1], [["a"]], ["x" * 1001]])
    def test_each_of_them_is_a_text_of_bounded_length(self, value):
        assert refused(Texts(), value)


class TestParams:
    def test_any_values_pass_as_they_are(self):
        given = {"a": None, "b": [1, {"c": ""}], "": 1.5, "d": {}}

        assert Params().run_validation(given) == given

    @pytest.mark.parametrize("value", ["a", 1, [], [["a", 1]], True])
    def test_what_is_no_object_is_refused(self, value):
        assert "not_a_dict" in refused(Params(), value)


class TestTime:
    @pytest.mark.parametrize(
        ("text", "hour"),
        [
            ("2026-06-25T15:15:00", 15),
            ("2026-06-25T15:15:00Z", 15),
            (" 2026-06-25T15:15:00-07:00 ", 22),
        ],
    )
    def test_it_is_utc(self, text: str, hour: int):
        found = Time().run_validation(text)

        assert found == datetime(2026, 6, 25, hour, 15, tzinfo=UTC)
        assert found.tzinfo is UTC

    @given(st.text(max_size=40))
    def test_any_text_is_a_time_or_refused(self, text: str):
        with suppress(serializers.ValidationError):
            assert Time().run_validation(text).tzinfo is UTC

    @pytest.mark.parametrize("value", [1, True, [], {}])
    def test_what_is_no_text_is_refused(self, value: object):
        assert "invalid" in refused(Time(), value)


class TestBase64:
    @given(st.binary(max_size=60))
    def test_any_bytes_are_read(self, data: bytes):
        assert Base64().run_validation(base64.b64encode(data).decode()) == data

    def test_spare_bits_are_not_looked_at(self):
        assert Base64().run_validation("aGVsbG9=") == b"hello"

    @pytest.mark.parametrize(
        "value", ["%%%", "aGk", "aGk= ", "aG\nk=", "-_-_", "\u00e9"]
    )
    def test_what_is_none_is_refused(self, value: str):
        with pytest.raises(serializers.ValidationError) as caught:
            Base64().run_validation(value)

        assert caught.value.get_codes() == ["invalid_field"]

    @pytest.mark.parametrize("value", [1, [], {}, True])
    def test_what_is_no_text_is_refused(self, value: object):
        assert "invalid" in refused(Base64(), value)


class Letter(Strict):
    hints = {"titel": "title"}

    title = Text()
    urgent = Switch(required=False)


class Envelope(Strict):
    letter = Letter()


def errors_of(serializer: serializers.Serializer[Any]) -> Any:
    assert not serializer.is_valid()
    return serializer.errors


class TestStrict:
    def test_what_is_known_is_taken(self):
        letter = Letter(data={"title": "Hello"})

        assert letter.is_valid()
        assert letter.validated_data == {"title": "Hello"}

    def test_a_field_that_is_not_known_is_refused_by_name(self):
        errors = errors_of(Letter(data={"title": "Hello", "overides": 1}))

        assert {name: [one.code for one in said] for name, said in errors.items()} == {
            "overides": ["unknown_field"]
        }

    def test_a_hint_says_what_to_write_instead(self):
        [told] = errors_of(Letter(data={"title": "Hello", "titel": "Hello"}))["titel"]

        assert told == "This field is not known here; write title."

    def test_it_is_told_beside_everything_else_that_is_wrong(self):
        errors = errors_of(Letter(data={"urgent": "yes", "colour": "red"}))

        assert set(errors) == {"title", "urgent", "colour"}

    def test_what_is_well_is_kept_beside_what_is_wrong(self):
        letter = {"title": "Hello", "urgent": "yes", "colour": "red"}

        with pytest.raises(Partly) as caught:
            Envelope().run_validation({"letter": letter})

        assert caught.value.values == {"letter": {"title": "Hello"}}

    def test_it_is_told_where_it_stands(self):
        letter = {"title": "Hello", "colour": "red"}

        assert set(errors_of(Envelope(data={"letter": letter}))["letter"]) == {"colour"}

    def test_a_flood_of_them_makes_a_short_answer(self):
        flood = {f"{number:03}" + "x" * 10_000: 1 for number in range(1_000)}

        errors = errors_of(Letter(data={"title": "Hello", **flood}))

        assert len(errors) == 20
        assert max(len(name) for name in errors) < 70

    @pytest.mark.parametrize("data", ["text", 1, ["title"], True])
    def test_what_is_no_object_is_refused(self, data):
        assert errors_of(Letter(data=data))

    @pytest.mark.parametrize(
        ("written", "told"),
        [
            ("Titles", "This field is not known here; write title."),
            ("URGENT", "This field is not known here; write urgent."),
            ("ugent", "This field is not known here; write urgent."),
            ("colour", "This field is not known here."),
        ],
    )
    def test_a_slip_of_the_pen_is_told_what_was_meant(self, written, told):
        assert errors_of(Letter(data={"title": "x", written: 1}))[written] == [told]
