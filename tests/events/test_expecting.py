"""What params an event type expects, and what is said of those that do not fit."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events import expecting
from events.errors import InvalidDesign, InvalidParams

PERSON = {
    "type": "object",
    "required": ["name", "amount"],
    "properties": {
        "name": {"type": "string", "minLength": 2, "maxLength": 5},
        "amount": {"type": "integer", "minimum": 1, "maximum": 9},
        "kind": {"enum": ["a", "b"]},
        "rows": {"type": "array", "minItems": 1, "items": {"type": "integer"}},
    },
    "additionalProperties": False,
}


def told(params: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(InvalidParams) as caught:
        expecting.ensure_fits(PERSON, params)
    return [(one.field, one.message) for one in caught.value.errors]


def test_params_that_fit_are_well():
    expecting.ensure_fits(PERSON, {"name": "Jane", "amount": 3, "rows": [1]})
    expecting.ensure_fits({}, {"anything": object})


def test_all_that_is_missing_is_named_once():
    assert [field for field, _ in told({})] == ["params.name", "params.amount"]


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"name": 7}, "params.name", "must be of type string"),
        ({"name": "J"}, "params.name", "2 is the least"),
        ({"name": "Joanna"}, "params.name", "5 is the most"),
        ({"amount": 0}, "params.amount", "must be 1 at least"),
        ({"amount": 10}, "params.amount", "must be 9 at most"),
        ({"kind": "c"}, "params.kind", "must be one of: a, b"),
        ({"rows": [1, "x"]}, "params.rows[1]", "must be of type integer"),
        ({"more": 1}, "params", "does not know"),
    ],
)
def test_each_misfit_is_told_with_its_place_and_without_the_value(
    change: dict[str, Any], field: str, words: str
):
    [(where, text)] = told({"name": "Jane", "amount": 3, **change})

    assert where == field
    assert words in text
    assert "Joanna" not in text


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "text"},
        {"required": "name"},
        {"properties": {"a": {"pattern": "(a+)+$"}}},
        {"$ref": "https://example.org/schema"},
        {"anyOf": [{"$ref": "#"}]},
        {"items": {"not": {"uniqueItems": True}}},
        {"enum": list(range(3000))},
    ],
)
def test_a_schema_that_is_none_or_could_take_for_ever_is_refused(
    schema: dict[str, Any],
):
    with pytest.raises(InvalidDesign) as caught:
        expecting.ensure_sound(schema, field="params_schema")

    assert caught.value.errors[0].field == "params_schema"


def test_a_param_may_be_called_like_a_keyword():
    expecting.ensure_sound(
        {"properties": {"pattern": {"type": "string"}, "$ref": {"type": "string"}}},
        field="params_schema",
    )


def test_the_work_is_bounded():
    schema = {"items": {"allOf": [{"type": "integer"}] * 900}}
    began = time.thread_time()

    with pytest.raises(InvalidParams, match="too many values"):
        expecting.ensure_fits({"properties": {"rows": schema}}, {"rows": [1] * 20_000})

    assert time.thread_time() - began < 1


def test_names_come_with_the_required_ones_first():
    assert expecting.names(PERSON) == ["name", "amount", "kind", "rows"]
    assert expecting.names({}) == []


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.text(max_size=10), VALUES, max_size=4))
def test_whatever_is_called_a_schema_is_taken_or_refused_in_words(schema: Any):
    with suppress(InvalidDesign, InvalidParams):
        expecting.ensure_sound(schema, field="params_schema")
        expecting.ensure_fits(schema, {"a": [1, {"b": None}]})
        expecting.names(schema)


def test_a_schema_of_the_wrong_kinds_does_not_crash_the_list_of_names():
    assert expecting.names({"required": ["a"], "properties": {"b": {}}}) == ["a", "b"]
